import { redisKeysOf } from '@tamma/contracts';
import { buildHead } from '@tamma/contracts/testing';
import type { StoredDecision } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { RebuildRequest, StoredOutcome } from '../index.ts';
import { commitOf, fence, head, openBench, STOP } from '../testing/bench.ts';
import { createWorkflowHashes } from './index.ts';

const { workflowId } = fence;
const taskOf = (stepId: string) => `${workflowId}.${stepId}`;
const repaired = buildEvent('RECONCILIATION.REPAIRED.SUCCESS', { difference: 'gone', repair: 'rebuilt' });
const decision: StoredDecision = {
  approvalId: `${taskOf('plan-approval')}.a2`,
  kind: 'plan',
  decision: 'approve',
  comment: '',
  subject: 'f00d',
  by: 'ada',
  at: '2026-01-01T00:00:00.000Z',
};

function requestOf(overrides: Partial<RebuildRequest> = {}): RebuildRequest {
  return {
    head,
    outcomes: new Map<string, StoredOutcome>([
      [taskOf('issue-intake'), { kind: 'done', result: { answer: 42 } }],
      [taskOf('build-gate'), STOP],
    ]),
    attempts: new Map([
      [taskOf('issue-intake'), 1],
      [taskOf('plan-approval'), 12],
    ]),
    gates: [{ gate: 'build', commit: 'abc', passed: true, summary: 'built' }],
    rounds: [{ number: 1, kind: 'repair', askedBy: taskOf('build-gate'), steps: ['code-generation'] }],
    decisions: [{ taskId: taskOf('plan-approval'), attempt: 2, decision }],
    artifacts: new Map([['TASK.md', '# Task']]),
    activeMs: 5000,
    suspendedUntilMs: null,
    events: [repaired],
    ...overrides,
  };
}

describe('a workflow that Redis lost', () => {
  it('is put back whole: results, gates, rounds, decisions, artifacts, attempts, time', async () => {
    await using bench = openBench();
    expect(await bench.hashes.rebuild(requestOf())).to.equal(true);
    const begun = await bench.begun({ ...fence, taskId: taskOf('plan-approval'), attempt: 13 });
    expect(begun.head).to.deep.equal(head);
    expect([...begun.results]).to.deep.equal([[taskOf('issue-intake'), { answer: 42 }]]);
    const { gates, rounds } = requestOf();
    expect([begun.gates, begun.rounds, begun.decisions]).to.deep.equal([gates, rounds, [decision]]);
    expect([begun.activeMs, begun.pickUpsExcused, [...begun.artifacts]]).to.deep.equal([
      5000,
      12,
      ['TASK.md'],
    ]);
    expect(await bench.hashes.readArtifact(workflowId, 'TASK.md')).to.equal('# Task');
    expect(await bench.hashes.isDecided(workflowId, decision.approvalId)).to.equal(true);
    expect(await bench.eventTypes()).to.deep.equal([repaired.type]);
    const stopped = await bench.hashes.begin({ ...fence, taskId: taskOf('build-gate') }, []);
    expect(stopped).to.deep.equal({ kind: 'replay', outcome: STOP });
  });

  it('refuses whoever made an attempt before it was lost', async () => {
    await using bench = openBench();
    await bench.hashes.rebuild(requestOf());
    const late = { ...fence, taskId: taskOf('plan-approval'), attempt: 11 };
    expect(await bench.hashes.commit(commitOf({ fence: late, events: [] }))).to.equal('overtaken');
    expect((await bench.hashes.begin(late, [])).kind).to.equal('overtaken');
    expect(await bench.hashes.standing(late)).to.equal('overtaken');
  });

  it('stands still if it did', async () => {
    await using bench = openBench();
    await bench.hashes.rebuild(requestOf({ suspendedUntilMs: 77 }));
    const begun = await bench.hashes.begin({ ...fence, taskId: 'other' }, []);
    expect(begun).to.deep.equal({ kind: 'suspended', untilMs: 77 });
  });

  it('is put back once, by one of many, and never over one that is there', async () => {
    await using bench = openBench();
    const answers = await Promise.all(Array.from({ length: 10 }, () => bench.hashes.rebuild(requestOf())));
    expect(answers.filter(Boolean)).to.have.lengthOf(1);
    const other = requestOf({ head: buildHead({ score: 1 }), activeMs: 0, artifacts: new Map() });
    expect(await bench.hashes.rebuild(other)).to.equal(false);
    expect((await bench.begun({ ...fence, taskId: 'other' })).head.score).to.equal(head.score);
    expect(await bench.eventTypes()).to.deep.equal([repaired.type]);
  });

  it('is not put back by halves when an event is refused', async () => {
    await using bench = openBench();
    const rubbish = JSON.parse(JSON.stringify({ ...repaired, data: {} }));
    const failure = await bench.hashes
      .rebuild(requestOf({ events: [rubbish] }))
      .then(String, () => 'refused');
    expect(failure).to.equal('refused');
    expect(await bench.hashes.list(10)).to.deep.equal([]);
  });
});

describe('which workflows are there', () => {
  it('is said of those that are asked about, and of all of them up to a limit', async () => {
    await using bench = openBench();
    const ids = Array.from({ length: 30 }, (_, i) => `demo-${i + 1}.r1`);
    for (const id of ids) await bench.hashes.rebuild(requestOf({ head: buildHead({ workflowId: id }) }));
    const absent = Array.from({ length: 1200 }, (_, i) => `gone-${i}.r1`);
    expect([...(await bench.hashes.present([...absent, ...ids]))]).to.deep.equal(ids);
    expect(await bench.hashes.present([])).to.have.property('size', 0);
    expect(await bench.hashes.list(100)).to.have.members(ids);
    expect(await bench.hashes.list(7)).to.have.lengthOf(7);
    for (const id of ids) await bench.hashes.remove(id);
    expect(await bench.hashes.list(100)).to.deep.equal([]);
  });

  it('does not mix up prefixes that look like patterns', async () => {
    await using bench = openBench();
    const open = (prefix: string) => {
      const keys = redisKeysOf(`${bench.keys.events}${prefix}`);
      return createWorkflowHashes({ redis: bench.redis, keys });
    };
    await open('abc').open(head, []);
    expect(await open('a*').list(10)).to.deep.equal([]);
    expect(await open('a[b]c').list(10)).to.deep.equal([]);
    await open('a*').open(head, []);
    expect(await open('a*').list(10)).to.deep.equal([workflowId]);
  });
});
