import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { aiSchema, redisKeysOf } from '@tamma/contracts';
import { buildProject, buildStep } from '@tamma/contracts/testing';
import type { WorkerRegistry } from '@tamma/coordination';
import { createWorkerRegistry } from '@tamma/coordination/redis';
import { queuePriority, taskIdOf } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import { createBullmqQueue } from '@tamma/queue/bullmq';
import { testFolder, testServers } from '@tamma/testing';
import { type Bench, openBench } from '../executor/testing/bench.ts';
import { startWorker, type WorkerProcess } from './worker-process.ts';

const run = promisify(execFile);

const BUILD = 'build-gate';
/** So that a test sees within seconds what a real worker does within half a minute, and a full machine lets no lock lapse. */
const CONFIG = {
  taskQueue: { lockDuration: '3s', stalledInterval: '500ms' },
  workers: { heartbeatInterval: '200ms', offlineAfter: '3s', shutdownGrace: '200ms' },
};

export interface Ground extends AsyncDisposable {
  readonly folder: string;
  readonly bench: Bench;
  readonly registry: WorkerRegistry;
  /** The one task: the build gate of a workflow whose branch is set up already. */
  readonly task: FlowTask;
  status(): Promise<string | null>;
  addTask(): Promise<void>;
  start(environment?: Readonly<Record<string, string>>): WorkerProcess;
}

/** A project with a real repository whose build is the given command, and a workflow of it that is ready to build. */
export async function openGround(command: readonly string[] = ['true']): Promise<Ground> {
  const folder = await testFolder();
  const project = await createProject(folder.path, command);
  const plan = [
    buildStep({ id: 'branch-setup', handler: 'branch-setup' }),
    buildStep({ id: BUILD, handler: BUILD, capability: 'build', index: 1, opens: false }),
  ];
  const bench = await openBench({ plan, head: { project } });
  await settleBranch(bench, project.repository);
  const queue = await createBullmqQueue({
    redisUrl: testServers().redisUrl,
    prefix: bench.prefix,
    workerName: 'test',
    lockDurationMs: 1000,
    stalledIntervalMs: 500,
    onError: () => {},
  });
  const configFile = join(folder.path, 'tamma.config.yaml');
  const config = { ...CONFIG, redis: { prefix: bench.prefix }, projects: [projectInput(project)] };
  await writeFile(configFile, JSON.stringify(config));
  const task = taskOf(bench);
  return {
    folder: folder.path,
    bench,
    registry: createWorkerRegistry({ redis: bench.redis, keys: redisKeysOf(bench.prefix) }),
    task,
    status: () => queue.readStatus(task),
    addTask: () => queue.addFlow([task]),
    start: (environment = {}) =>
      startWorker({ folder: folder.path, environment: { ...defaults(folder.path), ...environment } }),
    [Symbol.asyncDispose]: async () => {
      await queue.close();
      await bench[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function defaults(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? '',
    HOME: folder,
    TAMMA_HOME: join(folder, 'home'),
    TAMMA_WORKER_PORT: '0',
    REDIS_URL: testServers().redisUrl,
  };
}

async function createProject(folder: string, command: readonly string[]) {
  const [repository, seed] = [join(folder, 'project.git'), join(folder, 'seed')];
  const git = (...args: string[]) =>
    run('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.test', ...args], { cwd: folder });
  await git('init', '--quiet', '--bare', '--initial-branch=main', repository);
  await git('init', '--quiet', '--initial-branch=main', seed);
  await writeFile(join(seed, 'README.md'), '# Project\n');
  await git('-C', seed, 'add', '-A');
  await git('-C', seed, 'commit', '--quiet', '-m', 'Begin');
  await git('-C', seed, 'push', '--quiet', repository, 'main');
  for (const name of ['issues', 'answers']) await mkdir(join(folder, name));
  const { gates } = buildProject();
  return buildProject({
    repository,
    issues: join(folder, 'issues'),
    ai: aiSchema.parse(aiInput(folder)),
    gates: { ...gates, build: { ...gates.build, command: [...command] } },
  });
}

const aiInput = (folder: string) => ({ provider: 'scripted', answers: join(folder, 'answers') });

function projectInput({ id, platform, repository, issues, gates }: ReturnType<typeof buildProject>) {
  const build = { command: gates.build.command };
  return { id, platform, repository, issues, ai: aiInput(dirname(issues)), gates: { build } };
}

/** What the step before left: the build runs on `main` itself. */
async function settleBranch(bench: Bench, repository: string): Promise<void> {
  const { workflowId } = bench.head;
  const fence = { workflowId, taskId: taskIdOf(workflowId, 'branch-setup'), attempt: 1 };
  const { stdout } = await run('git', ['-C', repository, 'rev-parse', 'main']);
  const result = { branch: 'main', base: 'main', baseCommit: stdout.trim() };
  await bench.hashes.begin(fence, []);
  await bench.hashes.commit({
    fence,
    outcome: { kind: 'done', result },
    wait: null,
    round: null,
    unlessDecided: null,
    activeMs: 0,
    isExcused: false,
    isHeld: false,
    gates: [],
    artifacts: new Map(),
    events: [],
  });
}

function taskOf({ head: { workflowId } }: Bench): FlowTask {
  const taskId = taskIdOf(workflowId, BUILD);
  const payload = { workflowId, taskId, stepId: BUILD, round: 0 };
  return { taskId, capability: 'build', payload, priority: queuePriority(500, 1, 0) };
}
