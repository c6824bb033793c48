import type { StartRequest } from '../server.ts';
import { filesOf, surroundingsOf } from '../surroundings.ts';
import { findRunning } from './guard.ts';
import { stopServer } from './stop-process.ts';

/** Stops whatever servers of this home are alive, for example after their launcher was killed. */
export async function stopServers(request: StartRequest): Promise<void> {
  const { home, environment, note } = await surroundingsOf(request);
  for (const name of ['redis', 'postgres'] as const) {
    const running = await findRunning(filesOf(home, name), environment);
    if (running === undefined) continue;
    note(`stopping ${name} (pid ${running.identity.pid}) of ${home}`);
    await stopServer(name, running.identity);
  }
}
