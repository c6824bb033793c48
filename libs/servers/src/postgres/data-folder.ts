import { randomUUID } from 'node:crypto';
import { access, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from '../error-code.ts';
import { identify, isAlive } from '../process-identity.ts';
import { mustRun } from '../run-command.ts';
import { newSecret, writePrivate } from '../secret.ts';
import type { Surroundings } from '../surroundings.ts';
import type { PostgresBinaries } from './binaries.ts';
import { type RunAs, remedyOf } from './run-as.ts';

export const DATABASE_USER = 'tamma';
const INITDB_TIMEOUT_MS = 120_000;
/** With retries: an initdb whose start was killed may go on for a moment, and writes while we remove. */
const REMOVE = { recursive: true, force: true, maxRetries: 20, retryDelay: 50 } as const;

/** Beside the data, so that the two cannot be parted. */
export function passwordFileOf(dataFolder: string): string {
  return join(dataFolder, 'tamma.password');
}

export interface DataFolderRequest {
  readonly dataFolder: string;
  readonly binaries: PostgresBinaries;
  readonly runAs: RunAs;
  readonly surroundings: Surroundings;
  /** False for data nobody would miss after a power cut. */
  readonly isDurable: boolean;
}

/** Makes the data folder when it is absent: aside, then moved into place whole, so that no kill leaves half of one. */
export async function ensureDataFolder(request: DataFolderRequest): Promise<void> {
  const { dataFolder, surroundings } = request;
  if (await exists(join(dataFolder, 'PG_VERSION'))) return;
  surroundings.note('making a new PostgreSQL database');
  await removeDrafts(dataFolder);
  const draft = await draftOf(dataFolder);
  try {
    await initialize(draft, request);
    await rename(draft, dataFolder);
  } catch (error) {
    // Another start was faster, and its folder counts.
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    await rm(draft, REMOVE);
    await rm(`${draft}.password`, { force: true });
  }
}

async function initialize(draft: string, request: DataFolderRequest): Promise<void> {
  const { binaries, runAs, surroundings, isDurable } = request;
  const passwordFile = `${draft}.password`;
  await mkdir(draft, { mode: 0o700 });
  await writePrivate(passwordFile, newSecret());
  await runAs.own(draft);
  await runAs.own(passwordFile);
  const options = [`--pgdata=${draft}`, `--username=${DATABASE_USER}`, `--pwfile=${passwordFile}`];
  // The built-in locale sorts alike on every machine, so indexes survive a move.
  const locale = ['--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  const sync = isDurable ? [] : ['--no-sync'];
  const command = [
    binaries.initdb,
    ...options,
    '--auth=scram-sha-256',
    ...locale,
    '--no-instructions',
    ...sync,
  ];
  await mustRun('POSTGRES_NOT_INITIALIZED', [...runAs.prefix, ...command], {
    environment: { ...surroundings.environment, ...binaries.environment },
    timeoutMs: INITDB_TIMEOUT_MS,
    signal: surroundings.signal,
    cwd: '/',
    remedy: remedyOf(runAs),
  });
  await rename(passwordFile, passwordFileOf(draft));
}

// A draft's name tells whose it is: `<data folder>.draft-<pid>-<start time>-<uuid>`.
async function draftOf(dataFolder: string): Promise<string> {
  const self = await identify(process.pid);
  return `${dataFolder}.draft-${process.pid}-${self?.startTime}-${randomUUID()}`;
}

/** Removes what killed starts left; drafts of live processes stay. */
async function removeDrafts(dataFolder: string): Promise<void> {
  const parent = dirname(dataFolder);
  for (const name of await readdir(parent)) {
    const match = /^(.*)\.draft-(\d+)-(\d+)-/.exec(name);
    if (match?.[1] !== basename(dataFolder)) continue;
    const maker = { pid: Number(match[2]), startTime: match[3] ?? '' };
    if (!(await isAlive(maker))) await rm(join(parent, name), REMOVE);
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path);
    return true;
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return false;
    throw error;
  }
}
