import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface WireRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** How a request is answered, whatever it says. */
export type WireAnswer = (response: ServerResponse) => void;

export interface Wire extends AsyncDisposable {
  readonly url: string;
  readonly requests: readonly WireRequest[];
}

/** A service that gives these answers in turn, the last one again and again, for what aimock cannot do. */
export async function startWire(...answers: readonly WireAnswer[]): Promise<Wire> {
  const requests: WireRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => void chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const { url: path = '', headers } = request;
      requests.push({ path, headers, body: text === '' ? null : JSON.parse(text) });
      answers[Math.min(requests.length, answers.length) - 1]?.(response);
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, '127.0.0.1', listening.resolve);
  await listening.promise;
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    async [Symbol.asyncDispose]() {
      const closed = Promise.withResolvers<void>();
      server.close(() => closed.resolve());
      server.closeAllConnections();
      await closed.promise;
    },
  };
}

export function json(status: number, body: unknown, headers: Record<string, string> = {}): WireAnswer {
  return (response) => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
  };
}

export function refusal(status: number, type: string, message: string, headers = {}): WireAnswer {
  return json(status, { type: 'error', error: { type, message } }, headers);
}

/** Sends the parts one after another and ends; `null` leaves the stream open and silent. */
export function stream(...parts: readonly (object | string | null)[]): WireAnswer {
  return (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    for (const part of parts) {
      if (part === null) return;
      response.write(typeof part === 'string' ? part : toEvent(part));
    }
    response.end();
  };
}

/** The connection is torn down after the parts. */
export function cut(...parts: readonly (object | string)[]): WireAnswer {
  return (response) => {
    stream(...parts, null)(response);
    response.write(': \n\n', () => response.destroy());
  };
}

function toEvent(event: object): string {
  const type = 'type' in event ? String(event.type) : 'message';
  return `event: ${type}\ndata: ${JSON.stringify(event)}\n\n`;
}

const USAGE = {
  input_tokens: 100,
  cache_creation_input_tokens: 2000,
  cache_read_input_tokens: 30_000,
  output_tokens: 1,
};

export const START = {
  type: 'message_start',
  message: { id: 'msg_1', type: 'message', role: 'assistant', model: 'claude-of-the-wire', usage: USAGE },
};

export function block(index: number, start: object, ...deltas: readonly object[]): readonly object[] {
  return [
    { type: 'content_block_start', index, content_block: start },
    ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })),
    { type: 'content_block_stop', index },
  ];
}

export function textBlock(index: number, ...pieces: readonly string[]): readonly object[] {
  const deltas = pieces.map((text) => ({ type: 'text_delta', text }));
  return block(index, { type: 'text', text: '' }, ...deltas);
}

export function callBlock(index: number, name: string, ...pieces: readonly string[]): readonly object[] {
  const deltas = pieces.map((partial) => ({ type: 'input_json_delta', partial_json: partial }));
  return block(index, { type: 'tool_use', id: `toolu_${index}`, name, input: {} }, ...deltas);
}

export function end(stopReason = 'end_turn', outputTokens = 250): readonly object[] {
  return [
    { type: 'message_delta', delta: { stop_reason: stopReason }, usage: { output_tokens: outputTokens } },
    { type: 'message_stop' },
  ];
}

/** A whole answer of text. */
export const HELLO: WireAnswer = stream(START, ...textBlock(0, 'hel', 'lo'), ...end());
