import { mkdtemp, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { identify, isAlive, stopServers } from '@tamma/servers';

const PREFIX = 'tamma-chaos-';

/** A folder for one run. Its name tells whose it is: pid and start time of this process. */
export async function openFolder(): Promise<string> {
  const self = await identify(process.pid);
  return mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-${self?.startTime ?? 0}-`));
}

/** Stops the servers of runs that were killed; what they wrote stays for whoever wants to look. */
export async function stopLeftServers(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  for (const name of await readdir(tmpdir())) {
    const match = new RegExp(`^${PREFIX}(\\d+)-(\\d+)-`).exec(name);
    if (match === null) continue;
    if (await isAlive({ pid: Number(match[1]), startTime: match[2] ?? '' })) continue;
    await stopServers({ home: join(tmpdir(), name, 'servers'), environment });
  }
}
