import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stopServers } from '@tamma/servers';
import { bringPrograms, eventually, freePort, processEnvironment, testFolder } from '@tamma/testing';
import { layOutExample } from './lay-out-example.ts';

const ENTRY = join(import.meta.dirname, '../../../../tools/start.mjs');
const SEARCH_PATH = process.env.PATH ?? '';
/** Servers are found or downloaded, started, and everything else after them. */
const READY_MS = 180_000;
const DRAIN_MS = 120_000;

/** `npm start` in a folder of its own, working the example project. */
export interface Product extends AsyncDisposable {
  readonly url: string;
  output(): string;
  /** Ends a process of it at once, as a crash would: `orchestrator`, `worker-1` … */
  crash(name: string): Promise<void>;
  /** As Ctrl-C does; resolves with the exit code. */
  stop(): Promise<number | null>;
}

export interface ProductOptions {
  readonly environment?: Readonly<Record<string, string>>;
  /** Issues of the example to work on, such as `001`; by default all of them. */
  readonly issues?: readonly string[];
}

export async function startProduct({ environment: extra, issues }: ProductOptions = {}): Promise<Product> {
  const folder = await testFolder();
  const home = join(folder.path, 'home');
  await bringPrograms(home);
  if (issues !== undefined) await layOutExample(home, { issues, searchPath: SEARCH_PATH });
  const port = await freePort();
  const environment = {
    ...processEnvironment(),
    HOME: folder.path,
    TAMMA_HOME: home,
    PORT: String(port),
    TAMMA_WORKER_PORT: '0',
    ...extra,
  };
  const launched = spawn(process.execPath, [ENTRY], { cwd: folder.path, env: environment });
  const chunks: string[] = [];
  for (const stream of [launched.stdout, launched.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk: string) => chunks.push(chunk));
  }
  const exited = new Promise<number | null>((resolve) => void launched.once('close', resolve));
  const stop = (): Promise<number | null> => {
    launched.kill('SIGTERM');
    const timer = setTimeout(() => launched.kill('SIGKILL'), DRAIN_MS);
    return exited.finally(() => clearTimeout(timer));
  };
  const dispose = async (): Promise<void> => {
    await stop();
    if (existsSync(home)) await stopServers({ home, environment: { PATH: SEARCH_PATH } });
    await folder[Symbol.asyncDispose]();
  };
  const url = `http://127.0.0.1:${port}`;
  try {
    await eventually('the product answers', () => answers(url), READY_MS);
  } catch (error) {
    await dispose();
    throw new Error(`npm start said:\n${chunks.join('')}`, { cause: error });
  }
  return {
    url,
    output: () => chunks.join(''),
    crash: (name) => crash(join(home, 'run.json'), name),
    stop,
    [Symbol.asyncDispose]: dispose,
  };
}

async function crash(runFile: string, name: string): Promise<void> {
  const { children }: { children: { name: string; pid: number }[] } = JSON.parse(
    await readFile(runFile, 'utf8'),
  );
  const child = children.find((one) => one.name === name);
  if (child === undefined)
    throw new Error(`there is no ${name}, only ${children.map((one) => one.name).join(', ')}`);
  process.kill(child.pid, 'SIGKILL');
}

async function answers(url: string): Promise<boolean> {
  return fetch(`${url}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  );
}
