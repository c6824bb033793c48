import type { Begun, Fence, StoredOutcome, StoredWait } from '@tamma/coordination';
import {
  type AnyEvent,
  approvalIdOf,
  type Capability,
  type ErrorReport,
  endEventIdOf,
  eventIdOf,
  type Fact,
  type Round,
  taskIdOf,
} from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import type { Fate, TaskAttempt } from '@tamma/queue';
import { tasksLeftOf } from '../services/recovery/tasks-left.ts';
import type { Desk } from './desk.ts';

const UNTIL_MS = Date.parse('2126-01-01T00:00:00.000Z');
const ERROR: ErrorReport = { code: 'GATE_FAILED', class: 'gate', message: 'the tests are red' };

/** What a step of the crew comes to. */
type Deed =
  | { readonly kind: 'done' }
  | { readonly kind: 'ask' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'send-back'; readonly steps: readonly string[] };

interface Body {
  readonly stepId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly begun: Extract<Begun, { kind: 'begun' }>;
}

export interface CrewOptions {
  readonly capabilities?: readonly Capability[];
  readonly concurrency?: number;
  /** The body of every step; done unless said otherwise. */
  readonly behave?: (body: Body) => Promise<Deed> | Deed;
}

/** Workers that carry out tasks as the executor does: begin, body, one commit, then the queue moves. */
export async function startCrew(desk: Desk, options: CrewOptions = {}) {
  const { capabilities = ['git', 'ai'], concurrency = 4, behave = () => ({ kind: 'done' }) } = options;
  /** Task and attempt of every body that ran, in order. */
  const ran: { taskId: string; attempt: number }[] = [];
  const consumers = await Promise.all(
    capabilities.map((capability) =>
      desk.queue.consume({
        capability,
        concurrency,
        handler: (task) => work(desk, { task, capability, ran, behave }),
      }),
    ),
  );
  return {
    ran,
    timesRun: (taskId: string) => ran.filter((one) => one.taskId === taskId).length,
    [Symbol.asyncDispose]: async () => {
      await Promise.all(consumers.map((one) => one.stop(1000)));
    },
  };
}

interface Job {
  readonly task: TaskAttempt;
  readonly capability: Capability;
  readonly ran: { taskId: string; attempt: number }[];
  readonly behave: NonNullable<CrewOptions['behave']>;
}

async function work(desk: Desk, { task, capability, ran, behave }: Job): Promise<Fate> {
  const { payload, attempt } = task;
  const { workflowId, taskId, stepId } = payload;
  const tell = teller(task);
  const opening = tell({ type: 'TASK.DEQUEUED.SUCCESS', data: { capability, workerId: 'w1' } });
  const fence = { workflowId, taskId, attempt };
  const begun = await desk.hashes.begin(fence, [opening]);
  if (begun.kind !== 'begun') return fateOf(begun);
  const { wait, decisions, rounds } = begun;
  const isDecided = decisions.some(({ approvalId }) => approvalId === wait?.approval?.id);
  if (wait !== null && wait.approval !== null && !isDecided) return { kind: 'park', until: wait.untilMs };
  if (!begun.isOpened) await desk.eventLog.append([opening]);
  ran.push({ taskId, attempt });
  const deed = await behave({ stepId, taskId, attempt, begun });
  return settle(desk, { fence, tell, begun, deed, round: rounds.length + 1, stepId });
}

function fateOf(begun: Exclude<Begun, { kind: 'begun' }>): Fate {
  switch (begun.kind) {
    case 'replay':
      return begun.outcome.kind === 'done' ? { kind: 'done' } : { kind: 'stop', why: 'it has stopped' };
    case 'overtaken':
      return { kind: 'abandon' };
    case 'suspended':
      return { kind: 'park', until: begun.untilMs };
    default:
      return { kind: 'stop', why: `the workflow is ${begun.kind}` };
  }
}

interface Ending {
  readonly fence: Fence;
  readonly tell: ReturnType<typeof teller>;
  readonly begun: Extract<Begun, { kind: 'begun' }>;
  readonly deed: Deed;
  readonly round: number;
  readonly stepId: string;
}

