import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { redisKeysOf } from '@tamma/contracts';
import {
  connectRedis,
  createAgentRecords,
  createBudgets,
  createCircuits,
  createLiveText,
  createQueuePauses,
  createWorkerRegistry,
  createWorkflowHashes,
} from '@tamma/coordination/redis';
import { reportError, toError } from '@tamma/domain';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { checkGitHubProject, createGitHubConnection, createGitHubPlatform } from '@tamma/git-platform/github';
import { checkLocalProject, createLocalPlatform } from '@tamma/git-platform/local';
import {
  createHealth,
  createSupervisor,
  formatProblems,
  onCrash,
  onShutdownSignal,
  readVersion,
} from '@tamma/process';
import { createBullmqQueue, openBoardQueues } from '@tamma/queue/bullmq';
import { openStoreWithRetry } from '@tamma/store/postgres';
import { createLogger, createMetrics } from '@tamma/telemetry';
import { createAccess } from './access.ts';
import { addBudgetMetrics } from './budget-metrics.ts';
import type { AgentKnowledge } from './check-agents.ts';
import { considerate } from './considerate-platform.ts';
import { describeConfig } from './describe-config.ts';
import { describeProjects } from './describe-projects.ts';
import { addEngineMetrics } from './engine-metrics.ts';
import { addHealthChecks } from './health-checks.ts';
import { createHoldBack } from './hold-back.ts';
import { createHttpServer } from './http/server.ts';
import { createLifecycle } from './lifecycle.ts';
import { attachLive } from './live/attach-live.ts';
import { createPlatforms } from './platforms.ts';
import { addQueueMetrics } from './queue-metrics.ts';
import { createBell } from './services/bell.ts';
import { createCensus } from './services/census.ts';
import { createDuties, RECORDER } from './services/duties.ts';
import { createLeadership } from './services/leadership.ts';
import { readSettings, type SoundSettings } from './settings.ts';

const EXIT_FAILED = 1;
const EXIT_CONFIGURATION = 2;
const REDIS_URL_DEFAULT = 'redis://127.0.0.1:6379';
/** Where `npm run build` puts the dashboard. */
const DASHBOARD_FOLDER = join(import.meta.dirname, '../../dashboard/dist');
const DATABASE_URL_DEFAULT = 'postgres://postgres@127.0.0.1:5432/postgres';
/** For everything from the signal to the end; what is not stopped by then is cut off. */
const SHUTDOWN_MS = 30_000;

const purpose = process.argv.includes('--check') ? 'check' : 'start';
const metrics = createMetrics({ defaultLabels: { process: 'orchestrator' } });
const settings = await readSettings({
  folder: process.cwd(),
  environment: process.env,
  agents: purpose === 'check' ? await learnOfAgents() : null,
  connect: (github) => {
    const onNotice = (message: string) => void process.stderr.write(`orchestrator: ${message}\n`);
    const connection = createGitHubConnection({
      ...github,
      onCall: (call) => metrics.observeGitHubCall(call),
      log: { warn: onNotice },
    });
    return createPlatforms({
      purpose,
      onNotice,
      local: { check: checkLocalProject, open: createLocalPlatform },
      github: {
        check: (project) => checkGitHubProject(connection, project),
        open: (project) => createGitHubPlatform(connection, project),
        account: () => connection.account(),
      },
    });
  },
});
if (!settings.ok) {
  process.stderr.write(`${formatProblems(settings.problems)}\n`);
  process.exit(EXIT_CONFIGURATION);
}
if (purpose === 'check') {
  process.stdout.write(`${describeProjects(settings).join('\n')}\n`);
  process.exit(0);
}

const startedAt = Date.now();
const logger = createLogger({ name: 'orchestrator', level: settings.config.logging.level });
onCrash((error) => logger.error({ error }, 'orchestrator crashed'));

