import { randomUUID } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { codeOf } from '../error-code.ts';
import { mustRun } from '../run-command.ts';
import type { Surroundings } from '../surroundings.ts';
import { downloadPackages } from './apt.ts';
import { type Found, findOnPath, programAt } from './installed.ts';

const UNPACK_TIMEOUT_MS = 30_000;

/** The distribution's package, unpacked below the programs folder; nothing is installed and no root is needed. */
export async function findInDebianPackage(surroundings: Surroundings): Promise<Found> {
  const target = join(surroundings.programsFolder, 'redis');
  const kept = await unpackedAt(target, surroundings);
  if ('program' in kept) return kept;
  for (const tool of ['apt-get', 'apt-cache', 'dpkg-deb']) {
    if ((await findOnPath(tool, surroundings.environment)) === undefined)
      return { reason: `no ${tool} on PATH` };
  }
  return bringTo(target, surroundings);
}

async function bringTo(target: string, surroundings: Surroundings): Promise<Found> {
  surroundings.note('downloading Redis with apt-get (nothing gets installed)');
  const draft = `${target}.${randomUUID()}`;
  const root = join(draft, 'root');
  try {
    await unpack(await downloadPackages(draft, surroundings), root, surroundings);
    const found = await unpackedAt(root, surroundings);
    if ('reason' in found) return found;
    await place(root, target, surroundings);
    return await unpackedAt(target, surroundings);
  } catch (error) {
    surroundings.signal?.throwIfAborted();
    return { reason: error instanceof Error ? error.message : String(error) };
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function unpack(archives: string, root: string, { environment, signal }: Surroundings): Promise<void> {
  for (const name of await readdir(archives)) {
    if (!name.endsWith('.deb')) continue;
    const command = ['dpkg-deb', '--extract', join(archives, name), root];
    await mustRun('REDIS_NOT_UNPACKED', command, { environment, signal, timeoutMs: UNPACK_TIMEOUT_MS });
  }
}

/** A folder that works already is another start's and stays; one that does not is replaced. */
async function place(root: string, target: string, surroundings: Surroundings): Promise<void> {
  try {
    await rename(root, target);
  } catch (error) {
    if (codeOf(error) !== 'ENOTEMPTY' && codeOf(error) !== 'EEXIST') throw error;
    if ('program' in (await unpackedAt(target, surroundings))) return;
    await rm(target, { recursive: true, force: true });
    await rename(root, target);
  }
}

async function unpackedAt(root: string, surroundings: Surroundings): Promise<Found> {
  const folders = [...(await foldersIn(join(root, 'usr/lib'))), ...(await foldersIn(join(root, 'lib')))];
  const extra = folders.length === 0 ? {} : { LD_LIBRARY_PATH: folders.join(':') };
  return programAt(join(root, 'usr/bin/redis-server'), surroundings, extra);
}

async function foldersIn(parent: string): Promise<string[]> {
  try {
    const entries = await readdir(parent, { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => join(parent, entry.name));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}
