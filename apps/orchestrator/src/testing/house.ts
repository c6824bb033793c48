import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { borrowTestDatabase, createTestDatabase } from '@tamma/store/testing';
import { eventually, processEnvironment, testFolder, testServers, uniqueName } from '@tamma/testing';
import { ask, type Question } from './site.ts';

const run = promisify(execFile);
const MAIN = join(import.meta.dirname, '../main.ts');

/** A setting of the configuration file; JSON is YAML. */
type Settings = Readonly<Record<string, unknown>>;

export type House = Awaited<ReturnType<typeof openHouse>>;
export type Running = ReturnType<typeof startProcess>;

export interface StartOptions {
  readonly args?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Groups of the configuration file that replace the house's own. */
  readonly settings?: Settings;
}

/**
 * A folder with a project and a configuration, for real orchestrator processes. Its database is empty; a new one has no
 * tables yet either.
 */
export async function openHouse(kind: 'borrowed' | 'new' = 'borrowed') {
  await using stack = new AsyncDisposableStack();
  const folder = stack.use(await testFolder()).path;
  const database = stack.use(await (kind === 'new' ? createTestDatabase() : borrowTestDatabase()));
  const prefix = uniqueName('house');
  const repository = join(folder, 'project.git');
  const issues = join(folder, 'issues');
  await mkdir(issues);
  await makeRepository(repository);
  const project = {
    id: 'demo',
    platform: 'local',
    repository,
    issues,
    ai: { provider: 'scripted', answers: folder },
  };
  const defaults = {
    server: { port: 0 },
    redis: { url: testServers().redisUrl, prefix },
    database: { url: database.url, poolMax: 4 },
    projects: [project],
  };
  const owned = stack.move();
  let started = 0;
  return {
    folder,
    prefix,
    databaseUrl: database.url,
    project,
    /** Starts the real process; whatever of it still runs at the end is killed. */
    start: async ({ args = [], environment = {}, settings = {} }: StartOptions = {}) => {
      started += 1;
      const file = join(folder, `config-${started}.yaml`);
      await writeFile(file, JSON.stringify({ ...defaults, ...settings }));
      const running = startProcess(args, { folder, environment: { TAMMA_CONFIG: file, ...environment } });
      owned.defer(async () => {
        running.kill('SIGKILL');
        await running.ended;
      });
      return running;
    },
    addIssue: (number: number) =>
      writeFile(join(issues, `${String(number).padStart(3, '0')}-issue.md`), issueText(number)),
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

interface ProcessPlace {
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
}

function startProcess(args: readonly string[], { folder, environment }: ProcessPlace) {
  const child = spawn(process.execPath, [MAIN, ...args], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...processEnvironment(), ...environment },
  });
  const said = { output: '', complaints: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    said.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said.complaints += text;
  });
  const ended = once(child, 'close').then(([code, signal]: unknown[]) => ({ code, signal }));
  const portOf = () => Number(/"port":(\d+),"msg":"orchestrator is up"/.exec(said.output)?.[1] ?? 0);
  return {
    /** Standard output so far: the log. */
    output: () => said.output,
    /** Standard error so far. */
    complaints: () => said.complaints,
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    isUp: () =>
      eventually('it is up', () => {
        if (child.exitCode !== null) throw new Error(`it ended before it was up: ${said.complaints}`);
        return portOf() > 0;
      }),
    ask: (path: string, question: Question = {}) => ask(portOf(), path, question),
  };
}

async function makeRepository(path: string): Promise<void> {
  const identity = ['-c', 'user.name=Ada', '-c', 'user.email=ada@localhost'];
  const env = { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
  const git = async (...args: readonly string[]) =>
    (await run('git', ['--git-dir', path, ...identity, ...args], { env })).stdout.trim();
  await run('git', ['init', '--quiet', '--bare', '--initial-branch=main', path], { env });
  const tree = await git('hash-object', '-t', 'tree', '-w', '/dev/null');
  const commit = await git('commit-tree', tree, '-m', 'Begin');
  await git('update-ref', 'refs/heads/main', commit);
}

function issueText(number: number): string {
  const header = `title: Issue ${number}\nstate: open\nlabels: [tamma]\nauthor: ada\nassignee: null\ncreated: 2026-01-01T00:00:00Z`;
  return `---\n${header}\n---\n\nThe library needs a function that capitalizes each word.\n`;
}
