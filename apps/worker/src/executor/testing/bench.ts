import { type PlannedStep, redisKeysOf, type TaskPayload, type WorkflowHead } from '@tamma/contracts';
import { buildHead, buildStep } from '@tamma/contracts/testing';
import type { Circuits, ControlChannel, LiveText, WorkflowHashes } from '@tamma/coordination';
import {
  createAgentRecords,
  createBudgets,
  createLiveText,
  createWorkflowHashes,
} from '@tamma/coordination/redis';
import { type AnyEvent, type Capability, taskIdOf } from '@tamma/domain';
import { buildIssue } from '@tamma/domain/testing';
import { type EventLog, LOG_START } from '@tamma/event-log';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { createMemoryPlatform, type MemoryPlatform } from '@tamma/git-platform/memory';
import type { Fate, TaskAttempt } from '@tamma/queue';
import type { Step } from '@tamma/steps';
import { createLogger, createMetrics, type Metrics } from '@tamma/telemetry';
import { testServers, uniqueName } from '@tamma/testing';
import { Redis } from 'ioredis';
import { CallBooks } from '../call-books.ts';
import type { ExecutorDeps } from '../deps.ts';
import { createExecutor } from '../executor.ts';
import { createHints } from '../hints.ts';
import { fakeAgents } from './fake-agents.ts';
import { fakeWorkspaces } from './fake-workspaces.ts';
import { memoryCircuits } from './memory-circuits.ts';
import { memoryControl } from './memory-control.ts';

/** The plan of every bench unless it brings its own: two steps, one phase each. */
export const FIRST: PlannedStep = buildStep({ closes: { artifactsRequired: [], nextStep: 'clarification' } });
export const LAST: PlannedStep = buildStep({
  id: 'clarification',
  handler: 'clarification',
  phase: 'RESEARCH',
  capability: 'ai',
  index: 1,
  closes: { artifactsRequired: [], nextStep: null },
});

export interface BenchOptions {
  readonly steps?: readonly Step[];
  readonly plan?: readonly PlannedStep[];
  readonly head?: Partial<WorkflowHead>;
  readonly prefix?: string;
  readonly redisUrl?: string;
  readonly deps?: Partial<ExecutorDeps>;
}

interface RunRequest {
  readonly attempt?: number;
  readonly failures?: number;
  readonly round?: number;
  readonly signal?: AbortSignal;
}

export interface Bench extends AsyncDisposable {
  readonly prefix: string;
  readonly head: WorkflowHead;
  readonly redis: Redis;
  readonly hashes: WorkflowHashes;
  readonly eventLog: EventLog;
  readonly liveText: LiveText;
  /** Within this process; what a person does is announced on it by the test. */
  readonly control: ControlChannel;
  readonly circuits: Circuits;
  readonly metrics: Metrics;
  readonly platform: MemoryPlatform;
  readonly deps: ExecutorDeps;
  /** Lines the executor logged. */
  readonly lines: readonly string[];
  taskOf(stepId: string, request?: RunRequest): TaskAttempt;
  /** One attempt, without a queue around it. */
  run(stepId: string, request?: RunRequest): Promise<Fate>;
  events(): Promise<readonly AnyEvent[]>;
  types(): Promise<readonly string[]>;
  comments(): readonly string[];
}

const EVENTS_MAX = 1000;

