import type { AnyEvent, StoredDecision } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { DecideRequest, StoredWait } from '../index.ts';
import { type Bench, commitOf, fence, head, openBench, STOP, waitOf } from '../testing/bench.ts';

const { workflowId, taskId } = fence;

function waitFor(approvalId: string): StoredWait {
  const approval = { id: approvalId, kind: 'plan', subject: 'f00d' } as const;
  return waitOf({ on: 'approval', why: 'a person decides', approval });
}

function decisionOf(approvalId: string, overrides: Partial<StoredDecision> = {}): StoredDecision {
  const at = '2026-01-01T00:00:00.000Z';
  const who = { comment: '', subject: 'f00d', by: 'ada', at };
  return { approvalId, kind: 'plan', decision: 'approve', ...who, ...overrides };
}

const provided = (approvalId: string): AnyEvent =>
  buildEvent('APPROVAL.PROVIDED.SUCCESS', {
    approvalId,
    kind: 'plan',
    decision: 'approve',
    why: '',
    subject: 'f00d',
  });

function decideOf(approvalId: string, overrides: Partial<StoredDecision> = {}): DecideRequest {
  const decision = decisionOf(approvalId, overrides);
  return { workflowId, taskId, decision, events: [provided(approvalId)] };
}

/** Attempt `n` of the task asks, under the id `ask.a<n>`. */
async function ask(bench: Bench, attempt: number): Promise<string> {
  const approvalId = `${taskId}.a${attempt}`;
  const one = { ...fence, attempt };
  await bench.begun(one);
  await bench.hashes.commit(commitOf({ fence: one, outcome: null, wait: waitFor(approvalId), events: [] }));
  return approvalId;
}

async function openAsking(): Promise<Bench & { approvalId: string }> {
  const bench = openBench();
  await bench.hashes.open(head, []);
  return { ...bench, approvalId: await ask(bench, 1) };
}

