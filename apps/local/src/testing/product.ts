import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { stopServers } from '@tamma/servers';
import { borrowTestDatabase } from '@tamma/store/testing';
import {
  bringPrograms,
  eventually,
  freePort,
  processEnvironment,
  testFolder,
  testServers,
  uniqueName,
} from '@tamma/testing';
import { ensureExample } from '../example.ts';

const run = promisify(execFile);
const ENTRY = fileURLToPath(new URL('../main.ts', import.meta.url));
const SEARCH_PATH = process.env.PATH ?? '';

interface LaunchOptions {
  readonly args?: readonly string[] | undefined;
  readonly environment?: Readonly<Record<string, string>>;
}

export interface Launched {
  readonly pid: number;
  /** Everything written so far, standard error included. */
  output(): string;
  kill(signal: NodeJS.Signals): void;
  readonly exited: Promise<{ readonly exitCode: number | null; readonly signal: string | null }>;
}

/** A folder with the example project that a test may bend, and the launcher to run on it. */
export interface Product extends AsyncDisposable {
  readonly home: string;
  readonly project: string;
  /** Of the orchestrator, unless a launch is given another. */
  readonly port: number;
  launch(options?: LaunchOptions): Launched;
  git(...args: readonly string[]): Promise<string>;
  /** Replaces text in a file of the project; fails when it is not there. */
  edit(file: string, find: string, replace: string): Promise<void>;
  write(file: string, text: string): Promise<void>;
  /** The text of the issue's file, and of each comment on it. */
  readIssue(number: string): Promise<{ readonly text: string; readonly comments: readonly string[] }>;
  readRunFile(): Promise<{ launcher: { pid: number }; children: { name: string; pid: number }[] }>;
}

export interface ProductOptions {
  /** Issues of the example to keep; by default the one that is merged and the one that is refused. */
  readonly issues?: readonly string[];
  /**
   * Where Redis and PostgreSQL come from: those of the test run, which is quickest, or the product's own, for tests that look
   * after them or do them harm; `downloaded` brings Redis as on a machine that never ran Tamma.
   */
  readonly servers?: 'given' | 'own' | 'downloaded';
}

