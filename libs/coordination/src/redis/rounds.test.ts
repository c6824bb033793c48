import type { Round } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { commitOf, fence, head, openBench, waitOf } from '../testing/bench.ts';

const { workflowId } = fence;

function roundOf(number: number, steps: readonly string[] = ['code-generation']): Round {
  return { number, kind: 'repair', askedBy: fence.taskId, steps };
}

const commitRound = (round: Round, attempt = 1) =>
  commitOf({
    fence: { ...fence, attempt },
    outcome: null,
    wait: waitOf({ on: 'dependency', untilMs: 1, why: 'red', round: round.number }),
    round,
    events: [
      buildEvent('ROUND.STARTED.SUCCESS', { round: round.number, kind: 'repair', steps: [], why: '' }),
    ],
  });

describe('rounds of a workflow', () => {
  it('are read oldest first, by an attempt and on their own', async () => {
    await using bench = openBench();
    expect(await bench.hashes.readRounds(workflowId)).to.deep.equal([]);
    await bench.hashes.open(head, []);
    for (const number of [1, 2, 3, 4, 5, 6]) {
      await bench.begun({ ...fence, attempt: number });
      expect(await bench.hashes.commit(commitRound(roundOf(number), number))).to.equal('committed');
    }
    const all = [1, 2, 3, 4, 5, 6].map((number) => roundOf(number));
    expect(await bench.hashes.readRounds(workflowId)).to.deep.equal(all);
    const begun = await bench.begun({ ...fence, attempt: 7 });
    expect(begun.rounds).to.deep.equal(all);
    expect(begun.wait).to.include({ round: 6, on: 'dependency' });
    expect(begun.pickUpsExcused).to.equal(6);
  });

  it('stay as they were stored first', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.begun(fence);
    await bench.hashes.commit(commitRound(roundOf(1)));
    await bench.hashes.commit(commitRound(roundOf(1, ['build-gate'])));
    expect(await bench.hashes.readRounds(workflowId)).to.deep.equal([roundOf(1)]);
  });

  it('are not stored by an attempt that was overtaken, nor for a cancelled workflow', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.begun({ ...fence, attempt: 2 });
    expect(await bench.hashes.commit(commitRound(roundOf(1)))).to.equal('overtaken');
    await bench.hashes.cancel(workflowId, []);
    expect(await bench.hashes.commit(commitRound(roundOf(1), 2))).to.equal('cancelled');
    expect(await bench.hashes.readRounds(workflowId)).to.deep.equal([]);
    expect(await bench.eventTypes()).to.deep.equal([]);
  });
});