describe('a decision', () => {
  it('is stored with its event and seen by the next attempt of the task that asked, and by no other', async () => {
    await using bench = await openAsking();
    const { approvalId } = bench;
    expect(await bench.hashes.isDecided(workflowId, approvalId)).to.equal(false);
    expect(await bench.hashes.decide(decideOf(approvalId))).to.deep.equal({ kind: 'decided' });
    expect(await bench.hashes.isDecided(workflowId, approvalId)).to.equal(true);
    expect(await bench.eventTypes()).to.deep.equal(['APPROVAL.PROVIDED.SUCCESS']);
    const own = await bench.begun({ ...fence, attempt: 2 });
    expect(own.decisions).to.deep.equal([decisionOf(approvalId)]);
    for (const other of [`${taskId}.1`, `${workflowId}.clarification`]) {
      expect((await bench.begun({ ...fence, taskId: other })).decisions).to.deep.equal([]);
    }
  });

  it('stands: of twenty who decide at once the first wins, and the others are shown it', async () => {
    await using bench = await openAsking();
    const people = Array.from({ length: 20 }, (_, i) => `person-${i}`);
    const answers = await Promise.all(
      people.map((by) => bench.hashes.decide(decideOf(bench.approvalId, { by }))),
    );
    expect(answers.filter((answer) => answer.kind === 'decided')).to.have.lengthOf(1);
    const [stored] = (await bench.begun({ ...fence, attempt: 2 })).decisions;
    const shown = answers.flatMap((answer) => (answer.kind === 'already' ? [answer.decision] : []));
    expect(shown).to.deep.equal(Array(19).fill(stored));
    expect(await bench.eventTypes()).to.deep.equal(['APPROVAL.PROVIDED.SUCCESS']);
  });

  it('is refused for what was never asked, by that task or at all', async () => {
    await using bench = await openAsking();
    expect(await bench.hashes.decide(decideOf('nonsense'))).to.deep.equal({ kind: 'unknown' });
    const foreign = { ...decideOf(bench.approvalId), taskId: `${workflowId}.merge-approval` };
    expect(await bench.hashes.decide(foreign)).to.deep.equal({ kind: 'unknown' });
    const elsewhere = { ...decideOf(bench.approvalId), workflowId: 'demo-9.r1' };
    expect(await bench.hashes.decide(elsewhere)).to.deep.equal({ kind: 'missing' });
    expect(await bench.eventTypes()).to.deep.equal([]);
  });

  it('is refused for a workflow that was cancelled', async () => {
    await using bench = await openAsking();
    await bench.hashes.cancel(workflowId, []);
    expect(await bench.hashes.decide(decideOf(bench.approvalId))).to.deep.equal({ kind: 'cancelled' });
  });

  it('comes too late once its task has ended, and once it asked anew', async () => {
    await using bench = await openAsking();
    const newer = await ask(bench, 2);
    expect(await bench.hashes.decide(decideOf(bench.approvalId))).to.deep.equal({ kind: 'late' });
    await bench.hashes.commit(commitOf({ fence: { ...fence, attempt: 2 }, outcome: STOP }));
    expect(await bench.hashes.decide(decideOf(newer))).to.deep.equal({ kind: 'late' });
    expect(await bench.eventTypes()).to.deep.equal(['TASK.COMPLETED.SUCCESS']);
  });

  it('is told in the order of the questions, whatever the clocks of those who decided', async () => {
    await using bench = await openAsking();
    await bench.hashes.decide(decideOf(bench.approvalId, { at: '2027-01-01T00:00:00.000Z' }));
    const ids = [bench.approvalId];
    for (let attempt = 2; attempt <= 11; attempt += 1) {
      ids.push(await ask(bench, attempt));
      await bench.hashes.decide(decideOf(ids.at(-1) ?? ''));
    }
    const { decisions } = await bench.begun({ ...fence, attempt: 12 });
    expect(decisions.map((decision) => decision.approvalId)).to.deep.equal(ids);
  });

  it('refuses an event the catalogue does not know and stores nothing', async () => {
    await using bench = await openAsking();
    const rubbish: AnyEvent = JSON.parse(JSON.stringify({ ...provided('x'), data: {} }));
    const request = { ...decideOf(bench.approvalId), events: [rubbish] };
    const failure = await bench.hashes.decide(request).catch((error: Error) => error.message);
    expect(failure).to.contain('approvalId');
    expect(await bench.hashes.isDecided(workflowId, bench.approvalId)).to.equal(false);
  });
});

describe('a deadline that nobody met', () => {
  const escalation = (approvalId: string) =>
    commitOf({ fence: { ...fence, attempt: 2 }, outcome: STOP, unlessDecided: approvalId });

  it('is not committed when the decision came first', async () => {
    await using bench = await openAsking();
    await bench.begun({ ...fence, attempt: 2 });
    await bench.hashes.decide(decideOf(bench.approvalId));
    expect(await bench.hashes.commit(escalation(bench.approvalId))).to.equal('decided');
    expect((await bench.hashes.begin({ ...fence, attempt: 3 }, [])).kind).to.equal('begun');
    expect(await bench.eventTypes()).to.deep.equal(['APPROVAL.PROVIDED.SUCCESS']);
  });

  it('and a decision that race: exactly one of them counts, a hundred times over', async () => {
    for (let turn = 0; turn < 100; turn += 1) {
      await using bench = await openAsking();
      await bench.begun({ ...fence, attempt: 2 });
      const decide = () => bench.hashes.decide(decideOf(bench.approvalId));
      const commit = () => bench.hashes.commit(escalation(bench.approvalId));
      const both = turn % 2 === 0 ? [decide(), commit()] : [commit(), decide()];
      const verdicts = await Promise.all(both);
      expect(verdicts.map((one) => (typeof one === 'string' ? one : one.kind)).toSorted()).to.be.deep.oneOf([
        ['decided', 'decided'],
        ['committed', 'late'],
      ]);
    }
  });
});

