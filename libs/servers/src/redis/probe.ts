import { exchange } from '../exchange.ts';
import type { Readiness } from '../lifecycle/spec.ts';

const PROBE_TIMEOUT_MS = 1000;

/** Asks the server at this port; only one that takes our password counts as ours. */
export async function probeRedis(port: number, password: string): Promise<Readiness> {
  const send = `AUTH ${password}\r\nPING\r\n`;
  const answer = await exchange({ port, send, timeoutMs: PROBE_TIMEOUT_MS, isComplete: hasTwoLines });
  const [authentication, ping] = (answer?.toString('latin1') ?? '').split('\r\n');
  if (authentication !== '+OK') return authentication?.startsWith('-LOADING') ? 'starting' : 'silent';
  return ping === '+PONG' ? 'ready' : 'starting';
}

function hasTwoLines(received: Buffer): boolean {
  return received.toString('latin1').split('\r\n').length > 2;
}
