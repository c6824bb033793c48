import { buildHead, buildStep } from '@tamma/contracts/testing';
import { queuePriority, type Round, type RoundKind, type RoundWait } from '@tamma/domain';
import { expect } from 'chai';
import type { Settlement } from './settle-request.ts';
import { settleOutcome } from './settlement.ts';
import { createTeller } from './teller.ts';

const NOW = Date.parse('2026-03-01T10:00:00.000Z');
const STEPS = (['plan', 'code', 'build', 'test'] as const).map((id, index) =>
  buildStep({ id, index, capability: id === 'plan' ? 'ai' : id }),
);
const HEAD = buildHead({
  template: { name: 'test', hash: 'hash', steps: STEPS },
  escalationDeadlineMs: 1000,
});
const [, , , TEST = buildStep()] = STEPS;

interface Asking {
  readonly rounds?: readonly Round[];
  readonly kind?: RoundKind;
  readonly attempt?: number;
}

function settle(
  steps: readonly string[],
  { rounds = [], kind = 'repair', attempt = 1 }: Asking = {},
): Settlement {
  const { workflowId } = HEAD;
  const fence = { workflowId, taskId: `${workflowId}.test`, attempt };
  const teller = createTeller({ ...fence, stepId: 'test', workerId: 'worker-1', now: () => NOW });
  const outcome: RoundWait = { kind: 'wait', on: 'dependency', why: 'it is red', round: { kind, steps } };
  return settleOutcome({
    outcome,
    head: HEAD,
    step: TEST,
    fence,
    round: 0,
    rounds,
    wait: null,
    holds: 0,
    teller,
    failures: 2,
    durationMs: 12,
    nowMs: NOW,
    random: 0.5,
  });
}

function roundsOf(...kinds: RoundKind[]): Round[] {
  return kinds.map((kind, i) => ({ number: i + 1, kind, askedBy: 'demo-1.r1.test', steps: ['code'] }));
}

function codeOf({ outcome }: Settlement): string | null {
  return outcome?.kind === 'stop' && outcome.reason.kind === 'escalate' ? outcome.reason.error.code : null;
}

describe('settlement of work that goes back', () => {
  it('stores a round and has its tasks run below the one that asked, in order', () => {
    const settlement = settle(['code', 'build']);
    expect(settlement.round).to.deep.equal({
      number: 1,
      kind: 'repair',
      askedBy: 'demo-1.r1.test',
      steps: ['code', 'build'],
    });
    expect(settlement.wait).to.deep.equal({
      on: 'dependency',
      key: null,
      untilMs: NOW + 1000,
      recheckMs: null,
      atDeadline: 'escalate',
      why: 'it is red',
      approval: null,
      round: 1,
    });
    expect(settlement.outcome).to.equal(null);
    const payload = { workflowId: 'demo-1.r1', round: 1 };
    const [code, build] = ['demo-1.r1.code.1', 'demo-1.r1.build.1'];
    expect(settlement.fate).to.deep.equal({
      kind: 'spawn',
      tasks: [
        {
          taskId: code,
          capability: 'code',
          payload: { ...payload, taskId: code, stepId: 'code' },
          priority: queuePriority(500, 1, 1),
        },
        {
          taskId: build,
          capability: 'build',
          payload: { ...payload, taskId: build, stepId: 'build' },
          priority: queuePriority(500, 2, 1),
        },
      ],
    });
  });

  it('tells it once by round, whatever the attempt, and each task as a task of its own', () => {
    const settlement = settle(['code', 'build'], { attempt: 7 });
    expect(settlement.events.map(({ id, type, taskId, stepId }) => [id, type, taskId, stepId])).to.deep.equal(
      [
        ['demo-1.r1.test.round.1', 'ROUND.STARTED.SUCCESS', 'demo-1.r1.test', 'test'],
        ['demo-1.r1.code.1.enqueued', 'TASK.ENQUEUED.SUCCESS', 'demo-1.r1.code.1', 'code'],
        ['demo-1.r1.build.1.enqueued', 'TASK.ENQUEUED.SUCCESS', 'demo-1.r1.build.1', 'build'],
      ],
    );
    expect(settlement.events[0]?.data).to.deep.equal({
      round: 1,
      kind: 'repair',
      steps: ['code', 'build'],
      why: 'it is red',
    });
    expect(settlement.events[1]).to.not.have.property('attempt');
  });

  it('numbers rounds over all kinds, and names no task with a colon', () => {
    const settlement = settle(['plan'], { rounds: roundsOf('repair', 'plan', 'repair'), kind: 'plan' });
    expect(settlement.round).to.include({ number: 4, kind: 'plan' });
    const tasks = settlement.fate.kind === 'spawn' ? settlement.fate.tasks : [];
    expect(tasks.map((task) => task.taskId)).to.deep.equal(['demo-1.r1.plan.4']);
    expect(JSON.stringify(tasks.map((task) => task.taskId))).to.not.contain(':');
  });

  it('escalates what goes beyond the limit of its kind, whatever the step thought', () => {
    const rounds = roundsOf('repair', 'repair', 'repair');
    const settlement = settle(['code'], { rounds });
    expect(codeOf(settlement)).to.equal('ROUNDS_EXHAUSTED');
    expect(settlement).to.deep.include({ round: null, wait: null });
    expect(settlement.fate).to.deep.equal({
      kind: 'stop',
      why: 'step test sent work back after 3 repair rounds: it is red',
    });
    expect(settlement.events[0]?.data).to.include({ retryCount: 2 });
    expect(codeOf(settle(['plan'], { rounds, kind: 'plan' }))).to.equal(null);
  });

  it('escalates a round of steps that are not above the one that asks, each once and in order', () => {
    for (const steps of [[], ['deploy'], ['test'], ['build', 'code'], ['code', 'code']]) {
      expect(codeOf(settle(steps)), steps.join()).to.equal('ROUND_INVALID');
    }
    expect(codeOf(settle(['plan', 'test']))).to.equal('ROUND_INVALID');
  });
});

describe('settlement of a task of a round', () => {
  it('completes the task alone: no phase, no session, no workflow ends again', () => {
    const { workflowId } = HEAD;
    const fence = { workflowId, taskId: `${workflowId}.test.1`, attempt: 1 };
    const settlement = settleOutcome({
      outcome: { kind: 'done', result: {} },
      head: HEAD,
      step: { ...TEST, closes: { artifactsRequired: [], nextStep: null } },
      fence,
      round: 1,
      rounds: roundsOf('repair'),
      wait: null,
      holds: 0,
      teller: createTeller({ ...fence, stepId: 'test', workerId: 'worker-1', now: () => NOW }),
      failures: 0,
      durationMs: 12,
      nowMs: NOW,
      random: 0.5,
    });
    expect(settlement.events.map(({ id, type }) => [id, type])).to.deep.equal([
      ['demo-1.r1.test.1.end', 'TASK.COMPLETED.SUCCESS'],
    ]);
  });
});
