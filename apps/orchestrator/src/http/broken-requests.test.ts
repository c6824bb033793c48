import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { problemSchema } from '@tamma/contracts';
import { expect } from 'chai';
import { answerBrokenRequests } from './broken-requests.ts';

/** What a server answers to bytes that are no request. */
async function answerTo(bytes: string): Promise<string> {
  const server = createServer((_request, response) => void response.end('well'));
  answerBrokenRequests(server);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const socket = connect(typeof address === 'object' && address !== null ? address.port : 0, '127.0.0.1');
  const pieces: string[] = [];
  socket.setEncoding('utf8').on('data', (piece: string) => pieces.push(piece));
  socket.write(bytes);
  await once(socket, 'close');
  await once(server.close(), 'close');
  return pieces.join('');
}

describe('what is no request', () => {
  const RUBBISH: readonly (readonly [string, number, string])[] = [
    ['NONSENSE / HTTP/1.1\r\n\r\n', 400, 'an unknown verb'],
    ['\u0000\u0001\u0002\r\n\r\n', 400, 'binary'],
    ['GET / HTTP/1.1\r\nHost\r\n\r\n', 400, 'half a header'],
    [`GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`, 431, 'an endless header'],
  ];
  for (const [bytes, status, name] of RUBBISH) {
    it(`gets a problem like everything else: ${name}`, async () => {
      const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n');
      expect(head)
        .to.match(new RegExp(`^HTTP/1.1 ${status} `))
        .and.to.contain('application/problem+json');
      expect(problemSchema.parse(JSON.parse(body)).status).to.equal(status);
    });
  }
});