describe("a person's retry", () => {
  const retry = (bench: Bench) =>
    bench.hashes.retry({
      workflowId,
      taskId,
      order: null,
      events: [buildEvent('ESCALATION.RESOLVED.SUCCESS', { decision: 'retry', why: 'mended' })],
    });

  async function stop(bench: Bench, attempt: number): Promise<void> {
    await bench.begun({ ...fence, attempt });
    await bench.hashes.commit(commitOf({ fence: { ...fence, attempt }, outcome: STOP, events: [] }));
  }

  it('takes the stop and its wait away once, excuses the pick-ups so far, and tells it', async () => {
    await using bench = await openAsking();
    await stop(bench, 7);
    const answers = await Promise.all(Array.from({ length: 10 }, () => retry(bench)));
    expect(answers.toSorted()).to.deep.equal([...Array(9).fill('not-stopped'), 'retried']);
    const begun = await bench.begun({ ...fence, attempt: 8 });
    expect([begun.wait, begun.pickUpsExcused]).to.deep.equal([null, 7]);
    expect(await bench.eventTypes()).to.deep.equal(['ESCALATION.RESOLVED.SUCCESS']);
  });

  it('leaves the old question too late, and decisions that were made visible', async () => {
    await using bench = await openAsking();
    await bench.hashes.decide(decideOf(bench.approvalId));
    const second = await ask(bench, 2);
    await stop(bench, 3);
    await retry(bench);
    expect(await bench.hashes.decide(decideOf(second))).to.deep.equal({ kind: 'late' });
    const { decisions } = await bench.begun({ ...fence, attempt: 4 });
    expect(decisions.map((decision) => decision.approvalId)).to.deep.equal([bench.approvalId]);
    const third = await ask(bench, 4);
    expect(await bench.hashes.decide(decideOf(third))).to.deep.equal({ kind: 'decided' });
  });

  it('lets the next stop be stored like the first', async () => {
    await using bench = await openAsking();
    await stop(bench, 2);
    await retry(bench);
    await stop(bench, 3);
    expect(await bench.hashes.begin({ ...fence, attempt: 4 }, [])).to.deep.equal({
      kind: 'replay',
      outcome: STOP,
    });
    expect(await retry(bench)).to.equal('retried');
  });

  it('keeps a wait for a round, whose tasks are queued already', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    await bench.begun(fence);
    const wait = waitOf({ on: 'dependency', untilMs: 1, why: 'red', round: 1 });
    await bench.hashes.commit(commitOf({ outcome: null, wait, events: [] }));
    await stop(bench, 2);
    expect(await retry(bench)).to.equal('retried');
    expect((await bench.begun({ ...fence, attempt: 3 })).wait).to.deep.equal(wait);
  });

  it('changes nothing unless the task stopped for a person', async () => {
    await using bench = await openAsking();
    expect(await retry(bench)).to.equal('not-stopped');
    const unwanted = { kind: 'stop', reason: { kind: 'unwanted', why: 'closed' } } as const;
    await bench.hashes.commit(commitOf({ outcome: unwanted, events: [] }));
    expect(await retry(bench)).to.equal('not-stopped');
    const done = { ...fence, taskId: `${workflowId}.clarification` };
    await bench.begun(done);
    await bench.hashes.commit(commitOf({ fence: done, events: [] }));
    expect(await bench.hashes.retry({ workflowId, taskId: done.taskId, order: null, events: [] })).to.equal(
      'not-stopped',
    );
    await bench.hashes.cancel(workflowId, []);
    expect(await retry(bench)).to.equal('cancelled');
    await bench.hashes.remove(workflowId);
    expect(await retry(bench)).to.equal('missing');
    expect(await bench.eventTypes()).to.deep.equal([]);
  });
});
