import type { StoredWait } from '@tamma/coordination';
import { type AnyEvent, approvalIdOf, type ErrorReport, type Fact, taskIdOf } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import type { Fate } from '@tamma/queue';
import { eventually } from '@tamma/testing';
import { type Desk, intakeOf, issueNumber, recordAll } from './desk.ts';

/** Far enough for any test. */
const UNTIL = '2126-01-01T00:00:00.000Z';
const ERROR: ErrorReport = {
  code: 'GATE_FAILED',
  class: 'gate',
  message: 'the tests are red',
  remedy: 'mend them',
};
const STEP = 'first';
const PARKED = {
  on: 'approval',
  key: null,
  untilMs: Date.parse(UNTIL),
  recheckMs: null,
  atDeadline: 'escalate',
  why: 'a person decides',
  approval: null,
  round: null,
} as const satisfies StoredWait;

export interface Asked {
  readonly workflowId: string;
  readonly taskId: string;
  readonly approvalId: string;
}

/** Starts a workflow for the issue; its flow waits for a worker. */
export async function startFlow(desk: Desk, number: number): Promise<string> {
  desk.platform.addIssue(issueNumber(number));
  await intakeOf(desk).runOnce();
  return `${desk.project.id}-${number}.r1`;
}

/** A workflow whose first step asks somebody and parks, as a worker does it. */
export async function askPerson(
  desk: Desk,
  number: number,
  kind: 'plan' | 'merge' | 'question',
): Promise<Asked> {
  const workflowId = await startFlow(desk, number);
  const taskId = taskIdOf(workflowId, STEP);
  let approvalId = '';
  await work(desk, async (attempt) => {
    approvalId = approvalIdOf(taskId, attempt);
    const subject = kind === 'question' ? null : 'f00d';
    const facts: Fact[] = [
      kind === 'question'
        ? { type: 'QUESTION.ASKED.SUCCESS', data: { approvalId, question: 'Which one?', until: UNTIL } }
        : {
            type: 'APPROVAL.REQUESTED.SUCCESS',
            data: { approvalId, kind, risk: 'high', subject: 'f00d', why: 'high risk', until: UNTIL },
          },
      {
        type: 'TASK.PARKED.SUCCESS',
        data: { on: kind === 'question' ? 'human' : 'approval', until: UNTIL, why: 'a person decides' },
      },
    ];
    await commit(
      desk,
      { workflowId, taskId, attempt },
      { facts, wait: { ...PARKED, approval: { id: approvalId, kind, subject } } },
    );
    return { kind: 'park', until: Date.parse(UNTIL) };
  });
  const task = { taskId, capability: 'git' } as const;
  await eventually('it is parked', async () => (await desk.queue.readStatus(task)) === 'scheduled');
  await recordAll(desk);
  return { workflowId, taskId, approvalId };
}

/** A workflow whose first step parks because the budget of a day is spent. */
export async function parkOnBudget(desk: Desk, number: number): Promise<Omit<Asked, 'approvalId'>> {
  const workflowId = await startFlow(desk, number);
  const taskId = taskIdOf(workflowId, STEP);
  await work(desk, async (attempt) => {
    const why = 'the budget of the day is spent';
    const facts: Fact[] = [{ type: 'TASK.PARKED.SUCCESS', data: { on: 'budget', until: UNTIL, why } }];
    await commit(desk, { workflowId, taskId, attempt }, { facts, wait: { ...PARKED, on: 'budget', why } });
    return { kind: 'park', until: Date.parse(UNTIL) };
  });
  const task = { taskId, capability: 'git' } as const;
  await eventually('it is parked', async () => (await desk.queue.readStatus(task)) === 'scheduled');
  await recordAll(desk);
  return { workflowId, taskId };
}

/** A workflow whose first step stopped for good. */
export async function escalate(
  desk: Desk,
  number: number,
  error = ERROR,
): Promise<{ workflowId: string; taskId: string }> {
  const workflowId = await startFlow(desk, number);
  const taskId = taskIdOf(workflowId, STEP);
  await failAgain(desk, { workflowId, taskId }, error);
  return { workflowId, taskId };
}

/** The first step is taken, and stops for good. */
export async function failAgain(
  desk: Desk,
  { workflowId, taskId }: Pick<Asked, 'workflowId' | 'taskId'>,
  error = ERROR,
): Promise<void> {
  await work(desk, async (attempt) => {
    const facts: Fact[] = [
      { type: 'TASK.FAILED.PERMANENT', data: { error, retryCount: 0 } },
      { type: 'ESCALATION.TRIGGERED.SUCCESS', data: { level: 2, error, until: UNTIL } },
    ];
    await commit(desk, { workflowId, taskId, attempt }, { facts, wait: null });
    return { kind: 'stop', why: 'the tests are red' };
  });
  const task = { taskId, capability: 'git' } as const;
  await eventually('it has failed', async () => (await desk.queue.readStatus(task)) === 'failed');
  await recordAll(desk);
}

/** Lets a worker take the one task that is queued for git. */
export async function work(desk: Desk, handle: (attempt: number) => Promise<Fate>): Promise<void> {
  const taken = Promise.withResolvers<void>();
  const consumer = await desk.queue.consume({
    capability: 'git',
    concurrency: 1,
    handler: async ({ attempt }) => {
      const fate = await handle(attempt);
      taken.resolve();
      return fate;
    },
  });
  await taken.promise;
  await consumer.stop(1000);
}

interface Ending {
  readonly facts: readonly Fact[];
  /** What it waits for; null when the step stops. */
  readonly wait: StoredWait | null;
}

async function commit(
  desk: Desk,
  fence: { workflowId: string; taskId: string; attempt: number },
  { facts, wait }: Ending,
): Promise<void> {
  const { workflowId, taskId, attempt } = fence;
  await desk.hashes.begin(fence, []);
  const begun: Fact = { type: 'TASK.DEQUEUED.SUCCESS', data: { capability: 'git', workerId: 'w1' } };
  const at = new Date().toISOString();
  const about = { workflowId, taskId, stepId: STEP, attempt, at };
  const events: AnyEvent[] = [begun, ...facts].map(({ type, data }) => buildEvent(type, data, about));
  await desk.hashes.commit({
    fence,
    outcome: wait === null ? { kind: 'stop', reason: { kind: 'escalate', error: ERROR } } : null,
    wait,
    round: null,
    unlessDecided: null,
    activeMs: 0,
    isExcused: false,
    isHeld: false,
    gates: [],
    artifacts: new Map(),
    events,
  });
}