async function settle(desk: Desk, ending: Ending): Promise<Fate> {
  const { fence, tell, begun, deed, stepId } = ending;
  switch (deed.kind) {
    case 'done': {
      const data = { result: { of: fence.taskId }, durationMs: 5 };
      const completed = tell({ type: 'TASK.COMPLETED.SUCCESS', data }, endEventIdOf(fence.taskId));
      const isLast = begun.head.template.steps.at(-1)?.id === stepId;
      const end = { type: 'WORKFLOW.COMPLETED.SUCCESS', data: { result: 'merged' } } as const;
      const events = isLast ? [completed, tell(end, `${endEventIdOf(fence.taskId)}.workflow`)] : [completed];
      return commit(
        desk,
        { fence, events, outcome: { kind: 'done', result: data.result } },
        { kind: 'done' },
      );
    }
    case 'stop': {
      const until = new Date(UNTIL_MS).toISOString();
      const events = [
        tell({ type: 'TASK.FAILED.PERMANENT', data: { error: ERROR, retryCount: 0 } }),
        tell({ type: 'ESCALATION.TRIGGERED.SUCCESS', data: { level: 2, error: ERROR, until } }),
      ];
      const outcome = { kind: 'stop', reason: { kind: 'escalate', error: ERROR } } as const;
      return commit(desk, { fence, events, outcome }, { kind: 'stop', why: ERROR.message });
    }
    case 'ask':
      return ask(desk, ending);
    case 'send-back':
      return sendBack(desk, ending, deed.steps);
  }
}

async function ask(desk: Desk, { fence, tell }: Ending): Promise<Fate> {
  const id = approvalIdOf(fence.taskId, fence.attempt);
  const until = new Date(UNTIL_MS).toISOString();
  const why = 'a person decides';
  const data = { approvalId: id, kind: 'plan', risk: 'high', subject: 'f00d', why, until } as const;
  const events = [
    tell({ type: 'APPROVAL.REQUESTED.SUCCESS', data }),
    tell({ type: 'TASK.PARKED.SUCCESS', data: { on: 'approval', until, why } }),
  ];
  const approval = { id, kind: 'plan', subject: 'f00d' } as const;
  const wait = { ...waitFor('approval', why), approval, round: null };
  return commit(desk, { fence, events, wait }, { kind: 'park', until: UNTIL_MS });
}

async function sendBack(desk: Desk, ending: Ending, steps: readonly string[]): Promise<Fate> {
  const { fence, tell, begun, round: number } = ending;
  const { workflowId, taskId } = fence;
  const round: Round = { number, kind: 'repair', askedBy: taskId, steps };
  const rounds = [...begun.rounds, round];
  const ids = steps.map((step) => taskIdOf(workflowId, step, number));
  const tasks = tasksLeftOf({ head: begun.head, rounds, isDone: (id) => !ids.includes(id) && id !== taskId });
  const data = { round: number, kind: 'repair' as const, steps: [...steps], why: 'it is red' };
  const events = [tell({ type: 'ROUND.STARTED.SUCCESS', data }, `${taskId}.round.${number}`)];
  const wait = { ...waitFor('dependency', 'it is red'), approval: null, round: number };
  return commit(desk, { fence, events, wait, round }, { kind: 'spawn', tasks: tasks.slice(0, -1) });
}

function waitFor(on: StoredWait['on'], why: string) {
  return { on, key: null, untilMs: UNTIL_MS, recheckMs: null, atDeadline: 'escalate', why } as const;
}

interface Commitment {
  readonly fence: Fence;
  readonly events: readonly AnyEvent[];
  readonly outcome?: StoredOutcome;
  readonly wait?: StoredWait;
  readonly round?: Round;
}

async function commit(desk: Desk, commitment: Commitment, fate: Fate): Promise<Fate> {
  const { outcome = null, wait = null, round = null, ...common } = commitment;
  const verdict = await desk.hashes.commit({
    ...common,
    outcome,
    wait,
    round,
    unlessDecided: null,
    activeMs: 5,
    isExcused: false,
    isHeld: false,
    gates: [],
    artifacts: new Map(),
  });
  if (verdict === 'committed') return fate;
  return verdict === 'overtaken' ? { kind: 'abandon' } : { kind: 'stop', why: `it is ${verdict}` };
}

/** Ids as the executor gives them. */
function teller({ payload, attempt }: TaskAttempt) {
  const { workflowId, taskId, stepId } = payload;
  let index = 0;
  return (fact: Fact, id?: string): AnyEvent => {
    index += 1;
    const about = { workflowId, taskId, stepId, attempt, at: new Date().toISOString() };
    return buildEvent(fact.type, fact.data, { ...about, id: id ?? eventIdOf(taskId, attempt, index) });
  };
}
