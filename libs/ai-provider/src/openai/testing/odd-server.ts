import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** One answer: pieces of an event stream as they are, or a body with a status. */
export interface OddAnswer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Events of a stream; what is no text goes out as JSON. */
  readonly events?: readonly unknown[];
  /** Comments after the events, this many milliseconds apart. */
  readonly comments?: { readonly count: number; readonly everyMs: number };
  /** Events after the comments. */
  readonly rest?: readonly unknown[];
  /** What follows the events: `[DONE]`, a broken connection, or nothing at all. */
  readonly after?: 'done' | 'break' | 'silence';
}

export interface OddServer extends AsyncDisposable {
  readonly baseUrl: string;
  /** Bodies of the requests so far, parsed; what had none is told by its path. */
  readonly requests: readonly unknown[];
  readonly authorizations: readonly (string | undefined)[];
}

/** A server on a port of its own that gives these answers in turn, the last one again and again. */
export async function startOddServer(...answers: readonly OddAnswer[]): Promise<OddServer> {
  const requests: unknown[] = [];
  const authorizations: (string | undefined)[] = [];
  const server = createServer((request, response) => {
    const answer = answers[Math.min(authorizations.length, answers.length - 1)] ?? {};
    authorizations.push(request.headers.authorization);
    void readBody(request).then((body) => {
      requests.push(body === '' ? request.url : JSON.parse(body));
      give(response, answer);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no port');
  return {
    baseUrl: `http://127.0.0.1:${address.port}/v1`,
    requests,
    authorizations,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** A piece of an answer as most servers send it. */
export function piece(delta: unknown, finish: string | null = null): unknown {
  return { id: 'c', object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason: finish }] };
}

async function readBody(request: IncomingMessage): Promise<string> {
  const parts: string[] = [];
  for await (const part of request.setEncoding('utf8')) parts.push(String(part));
  return parts.join('');
}

function give(response: ServerResponse, answer: OddAnswer): void {
  const { status = 200, events, body = '' } = answer;
  const type = events === undefined ? 'application/json' : 'text/event-stream';
  response.writeHead(status, { 'content-type': type, ...answer.headers });
  if (events === undefined) {
    response.end(body);
    return;
  }
  response.write(textOfAll(events), () => comment(response, answer, answer.comments?.count ?? 0));
}

/** Signs of life of a server that has nothing to say yet. */
function comment(response: ServerResponse, answer: OddAnswer, left: number): void {
  if (left === 0) {
    response.write(`: that was all\n\n${textOfAll(answer.rest ?? [])}`, () => finish(response, answer));
    return;
  }
  response.write(': PROCESSING\n\n');
  setTimeout(() => comment(response, answer, left - 1), answer.comments?.everyMs);
}

function finish(response: ServerResponse, { after = 'done' }: OddAnswer): void {
  if (after === 'break') response.destroy();
  if (after === 'done') response.end('data: [DONE]\n\n');
}

function textOfAll(events: readonly unknown[]): string {
  return events.map((event) => `data: ${textOf(event)}\n\n`).join('');
}

function textOf(event: unknown): string {
  return typeof event === 'string' ? event : JSON.stringify(event);
}
