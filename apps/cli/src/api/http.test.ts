import { expect } from 'chai';
import { startFakeServer } from '../testing/fake-server.ts';
import { createApi } from './api.ts';
import { createHttp } from './http.ts';
import { readBody } from './read-body.ts';

describe('requests', () => {
  it('end when a person wants to stop, also while they wait to be sent again', async () => {
    await using server = await startFakeServer();
    server.spoil('GET /api/v1/workers', { status: 503, body: '', headers: { 'retry-after': '9' } });
    server.spoil('GET /api/v1/projects', { body: '', delayMs: 9000 });
    for (const ask of ['workers', 'projects'] as const) {
      const stopper = new AbortController();
      const settings = { baseUrl: server.url, token: null, timeoutMs: 20_000 };
      const note = () => stopper.abort();
      const asking = createApi(createHttp({ ...settings, stop: stopper.signal, note }))
        [ask]()
        .catch((thrown: unknown) => thrown);
      if (ask === 'projects') stopper.abort();
      expect(await asking).to.include({ exitCode: 130 });
    }
  });

  it('wait no longer for a server than a person would, whatever it asks for', async () => {
    const cases = [
      ['3600', '10 s'],
      ['2', '2 s'],
      ['soon', '1 s'],
      ['-1', '1 s'],
      ['', '0 s'],
    ] as const;
    await using server = await startFakeServer();
    for (const [asked, waited] of cases) {
      server.spoil('GET /api/v1/workers', { status: 503, body: '', headers: { 'retry-after': asked } });
      const notes: string[] = [];
      const stopper = new AbortController();
      const note = (line: string) => {
        notes.push(line);
        stopper.abort();
      };
      const http = createHttp({
        baseUrl: server.url,
        token: null,
        timeoutMs: 20_000,
        stop: stopper.signal,
        note,
      });
      await createApi(http)
        .workers()
        .catch((thrown: unknown) => thrown);
      expect(notes, asked).to.deep.equal([`the server is not available; trying again in ${waited} (1 of 3)`]);
    }
  });

  it('read no more of an answer than there is room for', async () => {
    const endless = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.enqueue(new Uint8Array(1024)),
    });
    const refused = await readBody(new Response(endless), 10_000).catch((thrown: unknown) => thrown);
    expect(refused).to.be.instanceOf(RangeError);
    expect(await readBody(new Response('größe'), 10_000)).to.equal('größe');
    expect(await readBody(new Response(null))).to.equal('');
  });
});
