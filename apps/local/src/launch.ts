import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { BudgetView, Config } from '@tamma/contracts';
import { reportError, TammaError } from '@tamma/domain';
import type { ProcessSettings } from '@tamma/process';
import { type Api, createApi } from './api.ts';
import { checkConfig } from './check-config.ts';
import type { GivenUp } from './child.ts';
import type { Flags } from './flags.ts';
import { startFleet, WORKERS } from './fleet.ts';
import { follow } from './follow.ts';
import { prepareVisit } from './own-token.ts';
import { pickWorkerPorts, requireFreePort } from './ports.ts';
import { exitCodeOf } from './progress.ts';
import { claimHome } from './run-file.ts';
import { startServers } from './servers.ts';
import { renderReceipt } from './terminal/receipt.ts';
import type { Screen } from './terminal/screen.ts';

const READY_MS = 60_000;
const READY_POLL_MS = 100;

type Environment = Readonly<Record<string, string | undefined>>;

export interface LaunchRequest {
  readonly flags: Flags;
  readonly config: Config;
  readonly settings: ProcessSettings;
  /** For every process that is started; names the configuration file. */
  readonly environment: Environment;
  readonly screen: Screen;
  readonly output: { write(text: string): unknown };
  /** Aborts when a person wants it to end; everything is drained. */
  readonly stop: AbortSignal;
}

/** The configuration cannot be used; the message says everything that is wrong with it. */
export class ConfigRefused extends Error {}

/**
 * Everything on one machine: check, claim the folder, servers, processes, progress, receipt. Whatever was started is
 * stopped in reverse, however it ends. Returns the exit code.
 */
export async function launch(request: LaunchRequest): Promise<number> {
  const { settings, config, environment, screen, stop } = request;
  const complaint = await checkConfig(environment);
  if (complaint !== null) throw new ConfigRefused(complaint);

  await using started = new AsyncDisposableStack();
  await mkdir(join(settings.home, 'logs'), { recursive: true, mode: 0o700 });
  const runFile = await claimHome(settings.home, screen.note);
  started.defer(runFile.release);
  const workerPorts = await choosePorts(request);
  const givenUp = new AbortController();
  const servers = await startServers({
    home: settings.home,
    redisUrl: config.redis.url,
    databaseUrl: config.database.url,
    environment,
    onNote: screen.note,
    onLost: (error) => givenUp.abort(error),
    signal: stop,
  });
  started.defer(servers.stop);

  const sinceMs = Date.now();
  const visit = await prepareVisit(environment, process.cwd());
  const fleet = startFleet({
    home: settings.home,
    environment: { ...visit.environment, REDIS_URL: servers.redisUrl, DATABASE_URL: servers.databaseUrl },
    workerPorts,
    onNote: screen.note,
    onChildren: (children) => void runFile.setChildren(children),
    onGivenUp: (ended) => givenUp.abort(asError(ended)),
  });
  started.defer(async () => {
    screen.note('draining');
    await fleet.stop();
  });
  const working = { ...request, stop: AbortSignal.any([stop, givenUp.signal]), token: visit.token, sinceMs };
  const exitCode = await work(working);
  givenUp.signal.throwIfAborted();
  return exitCode;
}

async function choosePorts({ config, settings, environment }: LaunchRequest): Promise<readonly number[]> {
  const { host, port } = config.server;
  if (port === 0) {
    throw new TammaError(
      'PORT_UNKNOWN',
      'PORT is 0, and the launcher must know where the orchestrator listens',
      {
        class: 'validation',
        remedy: 'set PORT to a free port',
      },
    );
  }
  await requireFreePort(host, port, 'PORT');
  const isChosen = environment.TAMMA_WORKER_PORT !== undefined;
  return pickWorkerPorts({ host, first: settings.workerPort, count: WORKERS, isChosen });
}

interface Working extends LaunchRequest {
  readonly token: string | null;
  readonly sinceMs: number;
}

async function work(request: Working): Promise<number> {
  const { flags, config, settings, screen, stop, output, token, sinceMs } = request;
  const baseUrl = `http://${addressOf(config.server.host)}:${config.server.port}`;
  const api = createApi({ baseUrl, token });
  await waitUntilReady(api, stop);
  if (stop.aborted) return 0;
  screen.note(`dashboard  ${baseUrl}/`);
  screen.note(`queues     ${baseUrl}/admin/queues`);
  screen.note(`API        ${baseUrl}/api/docs`);
  screen.note(`health     ${baseUrl}/health`);
  screen.note(`logs       ${join(settings.home, 'logs')}`);
  const options = { once: flags.once, waitForPeople: flags.wait, sinceMs };
  const scene = await follow({ ...options, api, screen, signal: stop });
  screen.close();
  if (scene === null) return 0;
  const sandboxes = await readSandboxes(api);
  output.write(renderReceipt({ scene, sinceMs, sandboxes, budgets: await readBudgets(api, screen) }));
  // Only a run that came to its own end says how it went; one that was stopped was told to.
  return flags.once && !stop.aborted ? exitCodeOf(scene, sinceMs) : 0;
}

/** Who listens everywhere listens here as well. */
function addressOf(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  if (host === '::') return '[::1]';
  return host;
}

async function waitUntilReady(api: Api, stop: AbortSignal): Promise<void> {
  const deadline = Date.now() + READY_MS;
  while (!stop.aborted && !(await api.isReady())) {
    if (Date.now() > deadline) {
      throw new TammaError('NOT_READY', `the orchestrator was not ready within ${READY_MS / 1000} s`, {
        class: 'system',
        remedy: 'read orchestrator.log',
      });
    }
    await sleep(READY_POLL_MS, undefined, { signal: stop }).catch(() => undefined);
  }
}

/** Kinds of sandbox the living workers have; empty when that cannot be told any more. */
async function readSandboxes(api: Api): Promise<readonly string[]> {
  const { checks } = await api.health();
  const details = checks.find((check) => check.name === 'workers')?.details.sandboxes;
  return Array.isArray(details) ? details.map(String) : [];
}

/** Null when they cannot be asked for: a receipt says the rest all the same. */
async function readBudgets(api: Api, screen: Screen): Promise<readonly BudgetView[] | null> {
  try {
    return await api.budgets();
  } catch (thrown) {
    screen.note(`budgets could not be asked for: ${reportError(thrown).message}`);
    return null;
  }
}

function asError({ name, message }: GivenUp): TammaError {
  return new TammaError('CHILD_GIVEN_UP', `${name} cannot run:\n${message}`, { class: 'system' });
}
