import { chmod, mkdir, readdir, readFile, readlink, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { testFolder } from '@tamma/testing';
import { stopServers } from '../lifecycle/stop-servers.ts';
import { findOnPath } from '../redis/installed.ts';
import type { StartRequest } from '../server.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface TestHome extends AsyncDisposable {
  readonly path: string;
  readonly notes: string[];
  readonly request: StartRequest;
}

/** Where with-servers keeps a downloaded Redis too: on a machine without one, tests download it once. */
const PROGRAMS_FOLDER = resolve(import.meta.dirname, '../../../../node_modules/.cache/tamma/servers');

/** A TAMMA_HOME of the test's own; at the end its servers are stopped and it is removed. */
export async function testHome(environment: Environment): Promise<TestHome> {
  const folder = await testFolder();
  await chmod(folder.path, 0o711);
  const notes: string[] = [];
  const onNote = (line: string) => void notes.push(line);
  const request = {
    home: folder.path,
    onNote,
    environment,
    programsFolder: PROGRAMS_FOLDER,
  };
  const dispose = async () => {
    await stopServers({ home: folder.path, environment });
    await folder[Symbol.asyncDispose]();
  };
  return { path: folder.path, notes, request, [Symbol.asyncDispose]: dispose };
}

/** A folder, made in this one, to use as PATH: it holds these commands of the given PATH and no others. */
export async function pathOf(parent: string, names: readonly string[], path = ''): Promise<string> {
  const folder = join(parent, 'bin');
  await mkdir(folder);
  for (const name of names) {
    const found = await findOnPath(name, { PATH: path });
    if (found === undefined) throw new Error(`no ${name} on PATH`);
    await symlink(found, join(folder, name));
  }
  return folder;
}

/** Pids of processes with this name that work in this folder or below, by /proc. */
export async function processesIn(folder: string, name: RegExp): Promise<number[]> {
  const found: number[] = [];
  for (const entry of await readdir('/proc')) {
    if (!/^\d+$/.test(entry)) continue;
    const cwd = await readlink(`/proc/${entry}/cwd`).catch(() => '');
    const command = await readFile(`/proc/${entry}/comm`, 'utf8').catch(() => '');
    if (cwd.startsWith(folder) && name.test(command)) found.push(Number(entry));
  }
  return found;
}
