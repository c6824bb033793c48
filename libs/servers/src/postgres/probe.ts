import { exchange } from '../exchange.ts';
import type { Readiness, RunningServer } from '../lifecycle/spec.ts';
import { readPidFile } from './pid-file.ts';

const PROBE_TIMEOUT_MS = 1000;

// SSLRequest: the one message every PostgreSQL answers, with one byte, before it asks who we are.
const SSL_REQUEST = Buffer.from([0, 0, 0, 8, 0x04, 0xd2, 0x16, 0x2f]);

export async function probePostgres(dataFolder: string, running: RunningServer): Promise<Readiness> {
  const file = await readPidFile(dataFolder);
  if (file?.pid !== running.identity.pid) return 'silent';
  if (file.status !== 'ready') return 'starting';
  const question = { port: running.port, send: SSL_REQUEST, timeoutMs: PROBE_TIMEOUT_MS };
  const answer = await exchange({ ...question, isComplete: (received) => received.length > 0 });
  return answer === undefined ? 'silent' : 'ready';
}
