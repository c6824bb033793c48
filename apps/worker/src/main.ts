import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCommandProvider } from '@tamma/ai-provider/command';
import { provideAnthropic, provideOpenAi } from '@tamma/ai-provider/on-demand';
import { DEFAULT_MODEL, findPrice, requirePrice } from '@tamma/ai-provider/prices';
import { recordExchanges } from '@tamma/ai-provider/record';
import { createScriptedProvider } from '@tamma/ai-provider/scripted';
import { type Project, redisKeysOf } from '@tamma/contracts';
import {
  connectRedis,
  createAgentRecords,
  createBudgets,
  createCircuits,
  createControlChannel,
  createLiveText,
  createWorkerRegistry,
  createWorkflowHashes,
} from '@tamma/coordination/redis';
import { reportError } from '@tamma/domain';
import { createRedisEventLog } from '@tamma/event-log/redis';
import { createGitHubConnection, createGitHubPlatform } from '@tamma/git-platform/github';
import { createLocalPlatform } from '@tamma/git-platform/local';
import {
  createProbeServer,
  createSupervisor,
  formatProblems,
  loadConfig,
  onCrash,
  onShutdownSignal,
  parseEnvironment,
  readAiEnvironment,
  readEnvironment,
  readGitHubEnvironment,
} from '@tamma/process';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { findStep } from '@tamma/steps';
import { createLogger } from '@tamma/telemetry';
import { createGitWorkspaces } from '@tamma/workspace/git';
import { createMask } from '@tamma/workspace/secrets';
import { type AgentsOptions, createAgents, secretsOfProject } from './agents.ts';
import { certificatesOf } from './certificates.ts';
import { CallBooks } from './executor/call-books.ts';
import { createExecutor } from './executor/executor.ts';
import { createHints } from './executor/hints.ts';
import { rememberPlatforms } from './platforms.ts';
import { secretsOf } from './secrets.ts';
import { createConsumers } from './services/consumers.ts';
import { createRegistration } from './services/registration.ts';
import { createSweeper } from './services/sweeper.ts';
import { createVitals, createWorkerMetrics } from './services/vitals.ts';

const EXIT_FAILED = 1;
const EXIT_CONFIGURATION = 2;
/** What stopping takes beside the grace for running tasks: handing back, signing off, closing connections. */
const STOP_REST_MS = 10_000;
const REDIS_URL_DEFAULT = 'redis://127.0.0.1:6379';

const environment = await readEnvironment(process.cwd(), process.env);
const parsed = parseEnvironment(environment, process.cwd());
const loaded = await loadConfig({
  // Also when another variable is wrong: then the file's problems are told in the same breath.
  file: parsed.ok
    ? parsed.settings.configFile
    : { path: environment.TAMMA_CONFIG ?? 'tamma.config.yaml', required: false },
  environment,
});
const github = await readGitHubEnvironment(environment, process.cwd());
const ai = readAiEnvironment(environment, process.cwd());
if (!parsed.ok || !loaded.ok || !github.ok || ai.problems.length > 0) {
  const problems = [parsed, loaded, github].flatMap((read) => (read.ok ? [] : read.problems));
  problems.push(...ai.problems);
  process.stderr.write(`${formatProblems(problems)}\n`);
  process.exit(EXIT_CONFIGURATION);
}
const { settings } = parsed;
const { config } = loaded;
const { settings: githubSettings } = github;

const workerId = `${hostname()}-${process.pid}-${randomBytes(2).toString('hex')}`;
const logger = createLogger({ name: 'worker', level: config.logging.level }).child({ workerId });
onCrash((error) => logger.error({ error }, 'worker crashed'));
const onError = (error: Error) => logger.warn({ error: error.message }, 'connection trouble');

try {
  await run();
} catch (thrown) {
  const { message, remedy } = reportError(thrown);
  process.stderr.write(`worker: ${message}${remedy === undefined ? '' : `\n  ${remedy}`}\n`);
  process.exit(EXIT_FAILED);
}

