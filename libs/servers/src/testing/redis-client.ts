import { exchange } from '../exchange.ts';

/** Sends inline commands after the URL's password; returns the lines that came within the time. */
export async function askRedis(url: string, ...commands: readonly string[]): Promise<string[]> {
  const { port, password } = new URL(url);
  const send = [...(password === '' ? [] : [`AUTH ${password}`]), ...commands, 'ECHO finished', ''].join(
    '\r\n',
  );
  const isComplete = (received: Buffer) =>
    received.toString().endsWith('finished\r\n') || isRefusal(received);
  const answer = await exchange({ port: Number(port), send, timeoutMs: 5000, isComplete });
  return (answer?.toString() ?? '').split('\r\n');
}

function isRefusal(received: Buffer): boolean {
  return /^-(NOAUTH|WRONGPASS)/.test(received.toString());
}