/** The executor on a real Redis under a prefix of its own, an opened workflow, and a platform in memory. */
export async function openBench(options: BenchOptions = {}): Promise<Bench> {
  const prefix = options.prefix ?? uniqueName('worker');
  const redis = new Redis(options.redisUrl ?? testServers().redisUrl, { maxRetriesPerRequest: null });
  redis.on('error', () => {
    // Tests cut this connection; it heals by itself.
  });
  const keys = redisKeysOf(prefix);
  const hashes = createWorkflowHashes({ redis, keys });
  const eventLog = createRedisEventLog({ redis, keys });
  const liveText = createLiveText({ redis, keys });
  const platform = createMemoryPlatform();
  platform.addIssue(buildIssue());
  const head = headOf(options);
  const lines: string[] = [];
  const plain = { ...defaultDeps(options, lines), ...options.deps };
  const { workerId, now, logger } = plain;
  const control = memoryControl();
  const circuits = memoryCircuits(now);
  const metrics = createMetrics();
  const books = new CallBooks({ circuits, eventLog, workerId, now, logger, metrics });
  const hints = createHints(control);
  const budgets = createBudgets({ redis, keys, now });
  const agentRecords = createAgentRecords({ redis, keys });
  const shared = { budgets, agentRecords, circuits };
  const owned = { hashes, eventLog, liveText, hints, books, ...shared, platformOf: () => platform };
  await hashes.open(head, []);
  const all: ExecutorDeps = { ...owned, ...plain };
  const events = async () => {
    const entries = await eventLog.readAfter(LOG_START, EVENTS_MAX);
    return entries.map((entry) => ('event' in entry ? entry.event : unreadable(entry.malformed)));
  };
  const taskOf = (stepId: string, request: RunRequest = {}) => attemptOf(head, stepId, request);
  return {
    prefix,
    head,
    redis,
    hashes,
    eventLog,
    liveText,
    control,
    circuits,
    metrics,
    platform,
    deps: all,
    lines,
    taskOf,
    run: (stepId, request = {}) => {
      const handler = createExecutor(all, capabilityOf(head, stepId));
      return handler(taskOf(stepId, request), request.signal ?? new AbortController().signal);
    },
    events,
    types: async () => (await events()).map((event) => event.type),
    comments: () => platform.readComments(head.issue.number).map((comment) => comment.text),
    [Symbol.asyncDispose]: async () => {
      await eventLog.close();
      await liveText.close();
      redis.disconnect();
    },
  };
}

type Owned =
  | ('hashes' | 'eventLog' | 'liveText' | 'hints' | 'books' | 'platformOf')
  | ('budgets' | 'agentRecords' | 'circuits');

function defaultDeps({ steps = [] }: BenchOptions, lines: string[]): Omit<ExecutorDeps, Owned> {
  const destination = { write: (line: string) => void lines.push(line) };
  return {
    workerId: 'worker-1',
    workspaces: fakeWorkspaces(),
    agentOf: fakeAgents({}),
    secretsOf: () => [],
    dayBudgetUsd: null,
    findStep: (handler) => steps.find((step) => step.handler === handler),
    now: Date.now,
    // Nobody waits in a test.
    sleep: async () => {},
    random: () => 0.5,
    logger: createLogger({ name: 'test', level: 'info', destination }),
  };
}

function headOf({ plan = [FIRST, LAST], head }: BenchOptions): WorkflowHead {
  return buildHead({ template: { name: 'test', hash: 'hash', steps: [...plan] }, ...head });
}

function capabilityOf(head: WorkflowHead, stepId: string): Capability {
  return head.template.steps.find((step) => step.id === stepId)?.capability ?? 'git';
}

function attemptOf(
  head: WorkflowHead,
  stepId: string,
  { attempt = 1, failures = 0, round = 0 }: RunRequest,
): TaskAttempt {
  const payload = payloadOf(head, stepId, round);
  return { payload, attempt, failures, reportProgress: async () => {} };
}

/** What the queue carries for a task; of a round, or for a step that is not planned, names only. */
export function payloadOf(head: WorkflowHead, stepId: string, round = 0): TaskPayload {
  const { workflowId, sessionKey } = head;
  const named = { workflowId, taskId: taskIdOf(workflowId, stepId, round), stepId, round };
  const step = head.template.steps.find((one) => one.id === stepId);
  if (step === undefined || round > 0 || !step.opens) return named;
  return { ...named, opens: { phase: step.phase, sessionKey: step.index === 0 ? sessionKey : null } };
}

function unreadable(text: string): never {
  throw new Error(`the log holds an entry that does not parse: ${text}`);
}
