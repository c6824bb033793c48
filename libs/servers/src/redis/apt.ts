import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun } from '../run-command.ts';
import type { Surroundings } from '../surroundings.ts';

// redis-server holds only a link to the binary that comes in redis-tools.
const PROGRAM_PACKAGES = ['redis-server', 'redis-tools'];
const LIBRARY_PACKAGES = ['libjemalloc2', 'liblzf1', 'libatomic1'];
/** On every machine that has apt at all. */
const BASE_PACKAGES = new Set(['libc6', 'libgcc-s1', 'libstdc++6']);

const QUERY_TIMEOUT_MS = 30_000;
const UPDATE_TIMEOUT_MS = 180_000;
const DOWNLOAD_TIMEOUT_MS = 120_000;

/** Downloads the packages of Redis; returns the folder, below `draft`, that holds them. */
export async function downloadPackages(draft: string, surroundings: Surroundings): Promise<string> {
  const archives = join(draft, 'archives');
  await mkdir(archives, { recursive: true });
  try {
    await download(archives, [], surroundings);
  } catch {
    surroundings.signal?.throwIfAborted();
    // apt's own lists are absent or stale. Were they not the reason, the second download fails with the same complaint.
    await download(archives, await freshLists(draft, surroundings), surroundings);
  }
  return archives;
}

/** Options that make apt use package lists of our own, just fetched. */
async function freshLists(draft: string, surroundings: Surroundings): Promise<string[]> {
  const lists = join(draft, 'lists');
  const cache = join(draft, 'cache');
  await mkdir(join(lists, 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  const options = ['-o', `Dir::State::Lists=${lists}`, '-o', `Dir::Cache=${cache}`];
  await apt(['apt-get', ...options, 'update'], UPDATE_TIMEOUT_MS, { surroundings });
  return options;
}

async function download(archives: string, options: string[], surroundings: Surroundings): Promise<void> {
  const names = new Set([...PROGRAM_PACKAGES, ...LIBRARY_PACKAGES]);
  for (const name of await librariesNeeded(options, surroundings)) names.add(name);
  const command = ['apt-get', ...options, 'download', ...names];
  await apt(command, DOWNLOAD_TIMEOUT_MS, { surroundings, cwd: archives });
}

/** What this release's Redis is linked with beside the usual libraries, such as libssl3 on a slim image. */
async function librariesNeeded(options: string[], surroundings: Surroundings): Promise<string[]> {
  const command = ['apt-cache', ...options, 'depends', ...PROGRAM_PACKAGES];
  return parseLibraries(await apt(command, QUERY_TIMEOUT_MS, { surroundings }));
}

/** Reads `apt-cache depends`; of alternatives (marked by a bar) the first counts. */
export function parseLibraries(output: string): string[] {
  const names: string[] = [];
  let isAlternative = false;
  for (const line of output.split('\n')) {
    const match = /^ ( |\|)(?:Pre)?Depends: (\S+)$/.exec(line);
    if (match === null) continue;
    const name = match[2] ?? '';
    if (!isAlternative && name.startsWith('lib') && !BASE_PACKAGES.has(name)) names.push(name);
    isAlternative = match[1] === '|';
  }
  return names;
}

async function apt(
  command: readonly string[],
  timeoutMs: number,
  { surroundings, cwd }: { surroundings: Surroundings; cwd?: string },
): Promise<string> {
  const [tool = '', ...args] = command;
  // As root apt hands downloads to a user of its own, who may not write into our folders.
  const ours = [
    '-q',
    '-o',
    'APT::Sandbox::User=root',
    '-o',
    'Acquire::Retries=1',
    '-o',
    'Acquire::http::Timeout=20',
  ];
  const { environment, signal } = surroundings;
  return mustRun('REDIS_NOT_DOWNLOADED', [tool, ...ours, ...args], { environment, signal, timeoutMs, cwd });
}
