import { type Server, STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Problem } from '@tamma/contracts';

/** What never becomes a request is answered in the same form as everything else, and its line is closed. */
export function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket: Duplex) => {
    // Nobody is there any more, or half an answer is under way that another one would spoil.
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    socket.end(render(problemOf(error)));
  });
}

function problemOf({ code }: NodeJS.ErrnoException): Problem {
  if (code === 'HPE_HEADER_OVERFLOW') return build(431, 'the headers of the request are too large');
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return build(408, 'the request did not come in time');
  return build(400, 'this is not a request that HTTP/1.1 knows');
}

function build(status: number, detail: string): Problem {
  return { type: 'about:blank', status, title: STATUS_CODES[status] ?? 'Invalid request', detail };
}

function render(problem: Problem): string {
  const body = JSON.stringify(problem);
  const head = [
    `HTTP/1.1 ${problem.status} ${problem.title}`,
    'Content-Type: application/problem+json',
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Connection: close',
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}