async function run(): Promise<void> {
  const redisUrl = config.redis.url ?? REDIS_URL_DEFAULT;
  const redis = await connectRedis({ url: redisUrl, onError });
  const keys = redisKeysOf(config.redis.prefix);
  const eventLog = createRedisEventLog({ redis, keys });
  const registry = createWorkerRegistry({ redis, keys });
  const liveText = createLiveText({ redis, keys });
  const workspaces = await createGitWorkspaces({
    root: join(settings.home, 'workspaces'),
    author: { name: 'Tamma', email: 'tamma@localhost' },
    path: environment.PATH ?? '',
    hidden: [settings.home, join(process.cwd(), '.env')],
    certificates: certificatesOf(environment, process.cwd()),
    log: { warn: (message) => logger.warn({}, message) },
  });
  const queue = await createBullmqQueue({
    redisUrl,
    prefix: config.redis.prefix,
    workerName: workerId,
    lockDurationMs: config.taskQueue.lockDuration,
    stalledIntervalMs: config.taskQueue.stalledInterval,
    onError,
  });

  const control = createControlChannel({ redis, keys, onError });
  const { failures: failuresMax, window: windowMs, open: openMs } = config.breaker;
  const circuits = createCircuits({ redis, keys, settings: { failuresMax, windowMs, openMs }, onError });
  const metrics = createWorkerMetrics();
  const connection = createGitHubConnection({
    ...githubSettings,
    onCall: (call) => metrics.observeGitHubCall(call),
    log: { warn: (message) => logger.warn({}, message) },
  });
  const secrets = secretsOf(environment, secretsElsewhere(redisUrl));
  const executorDeps = {
    workerId,
    hashes: createWorkflowHashes({ redis, keys }),
    eventLog,
    liveText,
    hints: createHints(control),
    books: new CallBooks({ circuits, eventLog, workerId, now: Date.now, logger, metrics }),
    workspaces,
    platformOf: rememberPlatforms((project) =>
      project.platform === 'local' ? createLocalPlatform(project) : createGitHubPlatform(connection, project),
    ),
    agentOf: createAgents({
      makers: {
        anthropic: provideAnthropic,
        openai: provideOpenAi,
        command: createCommandProvider,
        scripted: createScriptedProvider,
        record: recorder(),
      },
      environment: ai,
      variables: environment,
      modelDefault: DEFAULT_MODEL,
      findPrice,
      requirePrice,
      prices: config.prices,
      secrets,
      createMask,
    }),
    secretsOf: (project: Project) => secretsOfProject({ secrets, environment: ai }, project),
    agentRecords: createAgentRecords({ redis, keys, onError }),
    budgets: createBudgets({ redis, keys }),
    dayBudgetUsd: config.budgets.day,
    circuits,
    findStep,
    now: Date.now,
    sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }),
    random: Math.random,
    logger,
  };
  const consumers = createConsumers({
    queue,
    capabilities: settings.capabilities,
    concurrency: settings.concurrency,
    handlerOf: (capability) => createExecutor(executorDeps, capability),
    graceMs: config.workers.shutdownGrace,
  });
  const slots = settings.capabilities.reduce((sum, one) => sum + settings.concurrency[one], 0);
  const registration = createRegistration({
    workerId,
    capabilities: settings.capabilities,
    slots,
    sandbox: workspaces.sandbox,
    running: consumers.running,
    registry,
    eventLog,
    heartbeatMs: config.workers.heartbeatInterval,
    now: Date.now,
    onError,
  });

  const { sandbox } = workspaces;
  const running = consumers.running;
  const health = createVitals({ ping: () => redis.ping(), running, slots, sandbox, metrics });
  const probes = createProbeServer({
    host: config.server.host,
    port: settings.workerPort,
    setting: 'TAMMA_WORKER_PORT',
    health,
    metrics,
    onError,
  });
  const sweeper = createSweeper({ workspaces, logger });
  const connections = {
    name: 'connections',
    start: async () => {},
    stop: async () => {
      await queue.close();
      await control.close();
      await eventLog.close();
      await liveText.close();
      redis.disconnect();
    },
  };

  const supervisor = createSupervisor([connections, probes, sweeper, registration, consumers], {
    name: 'Worker',
    stopDeadlineMs: config.workers.shutdownGrace + STOP_REST_MS,
    onFailure: ({ service, during, error }) => logger.error({ service, during, error }, 'service failed'),
  });
  onShutdownSignal(
    async (reason) => {
      logger.info({ reason }, 'worker stops');
      await supervisor.stop();
      logger.info({}, 'worker stopped');
      process.exit(0);
    },
    (error) => logger.error({ error }, 'worker did not stop cleanly'),
  );
  await supervisor.start();
  process.send?.('up');
  const { capabilities } = settings;
  logger.info({ port: probes.port(), sandbox, capabilities, slots }, 'worker is up');
}

/** Keeps what is said to models where AI_RECORD says; nowhere without it. */
function recorder(): AgentsOptions['makers']['record'] {
  const { recordFolder } = ai;
  if (recordFolder === null) return (provider) => provider;
  const onError = (thrown: unknown) =>
    logger.warn({ error: reportError(thrown).message }, 'exchange not recorded');
  return (provider, maskAnswer) => recordExchanges(provider, recordFolder, { onError, maskAnswer });
}

/** What this process knows beside its variables, some of it from files. */
function secretsElsewhere(redisUrl: string): readonly (string | null)[] {
  const { authentication, webhookSecret } = githubSettings;
  const own = authentication?.kind === 'app' ? authentication.privateKey : authentication?.token;
  return [redisUrl, config.database.url ?? null, webhookSecret, own ?? null];
}
