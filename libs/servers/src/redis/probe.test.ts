import { createServer, type Socket } from 'node:net';
import { expect } from 'chai';
import { probeRedis } from './probe.ts';

describe('asking a Redis whether it is ready', () => {
  it('tells ready from reading its data, and both from anything else', async () => {
    expect(await answering('+OK\r\n+PONG\r\n')).to.equal('ready');
    expect(await answering('+OK\r\n-LOADING Redis is loading the dataset in memory\r\n')).to.equal(
      'starting',
    );
    expect(await answering('-WRONGPASS invalid password\r\n-NOAUTH Authentication required.\r\n')).to.equal(
      'silent',
    );
    expect(await answering('HTTP/1.1 400 Bad Request\r\n\r\n')).to.equal('silent');
    expect(await answering('')).to.equal('silent');
  });
});

/** What the probe makes of a server that answers this, at once and whole, and closes. */
async function answering(answer: string): Promise<string> {
  const server = createServer((socket: Socket) => socket.end(answer));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  try {
    return await probeRedis(port, 'password');
  } finally {
    server.close();
  }
}
