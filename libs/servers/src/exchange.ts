import { connect } from 'node:net';

export interface ExchangeRequest {
  readonly port: number;
  readonly send: string | Buffer;
  readonly timeoutMs: number;
  /** Told all that came so far; the exchange ends when it says true. */
  readonly isComplete: (received: Buffer) => boolean;
}

const RECEIVED_MAX_BYTES = 64 * 1024;

/** One question on the loopback; undefined when nobody answers it in full within the time. */
export function exchange(request: ExchangeRequest): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    let received = Buffer.alloc(0);
    const socket = connect(request.port, '127.0.0.1', () => socket.write(request.send));
    const finish = (answer: Buffer | undefined) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(request.timeoutMs, () => finish(undefined));
    // A refused or broken connection is an answer too: nobody there.
    socket.on('error', () => finish(undefined));
    socket.on('close', () => finish(undefined));
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      if (request.isComplete(received)) finish(received);
      else if (received.length > RECEIVED_MAX_BYTES) finish(undefined);
    });
  });
}
