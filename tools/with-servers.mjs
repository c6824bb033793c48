#!/usr/bin/env node
// node tools/with-servers.mjs -- <command…>
// Runs the command with one Redis and one PostgreSQL of its own, and leaves with its exit code.
import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';

const NODE_MAJOR_MIN = 24;
const FORWARDED_SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const HOME_PREFIX = 'tamma-with-servers-';
const NOT_STARTED_CODE = 1;
const USAGE_CODE = 2;
const NOT_FOUND_CODE = 127;
// What a test run writes is gone afterwards: nothing is to survive a power cut.
const POSTGRES_SETTINGS = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  max_connections: '200',
};

process.exitCode = await main(process.argv.slice(process.argv[2] === '--' ? 3 : 2));

async function main(command) {
  const major = Number.parseInt(process.versions.node, 10);
  if (major < NODE_MAJOR_MIN) {
    return complain(`needs Node ${NODE_MAJOR_MIN}: run "npx node tools/with-servers.mjs …" in the clone`);
  }
  if (command.length === 0) return complain('usage: node tools/with-servers.mjs -- <command…>');
  const hasServers = process.env.TAMMA_TEST_REDIS_URL && process.env.TAMMA_TEST_DATABASE_URL;
  return hasServers ? run(command, process.env) : runWithServers(command);
}

function complain(message) {
  console.error(`with-servers: ${message}`);
  return USAGE_CODE;
}

async function runWithServers(command) {
  const servers = await import('../libs/servers/src/index.ts');
  await removeLeftHomes(servers);
  const home = await makeHome(servers);
  const interruption = listenForInterruption();
  try {
    const started = await startBoth(servers, home, interruption.signal);
    interruption.signal.throwIfAborted();
    const running = run(command, {
      ...process.env,
      TAMMA_TEST_REDIS_URL: started.redis.url,
      TAMMA_TEST_DATABASE_URL: started.postgres.url,
    });
    // Not before the command's own listeners are there: between the two a signal would end us at once.
    interruption.stopListening();
    return await running;
  } catch (error) {
    console.error(`with-servers: ${error.message}${error.remedy ? `\n${error.remedy}` : ''}`);
    return interruption.exitCode() ?? NOT_STARTED_CODE;
  } finally {
    await servers.stopServers(requestFor(home));
    await rm(home, { recursive: true, force: true });
  }
}

async function startBoth(servers, home, signal) {
  const request = { ...requestFor(home), signal };
  const starts = [
    servers.startRedis(request),
    servers.startPostgres({ ...request, settings: POSTGRES_SETTINGS }),
  ];
  // Both must have ended before the home may be removed, also when one of them fails.
  await Promise.allSettled(starts);
  const [redis, postgres] = await Promise.all(starts);
  return { redis, postgres };
}

function requestFor(home) {
  return {
    home,
    environment: process.env,
    // Shared by all runs, so that only the first one downloads.
    programsFolder: join(import.meta.dirname, '../node_modules/.cache/tamma/servers'),
    onNote: process.env.TAMMA_TEST_SERVERS_NOTES
      ? (line) => console.error(`with-servers: ${line}`)
      : () => {},
  };
}

/** The name tells whose home it is: pid and start time of this process. */
async function makeHome({ identify }) {
  const self = await identify(process.pid);
  const home = await mkdtemp(join(tmpdir(), `${HOME_PREFIX}${process.pid}-${self.startTime}-`));
  // As root without user namespaces PostgreSQL runs as another user, who must be able to pass through.
  await chmod(home, 0o711);
  return home;
}

/** Ends what runs left that were killed with SIGKILL. */
async function removeLeftHomes({ isAlive, stopServers }) {
  for (const name of await readdir(tmpdir())) {
    const match = new RegExp(`^${HOME_PREFIX}(\\d+)-(\\d+)-`).exec(name);
    if (match === null) continue;
    const home = join(tmpdir(), name);
    const isOurs = (await stat(home).catch(() => undefined))?.uid === process.getuid?.();
    if (!isOurs || (await isAlive({ pid: Number(match[1]), startTime: match[2] }))) continue;
    await stopServers(requestFor(home));
    await rm(home, { recursive: true, force: true });
  }
}

/** While servers start, a signal aborts the start; afterwards the command gets it. */
function listenForInterruption() {
  const controller = new AbortController();
  let received;
  const interrupt = (signal) => {
    received = signal;
    controller.abort(new Error(`interrupted by ${signal}`));
  };
  for (const signal of FORWARDED_SIGNALS) process.on(signal, interrupt);
  return {
    signal: controller.signal,
    exitCode: () => (received === undefined ? undefined : exitCodeOf(received)),
    stopListening: () => {
      for (const signal of FORWARDED_SIGNALS) process.off(signal, interrupt);
    },
  };
}

/** A group of its own: else a terminal's Ctrl-C would reach the command twice, from the terminal and from us. */
function run([program, ...args], environment) {
  const forward = (signal) => signalGroup(child.pid, signal);
  for (const signal of FORWARDED_SIGNALS) process.on(signal, forward);
  const child = spawn(program, args, { stdio: 'inherit', env: environment, detached: true });
  // The listeners stay when the command has ended: a second signal must not end us before the servers are stopped.
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`with-servers: cannot run ${program}: ${error.message}`);
      resolve(NOT_FOUND_CODE);
    });
    child.once('exit', (code, signal) => resolve(code ?? exitCodeOf(signal)));
  });
}

function signalGroup(pid, signal) {
  try {
    if (pid !== undefined) process.kill(-pid, signal);
  } catch (error) {
    // ESRCH: the command ended meanwhile.
    if (error.code !== 'ESRCH') throw error;
  }
}

function exitCodeOf(signal) {
  return 128 + constants.signals[signal];
}
