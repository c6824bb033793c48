import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { TammaError } from '@tamma/domain';
import type { ServerName, StartRequest } from './server.ts';

/** What a start works with: absolute folders, the variables child processes get, and whom to tell. */
export interface Surroundings {
  readonly home: string;
  /** Lock, record and password of each server; by default also downloaded programs. */
  readonly controlFolder: string;
  readonly programsFolder: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly note: (line: string) => void;
  readonly signal: AbortSignal | undefined;
  readonly preferredPort: number | undefined;
}

const STANDARD_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** Nothing else of the caller's environment reaches a child: it may hold tokens. */
const PASSED_ON = [
  'PATH',
  'HOME',
  'APT_CONFIG',
  'DOCKER_HOST',
  'DOCKER_CONFIG',
  'http_proxy',
  'https_proxy',
  'no_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'NO_PROXY',
];

/** Makes the folders that every start needs. */
export async function surroundingsOf(request: StartRequest): Promise<Surroundings> {
  requireLinux();
  const home = resolve(request.home);
  const controlFolder = join(home, 'servers');
  const programsFolder = resolve(request.programsFolder ?? controlFolder);
  await makeFolders(home, [controlFolder, programsFolder, join(home, 'logs')]);
  const note = request.onNote ?? (() => {});
  const environment = childEnvironment(request.environment ?? {});
  const { signal, preferredPort } = request;
  return { home, controlFolder, programsFolder, environment, note, signal, preferredPort };
}

/** Files by which starts of one home find and exclude each other, and the server's log. */
export interface ServerFiles {
  readonly lock: string;
  readonly record: string;
  readonly log: string;
}

export function filesOf(home: string, name: ServerName): ServerFiles {
  const control = join(resolve(home), 'servers');
  return {
    lock: join(control, `${name}.lock`),
    record: join(control, `${name}.process`),
    log: join(resolve(home), 'logs', `${name}.log`),
  };
}

function childEnvironment(given: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const environment: Record<string, string> = { PATH: STANDARD_PATH, LC_ALL: 'C' };
  for (const name of PASSED_ON) {
    const value = given[name];
    if (value !== undefined && value !== '') environment[name] = value;
  }
  return environment;
}

async function makeFolders(home: string, folders: readonly string[]): Promise<void> {
  try {
    for (const folder of folders) await mkdir(folder, { recursive: true });
  } catch (error) {
    throw new TammaError('SERVERS_HOME_UNUSABLE', `cannot make folders in ${home}: ${String(error)}`, {
      class: 'system',
      remedy: 'Set TAMMA_HOME to a folder you may write to.',
      cause: error,
    });
  }
}

function requireLinux(): void {
  if (process.platform === 'linux') return;
  throw new TammaError('SERVERS_UNSUPPORTED', `private servers need Linux, this is ${process.platform}`, {
    class: 'system',
    remedy: 'Set REDIS_URL and DATABASE_URL to servers of your own.',
  });
}
