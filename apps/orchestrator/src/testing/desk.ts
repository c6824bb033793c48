import { redisKeysOf, type WorkflowHead } from '@tamma/contracts';
import { buildProject, buildStep } from '@tamma/contracts/testing';
import {
  createAgentRecords,
  createBudgets,
  createCircuits,
  createQueuePauses,
  createWorkflowHashes,
} from '@tamma/coordination/redis';
import { type AnyEvent, BREAKER_DEFAULTS, type EventType, type Issue, toError } from '@tamma/domain';
import { buildIssue } from '@tamma/domain/testing';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { createMemoryPlatform } from '@tamma/git-platform/memory';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { openStore } from '@tamma/store/postgres';
import { borrowTestDatabase } from '@tamma/store/testing';
import { testServers, uniqueName } from '@tamma/testing';
import type { WorkflowPlan } from '@tamma/workflow';
import { Redis } from 'ioredis';
import { createBell } from '../services/bell.ts';
import { RECORDER } from '../services/duties.ts';
import { createIntake, type Intake, type IntakeOptions } from '../services/intake.ts';
import { createRecorder, type RecorderOptions } from '../services/recorder.ts';
import { createTurns } from '../services/turns.ts';
import { cancelWorkflow } from '../use-cases/cancel-workflow.ts';
import { claimIssue } from '../use-cases/claim-issue.ts';

const READ_MAX = 10_000;
const LEASE_MS = 600_000;
/** Times that workflows of a desk have. */
export const LIMITS = {
  escalationDeadlineMs: 60_000,
  activeLimitMs: 7_200_000,
  suspendedDeadlineMs: 30 * 86_400_000,
} as const;

export const plan: WorkflowPlan = {
  name: 'short',
  hash: 'hash-of-short',
  steps: [
    buildStep({ id: 'first', capability: 'git', index: 0, allow: ['override', 'skip'] }),
    buildStep({ id: 'second', capability: 'ai', index: 1, allow: ['skip'] }),
    buildStep({ id: 'third', capability: 'git', index: 2 }),
  ],
};

export interface DeskOptions {
  /** Shared with another desk, as two processes share them. */
  readonly prefix?: string;
  readonly databaseUrl?: string;
}

export type Desk = Awaited<ReturnType<typeof openDesk>>;