export async function testProduct(options: ProductOptions = {}): Promise<Product> {
  const { issues = ['001', '002'], servers = 'given' } = options;
  const folder = await testFolder();
  const home = join(folder.path, 'home');
  const project = join(folder.path, 'project');
  await mkdir(project);
  await cp(join(await ensureExample(join(folder.path, 'seed'), SEARCH_PATH), '..'), project, {
    recursive: true,
  });
  await keepIssues(join(project, 'issues'), issues);
  await hurry(join(project, 'tamma.config.yaml'));
  const repository = join(project, 'repository.git');
  const port = await freePort();
  const alive = new Set<Launched>();
  const given = servers === 'given' ? await giveServers(join(project, 'tamma.config.yaml')) : null;
  if (servers === 'own') await bringPrograms(home);

  const launch = ({ args, environment }: LaunchOptions = {}): Launched => {
    const launched = spawnLauncher(
      { home, project, folder: folder.path },
      { args, environment: { PORT: String(port), ...given?.environment, ...environment } },
    );
    alive.add(launched);
    void launched.exited.then(() => alive.delete(launched));
    return launched;
  };

  return {
    home,
    project,
    port,
    launch,
    git: async (...args) => (await run('git', ['-C', repository, ...args])).stdout.trim(),
    edit: async (file, find, replace) => {
      const text = await readFile(join(project, file), 'utf8');
      if (!text.includes(find)) throw new Error(`${file} does not hold ${find}`);
      await writeFile(join(project, file), text.replace(find, replace));
    },
    write: (file, text) => writeFile(join(project, file), text),
    readIssue: async (number) => {
      const names = await readdir(join(project, 'issues'));
      const name = names.find((one) => one.startsWith(`${number}-`)) ?? '';
      const comments = join(project, 'issues', number, 'comments');
      const files = existsSync(comments) ? await readdir(comments) : [];
      return {
        text: await readFile(join(project, 'issues', name), 'utf8'),
        comments: await Promise.all(files.map((file) => readFile(join(comments, file), 'utf8'))),
      };
    },
    readRunFile: async () => JSON.parse(await readFile(join(home, 'run.json'), 'utf8')),
    [Symbol.asyncDispose]: async () => {
      for (const launched of alive) launched.kill('SIGKILL');
      await Promise.all([...alive].map((launched) => launched.exited));
      if (existsSync(home)) await stopServers({ home, environment: { PATH: SEARCH_PATH } });
      await given?.[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

async function keepIssues(folder: string, kept: readonly string[]): Promise<void> {
  const names = await readdir(folder);
  const others = names.filter((name) => !kept.some((number) => name.startsWith(`${number}-`)));
  for (const name of others) await rm(join(folder, name), { recursive: true });
}

/** Canned answers take time so that people can watch; a test does not. */
async function hurry(configFile: string): Promise<void> {
  const text = await readFile(configFile, 'utf8');
  if (!/^ *pace: /m.test(text)) throw new Error(`${configFile} sets no pace`);
  await writeFile(configFile, text.replace(/^ *pace: .*$/m, ''));
}

interface GivenServers extends AsyncDisposable {
  readonly environment: Readonly<Record<string, string>>;
}

/** A database and a prefix of Redis of this product's own, on the servers of the test run. */
async function giveServers(configFile: string): Promise<GivenServers> {
  const database = await borrowTestDatabase();
  const text = await readFile(configFile, 'utf8');
  await writeFile(configFile, `redis: { prefix: ${uniqueName()} }\n${text}`);
  return {
    environment: { REDIS_URL: testServers().redisUrl, DATABASE_URL: database.url },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

interface Places {
  readonly home: string;
  readonly project: string;
  readonly folder: string;
}

/** As a user would: own working directory, own environment, no terminal. */
function spawnLauncher({ home, project, folder }: Places, options: LaunchOptions): Launched {
  const own = {
    ...processEnvironment(),
    HOME: folder,
    TAMMA_HOME: home,
    TAMMA_CONFIG: join(project, 'tamma.config.yaml'),
    TAMMA_WORKER_PORT: '0',
  };
  const args = [ENTRY, ...(options.args ?? ['--once'])];
  const process_ = spawn(process.execPath, args, { cwd: folder, env: { ...own, ...options.environment } });
  const chunks: string[] = [];
  for (const stream of [process_.stdout, process_.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  const exited = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    process_.once('close', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  return {
    pid: process_.pid ?? 0,
    output: () => chunks.join(''),
    kill: (signal) => void process_.kill(signal),
    exited,
  };
}

const PRINTED_MS = 90_000;

export async function waitFor(launched: Launched, text: string): Promise<void> {
  await eventually(`"${text}" is printed`, () => launched.output().includes(text), PRINTED_MS);
}

/** Kills the orchestrator as the kernel would. */
export async function killOrchestrator(product: Product): Promise<void> {
  const { children } = await product.readRunFile();
  process.kill(children.find((child) => child.name === 'orchestrator')?.pid ?? 0, 'SIGKILL');
}

/** Kills Redis, then PostgreSQL, each while a step runs. */
export async function killServers(launched: Launched): Promise<void> {
  for (const [server, step] of [
    ['Redis', 'code-generation: started'],
    ['PostgreSQL', 'build-gate: started'],
  ] as const) {
    await waitFor(launched, step);
    const pid = new RegExp(`${server} started on .* \\(pid (\\d+)\\)`).exec(launched.output())?.[1];
    process.kill(Number(pid), 'SIGKILL');
  }
}

/** Takes everything out of the product's own Redis, as if it had come back without its data. */
export async function emptyRedis({ home }: Product, launched: Launched): Promise<void> {
  const settings = await readFile(join(home, 'redis/redis.conf'), 'utf8');
  const password = /^requirepass "?([^"\n]+)"?$/m.exec(settings)?.[1];
  const port = /Redis started on \S+:(\d+)/.exec(launched.output())?.[1];
  const socket = connect(Number(port), '127.0.0.1');
  socket.end(`AUTH ${password}\r\nFLUSHALL\r\nQUIT\r\n`);
  const answer = await text(socket);
  if (answer !== '+OK\r\n'.repeat(3)) throw new Error(`Redis was not emptied: ${answer}`);
}
