import type { EventDataByType, EventType } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { readWork } from './recorded-work.ts';

const ID = 'demo-1.r1';
const UNTIL = '2026-01-02T00:00:00.000Z';
const error = { code: 'GATE_FAILED', class: 'gate', message: 'red' } as const;
const COMMIT = 'c0ffee';

/** An event of a step's task, some seconds after midnight. */
function told<Type extends EventType>(
  type: Type,
  data: EventDataByType[Type],
  { step = 'test-gate', attempt = 1, second = 0, by = 'w1' } = {},
) {
  const at = new Date(Date.parse('2026-01-01T00:00:00.000Z') + second * 1000).toISOString();
  const about = { workflowId: ID, taskId: `${ID}.${step}`, stepId: step, attempt, at };
  return buildEvent(type, data, { ...about, actor: { kind: 'human', id: by } });
}

const dequeued = (options = {}) =>
  told('TASK.DEQUEUED.SUCCESS', { capability: 'test', workerId: 'w1' }, options);
const failed = (options = {}) => told('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, options);
const completed = (result: unknown, options = {}) =>
  told('TASK.COMPLETED.SUCCESS', { result, durationMs: 700 }, options);
const resolved = (decision: 'retry' | 'override' | 'skip', options = {}) =>
  told('ESCALATION.RESOLVED.SUCCESS', { decision, why: 'x' }, options);

describe('work on record', () => {
  it('keeps what tasks came to, but not a stop that a person resolved', () => {
    const stop = { kind: 'stop', reason: { kind: 'escalate', error } };
    const taskId = `${ID}.test-gate`;
    expect(readWork([failed()]).outcomes.get(taskId)).to.deep.equal(stop);
    expect(readWork([failed(), resolved('retry')]).outcomes.has(taskId)).to.equal(false);
    const again = [failed(), resolved('retry'), failed({ attempt: 2 })];
    expect(readWork(again).outcomes.get(taskId)).to.deep.equal(stop);
    const done = [...again, resolved('retry'), completed({ of: 1 }, { attempt: 3 }), resolved('retry')];
    expect(readWork(done).outcomes.get(taskId)).to.deep.equal({ kind: 'done', result: { of: 1 } });
  });

  it('counts attempts by task, the highest that was told', () => {
    const events = [dequeued({ attempt: 3 }), dequeued({ attempt: 2 }), dequeued({ step: 'first' })];
    expect([...readWork(events).attempts]).to.deep.equal([
      [`${ID}.test-gate`, 3],
      [`${ID}.first`, 1],
    ]);
  });

  it('keeps the last verdict of a gate on a commit, and an override for the commit it ended on', () => {
    const ran = { gate: 'test', commit: COMMIT, summary: '2 failed', durationMs: 1 } as const;
    const other = { ...ran, commit: 'beef' };
    const red = [told('GATE.RAN.FAILED', other), told('GATE.RAN.FAILED', ran), failed()];
    const verdict = { gate: 'test', summary: '2 failed', passed: false };
    const [first, second] = [
      { ...verdict, commit: 'beef' },
      { ...verdict, commit: COMMIT },
    ];
    expect(readWork(red).gates).to.deep.equal([first, second]);
    const ordered = told('TASK.OVERRIDE.ORDERED', { why: 'flaky' }, { by: 'ann' });
    const let_ = [...red, resolved('override'), ordered, completed({ commit: COMMIT }, { attempt: 2 })];
    const override = { by: 'ann', why: 'flaky' };
    expect(readWork(let_).gates).to.deep.equal([first, { ...second, override }]);
    const green = [...red, told('GATE.RAN.SUCCESS', { ...ran, summary: 'green' })];
    expect(readWork(green).gates[1]).to.deep.equal({ ...second, passed: true, summary: 'green' });
  });

  it('keeps an order until its task came to an end', () => {
    const taskId = `${ID}.test-gate`;
    const skip = told('TASK.SKIP.ORDERED', { why: 'not needed' }, { by: 'ann' });
    const order = { kind: 'skip', by: 'ann', why: 'not needed', at: '2026-01-01T00:00:00.000Z' };
    expect(readWork([skip, dequeued()]).orders.get(taskId)).to.deep.equal(order);
    expect(readWork([skip, completed(null)]).orders.size).to.equal(0);
    expect(readWork([skip, failed(), resolved('retry')]).orders.size).to.equal(0);
  });

  it('keeps rounds with the task that asked, and decisions with the attempt that did', () => {
    const round = { round: 1, kind: 'repair', steps: ['code-generation'], why: 'red' } as const;
    const asked = `${ID}.plan-approval.2.a3`;
    const said = { approvalId: asked, kind: 'plan', decision: 'edit', why: 'smaller', subject: 'f' } as const;
    const events = [
      told('ROUND.STARTED.SUCCESS', { ...round, steps: [...round.steps] }),
      told('APPROVAL.PROVIDED.SUCCESS', { ...said, approvalId: null }),
      told('APPROVAL.PROVIDED.SUCCESS', said, { by: 'ann' }),
    ];
    const { rounds, decisions } = readWork(events);
    expect(rounds).to.deep.equal([
      { number: 1, kind: 'repair', askedBy: `${ID}.test-gate`, steps: ['code-generation'] },
    ]);
    expect(decisions).to.have.length(1);
    expect(decisions[0]).to.include({ taskId: `${ID}.plan-approval.2`, attempt: 3 });
    expect(decisions[0]?.decision).to.include({ decision: 'edit', comment: 'smaller', by: 'ann' });
  });

  it('adds up what attempts have run: as they said, or from their begin to their end, without waits', () => {
    const parked = { on: 'approval', until: UNTIL, why: 'x' } as const;
    const events = [
      dequeued({ second: 0 }),
      told('TASK.PARKED.SUCCESS', parked, { second: 2 }),
      dequeued({ attempt: 2, second: 3600 }),
      told('TASK.INTERRUPTED.SUCCESS', { why: 'x' }, { attempt: 2, second: 3603 }),
      dequeued({ attempt: 3, second: 4000 }),
      completed(null, { attempt: 3, second: 4900 }),
    ];
    expect(readWork(events).activeMs).to.equal(2000 + 3000 + 700);
  });

  it('begins to count anew when a person had it tried again', () => {
    const events = [dequeued(), failed({ second: 90 }), resolved('retry', { second: 100 })];
    const after = [dequeued({ attempt: 2, second: 101 }), completed(null, { attempt: 2, second: 102 })];
    expect(readWork([...events, ...after]).activeMs).to.equal(700);
  });

  it('names the last writer of each artifact', () => {
    const written = (step: string, sha256: string) =>
      told('ARTIFACT.WRITTEN.SUCCESS', { name: 'PLAN.md', sha256, bytes: 1 }, { step });
    const { artifacts } = readWork([written('plan', 'a'), written('plan.1', 'b')]);
    expect([...artifacts]).to.deep.equal([['PLAN.md', { sha256: 'b', taskId: `${ID}.plan.1` }]]);
  });
});