/** What one orchestrator has in its hands: real Redis and PostgreSQL of the test's own, and a platform in memory. */
export async function openDesk(options: DeskOptions = {}) {
  await using stack = new AsyncDisposableStack();
  const databaseUrl = options.databaseUrl ?? stack.use(await borrowTestDatabase()).url;
  const store = stack.adopt(await openStore({ url: databaseUrl, poolMax: 4 }), (one) => one.close());
  const prefix = options.prefix ?? uniqueName('desk');
  const redis = stack.adopt(new Redis(testServers().redisUrl), (one) => one.disconnect());
  // Circuits do without a Redis that is not there yet, and what a test tells them would be lost.
  await redis.ping();
  if (options.prefix === undefined) stack.defer(() => deleteKeys(redis, prefix));
  const keys = redisKeysOf(prefix);
  const eventLog = stack.adopt(createRedisEventLog({ redis, keys }), (one) => one.close());
  const queue = stack.adopt(await openQueue(prefix), (one) => one.close());
  const parts = { prefix, databaseUrl, store, redis, keys, eventLog, queue };
  const owned = stack.move();
  const platform = createMemoryPlatform();
  platform.setBranch('main', 'beginning', 'Begin');
  const project = buildProject();
  const problems: string[] = [];
  return {
    ...parts,
    hashes: createWorkflowHashes({ redis, keys }),
    pauses: createQueuePauses({ redis, keys }),
    circuits: createCircuits({ redis, keys, settings: BREAKER_DEFAULTS }),
    budgets: createBudgets({ redis, keys }),
    agentRecords: createAgentRecords({ redis, keys, onError: (error) => void problems.push(error.message) }),
    dayLimitUsd: 200,
    reader: store.reader,
    platform,
    project,
    projects: [{ project, plan, platform }],
    /** What the intakes, recorders and retentions of this desk had to complain about. */
    problems,
    now: Date.now,
    bell: createBell(),
    takeCommentTurn: createTurns(),
    onUntold: (workflowId: string, error: Error) => void problems.push(`${workflowId}: ${error.message}`),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export function openQueue(prefix: string) {
  return createBullmqQueue({
    redisUrl: testServers().redisUrl,
    prefix,
    workerName: 'test',
    lockDurationMs: 30_000,
    stalledIntervalMs: 5000,
    onError: () => {},
  });
}

/** Eligible under the rules of `buildProject`. */
export function issueNumber(number: number, overrides: Partial<Issue> = {}): Issue {
  return buildIssue({ number, title: `Issue ${number}`, ...overrides });
}

export function intakeOf(desk: Desk, overrides: Partial<IntakeOptions> = {}): Intake {
  return createIntake({
    ...desk,
    claims: desk.store.claims,
    verdicts: desk.store.verdicts,
    inbox: desk.store.inbox,
    requireLead: async () => {},
    projects: [{ project: desk.project, plan, platform: desk.platform }],
    maxConcurrent: 10,
    ...LIMITS,
    takeTurn: createTurns(),
    holdBack: async () => null,
    now: Date.now,
    onProblem: (project, error) => void desk.problems.push(`${project}: ${error.message}`),
    ...overrides,
  });
}

export function claimsOf(desk: Desk) {
  return desk.store.claims.listOpen(desk.project.id);
}

/** First steps that wait for a worker: one for each flow. */
export async function countFlows(desk: Desk): Promise<number> {
  return (await desk.queue.counts()).git.waiting;
}

/** Claims an issue as intake does, and goes no further. */
export async function claimOnly(desk: Desk, number: number): Promise<WorkflowHead> {
  const issue = issueNumber(number);
  desk.platform.addIssue(issue);
  const deps = { ...desk, ...LIMITS, claims: desk.store.claims, now: Date.now };
  const result = await claimIssue(deps, { project: desk.project, plan, issue });
  if (!result.claimed) throw new Error('the issue was claimed before');
  return result.head;
}

/** A person has had enough. */
export async function cancel(desk: Desk, workflowId: string, why = 'enough'): Promise<void> {
  await cancelWorkflow({ ...desk, now: Date.now }, { workflowId, why, person: 'ann' });
}

/** The issues of the only project, as the last pass saw them. */
export function viewsOf(intake: Intake) {
  return intake.views()[0]?.intake ?? null;
}

/** A recorder that leads; its consumer is closed with the desk. */
export async function recorderOf(desk: Desk, overrides: Partial<RecorderOptions> = {}) {
  const consumer = await desk.eventLog.consumer(RECORDER);
  const term = overrides.term ?? (await desk.store.lease.acquire('test', LEASE_MS)) ?? 0;
  const recorder = createRecorder({
    consumer,
    term,
    writer: desk.store.writer,
    hashes: desk.hashes,
    batchSize: 500,
    flushIntervalMs: 5,
    now: Date.now,
    onRecorded: () => {},
    onProblem: (error) => void desk.problems.push(error.message),
    ...overrides,
  });
  return { ...recorder, consumer, term };
}

/** Puts on record what the log holds. */
export async function recordAll(desk: Desk): Promise<void> {
  const recorder = await recorderOf(desk);
  while ((await recorder.consumer.lag()) > 0) await recorder.runOnce();
  await recorder.consumer.close();
}

export async function readEvents(desk: Desk): Promise<readonly AnyEvent[]> {
  const entries = await desk.eventLog.readAfter('0-0', READ_MAX);
  return entries.flatMap((entry) => ('event' in entry ? [entry.event] : []));
}

export async function countEvents(desk: Desk, type: EventType): Promise<number> {
  return (await readEvents(desk)).filter((event) => event.type === type).length;
}

export async function rejectionOf(work: Promise<unknown>): Promise<Error> {
  try {
    await work;
  } catch (thrown) {
    return toError(thrown);
  }
  throw new Error('it was expected to be refused');
}

async function deleteKeys(redis: Redis, prefix: string): Promise<void> {
  const keys = await redis.keys(`${prefix}*`);
  if (keys.length > 0) await redis.del(keys);
}
