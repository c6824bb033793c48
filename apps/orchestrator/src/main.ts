import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { type Config, type Project, redisKeysOf } from '@tamma/contracts';
import { connectRedis, createWorkerRegistry, createWorkflowHashes } from '@tamma/coordination/redis';
import { type Fact, reportError } from '@tamma/domain';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { checkLocalProject, createLocalPlatform } from '@tamma/git-platform/local';
import {
  type ConfigProblem,
  createHealth,
  createSupervisor,
  formatProblems,
  loadConfig,
  onCrash,
  onShutdownSignal,
  parseEnvironment,
  readEnvironment,
  readVersion,
} from '@tamma/process';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { openStoreWithRetry } from '@tamma/store/postgres';
import { createLogger, createMetrics } from '@tamma/telemetry';
import type { WorkflowPlan } from '@tamma/workflow';
import { checkProjects } from './check-projects.ts';
import { addHealthChecks } from './health-checks.ts';
import { createHoldBack } from './hold-back.ts';
import { createHttpServer } from './http/server.ts';
import { addQueueMetrics } from './queue-metrics.ts';
import { createDuties, RECORDER } from './services/duties.ts';
import { createLeadership } from './services/leadership.ts';
import { systemEvent } from './use-cases/facts.ts';

const EXIT_FAILED = 1;
const EXIT_CONFIGURATION = 2;
const REDIS_URL_DEFAULT = 'redis://127.0.0.1:6379';
const DATABASE_URL_DEFAULT = 'postgres://postgres@127.0.0.1:5432/postgres';
/** Names in the order in which the parts come up; told when all are there. */
const SERVICES = ['config', 'logger', 'database', 'taskQueue', 'workerPool', 'httpServer', 'healthChecker'];

const environment = await readEnvironment(process.cwd(), process.env);
const parsed = parseEnvironment(environment, process.cwd());
const configFile = parsed.ok ? parsed.settings.configFile : { path: 'tamma.config.yaml', required: false };
const loaded = await loadConfig({ file: configFile, environment });
if (!parsed.ok || !loaded.ok) {
  refuse([...(parsed.ok ? [] : parsed.problems), ...(loaded.ok ? [] : loaded.problems)]);
}
const { config } = loaded;
const checked = await checkProjects(config, { source: configFile.path, checkPlaces: checkLocalProject });
if (checked.problems.length > 0) refuse(checked.problems);
if (process.argv.includes('--check')) process.exit(0);

const logger = createLogger({ name: 'orchestrator', level: config.logging.level });
const bootId = randomUUID();
const startedAt = Date.now();
onCrash((error) => logger.error({ error }, 'orchestrator crashed'));

try {
  await run(config, checked.plans);
} catch (thrown) {
  const { message, remedy } = reportError(thrown);
  process.stderr.write(`orchestrator: ${message}${remedy === undefined ? '' : `\n  ${remedy}`}\n`);
  process.exit(EXIT_FAILED);
}

function refuse(problems: readonly ConfigProblem[]): never {
  process.stderr.write(`${formatProblems(problems)}\n`);
  process.exit(EXIT_CONFIGURATION);
}

async function run(config: Config, plans: ReadonlyMap<string, WorkflowPlan>): Promise<void> {
  const onError = (error: Error) => logger.warn({ error: error.message }, 'connection trouble');
  const store = await openStoreWithRetry({
    url: config.database.url ?? DATABASE_URL_DEFAULT,
    poolMax: config.database.poolMax,
    onConnectionError: onError,
  });
  const redisUrl = config.redis.url ?? REDIS_URL_DEFAULT;
  const redis = await connectRedis({ url: redisUrl, onError });
  const keys = redisKeysOf(config.redis.prefix);
  const eventLog = createRedisEventLog({ redis, keys });
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
  const registry = createWorkerRegistry({ redis, keys });

  const metrics = createMetrics({ defaultLabels: { process: 'orchestrator' } });
  const health = createHealth({ version: readVersion() });
  const duties = createDuties({
    store,
    eventLog,
    hashes,
    queue,
    projects: config.projects.flatMap((project) => watch(project, plans)),
    maxConcurrent: config.workflow.maxConcurrent,
    escalationDeadlineMs: config.workflow.escalationDeadline,
    pollIntervalMs: config.intake.pollInterval,
    batchSize: config.events.batchSize,
    flushIntervalMs: config.events.flushInterval,
    holdBack: createHoldBack({ redis, consumer, unrecordedMax: config.events.unrecordedMax }),
    now: Date.now,
    logger,
    metrics,
    onTermLost: () => leadership.stepDown(),
  });
  const leadership = createLeadership({
    lease: store.lease,
    holder: `${hostname()}-${process.pid}-${bootId}`,
    duties,
    now: Date.now,
    onError,
  });
  const http = createHttpServer({
    host: config.server.host,
    port: config.server.port,
    reader: store.reader,
    eventLog,
    projects: duties.intake.views,
    health,
    metrics,
    logger,
  });
  addHealthChecks(health, {
    redis,
    store,
    consumer,
    registry,
    leadership,
    intake: duties.intake,
    offlineAfterMs: config.workers.offlineAfter,
    now: Date.now,
  });
  addQueueMetrics(metrics, { queue, consumer, reader: store.reader });

  const tell = (fact: Fact) =>
    eventLog.append([systemEvent(`orchestrator.${bootId}.${fact.type}`, fact, { nowMs: Date.now() })]);
  const closeConnections = async () => {
    await queue.close();
    await consumer.close();
    await eventLog.close();
    redis.disconnect();
    await store.close();
  };
  const supervisor = createSupervisor([http, leadership], {
    name: 'Orchestrator',
    onFailure: ({ service, during, error }) => logger.error({ service, during, error }, 'service failed'),
  });
  onShutdownSignal(
    async (reason) => {
      logger.info({ reason }, 'orchestrator stops');
      http.drain();
      const uptimeMs = Date.now() - startedAt;
      await tell({ type: 'ORCHESTRATOR.STOPPED.SUCCESS', data: { uptimeMs } });
      await supervisor.stop();
      await tell({ type: 'ORCHESTRATOR.SHUTDOWN.COMPLETE', data: { uptimeMs } });
      await closeConnections();
      logger.info({}, 'orchestrator stopped');
      process.exit(0);
    },
    (error) => logger.error({ error }, 'orchestrator did not stop cleanly'),
  );

  try {
    await supervisor.start();
  } catch (thrown) {
    await tell({ type: 'ORCHESTRATOR.STARTUP.FAILED', data: { error: reportError(thrown) } });
    await closeConnections();
    throw thrown;
  }
  await tell({
    type: 'ORCHESTRATOR.STARTED.SUCCESS',
    data: { host: config.server.host, port: http.port() ?? 0 },
  });
  await tell({ type: 'ORCHESTRATOR.STARTUP.COMPLETE', data: { services: SERVICES } });
  logger.info({ host: config.server.host, port: http.port() }, 'orchestrator is up');
}

function watch(project: Project, plans: ReadonlyMap<string, WorkflowPlan>) {
  const plan = plans.get(project.id);
  return plan === undefined ? [] : [{ project, plan, platform: createLocalPlatform(project) }];
}