try {
  await run(settings);
} catch (thrown) {
  const error = reportError(thrown);
  logger.error({ error }, 'orchestrator could not start');
  const remedy = error.remedy === undefined ? '' : `\n  ${error.remedy}`;
  process.stderr.write(`orchestrator: ${error.message}${remedy}\n`);
  process.exit(EXIT_FAILED);
}

async function run(sound: SoundSettings): Promise<void> {
  const { config, projects: planned, tokens } = sound;
  await using stack = new AsyncDisposableStack();
  const onError = (error: Error) => logger.warn({ error: error.message }, 'connection trouble');
  const store = await openStoreWithRetry({
    url: config.database.url ?? DATABASE_URL_DEFAULT,
    poolMax: config.database.poolMax,
    onConnectionError: onError,
  });
  stack.defer(() => store.close());
  const redisUrl = config.redis.url ?? REDIS_URL_DEFAULT;
  const redis = await connectRedis({ url: redisUrl, onError });
  stack.defer(() => redis.disconnect());
  const keys = redisKeysOf(config.redis.prefix);
  const eventLog = createRedisEventLog({ redis, keys });
  stack.defer(() => eventLog.close());
  const consumer = await eventLog.consumer(RECORDER);
  const hashes = createWorkflowHashes({ redis, keys });
  const queue = await createBullmqQueue({
    redisUrl,
    prefix: config.redis.prefix,
    workerName: 'orchestrator',
    lockDurationMs: config.taskQueue.lockDuration,
    stalledIntervalMs: config.taskQueue.stalledInterval,
    onError,
  });
  stack.defer(() => queue.close());
  const board = await openBoardQueues({ redisUrl, prefix: config.redis.prefix, onError });
  stack.defer(() => board.close());
  const liveText = createLiveText({ redis, keys });
  stack.defer(() => liveText.close());

  const bootId = randomUUID();
  const version = readVersion();
  const health = createHealth({ version });
  const access = createAccess(tokens);
  const registry = createWorkerRegistry({ redis, keys });
  const pauses = createQueuePauses({ redis, keys });
  const breaker = config.breaker;
  const circuits = createCircuits({
    redis,
    keys,
    settings: { failuresMax: breaker.failures, windowMs: breaker.window, openMs: breaker.open },
    onError,
  });
  const budgets = createBudgets({ redis, keys, now: Date.now });
  const agentRecords = createAgentRecords({ redis, keys, onError });
  const dayLimitUsd = config.budgets.day;
  const census = createCensus();
  const { onRepaired } = addEngineMetrics(metrics, { circuits, queue, census, now: Date.now });
  const shared = { circuits, eventLog, now: Date.now, onError };
  const projects = planned.map((one) => ({
    ...one,
    platform: considerate(sound.platformOf(one.project), shared),
  }));
  const bell = createBell();
  const holdBack = createHoldBack({ redis, consumer, unrecordedMax: config.events.unrecordedMax });
  const limits = {
    escalationDeadlineMs: config.workflow.escalationDeadline,
    suspendedDeadlineMs: config.workflow.suspendedDeadline,
    activeLimitMs: config.workflow.activeLimit,
    offlineAfterMs: config.workers.offlineAfter,
  };
  const duties = createDuties({
    ...limits,
    store,
    eventLog,
    hashes,
    queue,
    registry,
    pauses,
    circuits,
    budgets,
    dayLimitUsd,
    bell,
    census,
    projects,
    maxConcurrent: config.workflow.maxConcurrent,
    queueLimits: config.taskQueue.limits,
    pollIntervalMs: config.intake.pollInterval,
    reconcileIntervalMs: config.recovery.reconcileInterval,
    batchSize: config.events.batchSize,
    flushIntervalMs: config.events.flushInterval,
    holdBack,
    now: Date.now,
    logger,
    metrics,
    requireLead: (term) => leadership.require(term),
    onTermLost: (term) => leadership.stepDown(term),
    onRepaired,
  });
  const leadership = createLeadership({
    lease: store.lease,
    holder: `${hostname()}-${process.pid}-${bootId}`,
    duties,
    onError: (error) => logger.warn({ error: error.message }, 'leadership trouble'),
  });
  const http = createHttpServer({
    ...config.server,
    ...limits,
    version,
    access,
    boardQueues: board.queues,
    dashboardFolder: DASHBOARD_FOLDER,
    reader: store.reader,
    claims: store.claims,
    verdicts: store.verdicts,
    eventLog,
    hashes,
    queue,
    registry,
    pauses,
    circuits,
    budgets,
    dayLimitUsd,
    agentRecords,
    projects,
    projectViews: duties.intake.views,
    webhooks: { secret: sound.webhookSecret, inbox: store.inbox, onKept: bell.ring },
    holdBack,
    now: Date.now,
    health,
    metrics,
    logger,
  });
  const live = attachLive(http.server, {
    access,
    eventLog,
    reader: store.reader,
    settledOffset: () => consumer.settledOffset(),
    liveText,
    logger,
    metrics,
    version,
    now: Date.now,
    origins: config.server.cors.origins,
  });
  addHealthChecks(health, {
    redis,
    store,
    queue,
    pauses,
    circuits,
    budgets,
    dayLimitUsd,
    projects,
    ai: sound.ai,
    consumer,
    registry,
    leadership,
    intake: duties.intake,
    offlineAfterMs: config.workers.offlineAfter,
    now: Date.now,
  });
  addBudgetMetrics(metrics, { budgets, dayLimitUsd, projects, now: Date.now });
  addQueueMetrics(metrics, { queue, consumer, reader: store.reader });

  const lifecycle = createLifecycle({
    eventLog,
    bootId,
    startedAt,
    config: describeConfig(config),
    now: Date.now,
    onError,
  });
  const supervisor = createSupervisor([http, live, leadership], {
    name: 'Orchestrator',
    onFailure: ({ service, during, error }) => logger.error({ service, during, error }, 'service failed'),
  });
  const connections = stack.move();
  let isStopping = false;
  onShutdownSignal(
    async (reason) => {
      isStopping = true;
      logger.info({ reason }, 'orchestrator stops');
      setTimeout(giveUp, SHUTDOWN_MS);
      live.announceShutdown();
      http.drain();
      const failure = await supervisor.stop().catch(toError);
      if (failure === undefined) await lifecycle.stopped();
      await connections.disposeAsync();
      if (failure !== undefined) throw failure;
      logger.info({}, 'orchestrator stopped');
      process.exit(0);
    },
    (error) => logger.error({ error }, 'orchestrator did not stop cleanly'),
  );

  try {
    await supervisor.start();
  } catch (thrown) {
    if (isStopping) return;
    await lifecycle.startFailed(thrown);
    await connections.disposeAsync();
    throw thrown;
  }
  await lifecycle.started({ host: config.server.host, port: http.port() ?? 0 });
  process.send?.('up');
  logger.info({ host: config.server.host, port: http.port() }, 'orchestrator is up');
}

/** Loaded for a check alone: whoever starts talks to no model. The library of a service only when an agent is of its kind. */
async function learnOfAgents(): Promise<AgentKnowledge> {
  const prices = await import('@tamma/ai-provider/prices');
  return {
    anthropic: async (agent, signal) => {
      const { checkAnthropicAgent } = await import('@tamma/ai-provider/anthropic');
      return checkAnthropicAgent(agent, signal);
    },
    openai: async (agent, signal) => {
      const { checkOpenAiAgent } = await import('@tamma/ai-provider/openai');
      return checkOpenAiAgent(agent, signal);
    },
    findPrice: prices.findPrice,
    modelDefault: prices.DEFAULT_MODEL,
  };
}

function giveUp(): void {
  logger.error({ deadlineMs: SHUTDOWN_MS }, 'orchestrator did not stop in time');
  process.exit(EXIT_FAILED);
}
