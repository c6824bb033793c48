import { CAPABILITIES, foldWorkflow, type WorkflowState } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { blockersOf, type Surroundings } from './blockers.ts';

const AT = '2026-01-01T00:00:00.000Z';
const UNTIL = '2026-01-01T00:05:00.000Z';
const WORKFLOW = { workflowId: 'demo-1.r1', at: AT };
const FIRST = { ...WORKFLOW, taskId: 'demo-1.r1.first', stepId: 'first' };
const ERROR = { code: 'X', class: 'gate', message: 'the tests are red' } as const;

const created = buildEvent(
  'WORKFLOW.STATE.CREATED',
  {
    project: 'demo',
    platform: 'local',
    repository: '/nowhere',
    issue: 1,
    title: 'A title',
    template: 'short',
    templateHash: 'hash',
    score: 500,
    run: 1,
  },
  WORKFLOW,
);
const started = buildEvent(
  'WORKFLOW.STARTED.SUCCESS',
  { steps: [{ id: 'first', phase: 'INTAKE', capability: 'git' }] },
  WORKFLOW,
);
const parkedOn = (on: 'circuit' | 'rate-limit' | 'approval') =>
  buildEvent('TASK.PARKED.SUCCESS', { on, until: UNTIL, why: 'it failed too often' }, FIRST);
const dequeued = buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'git', workerId: 'w1' }, FIRST);

const worker = {
  workerId: 'w1',
  capabilities: [...CAPABILITIES],
  running: 0,
  slots: 2,
  sandbox: 'none',
  startedAt: AT,
  seenAt: AT,
};
const calm: Surroundings = { pauses: [], workers: [worker], circuits: [], holds: [] };
const pauseOf = (queue: (typeof CAPABILITIES)[number]) => ({ queue, by: 'ann', why: 'the bill', since: AT });
const troubled: Surroundings = {
  ...calm,
  circuits: [
    {
      service: 'github',
      operation: 'readIssue',
      state: { status: 'open', untilMs: Date.parse(UNTIL), why: 'five failures' },
    },
  ],
  holds: [{ service: 'anthropic', untilMs: Date.parse(UNTIL), why: 'the limit is reached' }],
};

function stateAfter(...events: Parameters<typeof foldWorkflow>[0][]): WorkflowState {
  const state = foldWorkflow(events.flatMap((one) => [...one]));
  if (state === null) throw new Error('there is no workflow');
  return state;
}

function whatOf(state: WorkflowState, around: Surroundings): string[] {
  return blockersOf(state, around).map(({ what }) => what);
}

describe('what blocks a workflow', () => {
  const queued = stateAfter([created, started]);

  it('is nothing when a worker is there and its queue runs', () => {
    expect(blockersOf(queued, calm)).to.deep.equal([]);
    expect(blockersOf(queued, troubled), 'it waits for no service').to.deep.equal([]);
  });

  it('is a pause of the very queue that its step waits in, with who and why', () => {
    expect(blockersOf(queued, { ...calm, pauses: [pauseOf('git'), pauseOf('ai')] })).to.deep.equal([
      { what: 'queue git', why: 'paused by ann: the bill', since: AT, until: null },
    ]);
  });

  it('is the absence of a worker that can do its step', () => {
    const others = { ...calm, workers: [{ ...worker, capabilities: ['ai' as const] }] };
    expect(blockersOf(queued, others)[0]?.why).to.equal('no worker with the capability git is alive');
  });

  it('is a service in trouble when its step waits for one, and until when', () => {
    for (const on of ['circuit', 'rate-limit'] as const) {
      const parked = stateAfter([created, started, dequeued, parkedOn(on)]);
      expect(blockersOf(parked, troubled)).to.deep.equal([
        { what: 'circuit github:readIssue', why: 'five failures', since: null, until: UNTIL },
        { what: 'service anthropic', why: 'the limit is reached', since: null, until: UNTIL },
      ]);
    }
  });

  it('is a suspension and an escalation, both at once', () => {
    const failed = buildEvent('TASK.FAILED.PERMANENT', { error: ERROR, retryCount: 0 }, FIRST);
    const escalated = buildEvent(
      'ESCALATION.TRIGGERED.SUCCESS',
      { level: 3, error: ERROR, until: UNTIL },
      FIRST,
    );
    const suspended = buildEvent('WORKFLOW.SUSPENDED.SUCCESS', { why: 'a release', until: UNTIL }, WORKFLOW);
    const state = stateAfter([created, started, dequeued, failed, escalated, suspended]);
    expect(whatOf(state, calm)).to.deep.equal(['suspension', 'escalation']);
    expect(blockersOf(state, calm)[1]?.why).to.equal('step first: the tests are red (level 3, lead)');
  });

  it('is the pause of every queue before it has begun, and no pause of a single one', () => {
    const pending = stateAfter([created]);
    expect(whatOf(pending, { ...calm, pauses: [pauseOf('git')] })).to.deep.equal([]);
    expect(whatOf(pending, { ...calm, pauses: CAPABILITIES.map(pauseOf) })).to.deep.equal(['queues']);
  });

  it('is nothing while a step runs, and after the end', () => {
    const nothing = { ...troubled, workers: [], pauses: CAPABILITIES.map(pauseOf) };
    const cancelled = buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'enough' }, WORKFLOW);
    expect(blockersOf(stateAfter([created, started, dequeued]), nothing)).to.deep.equal([]);
    expect(blockersOf(stateAfter([created, started, cancelled]), nothing)).to.deep.equal([]);
  });
});
