import { createServer, type Server } from 'node:http';
import { workedMs } from '@tamma/domain/testing';
import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { readCheckLog } from './check-log.ts';
import { endOfLog, readEnd } from './check-log-text.ts';
import { createGitHubConnection } from './connection.ts';
import { scriptedGitHub } from './testing/scripted-github.ts';

const logs = 'GET /actions/jobs/41/logs';
const gone = { status: 410, json: { message: 'Gone' } };
const job = { runId: 'job/9/41' };
const never = new AbortController().signal;

function streamOf(...parts: readonly string[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start: (controller) => {
      for (const part of parts) controller.enqueue(new TextEncoder().encode(part));
      controller.close();
    },
  });
}

describe('the log of a check on GitHub', () => {
  it('is the end of what its job printed', async () => {
    const text = `2026-01-01T00:00:00.0000000Z first\n2026-01-01T00:00:01.0000000Z \u001b[31mred\u001b[0m\r\n`;
    const { client } = scriptedGitHub({ [logs]: { text } });
    expect(await readCheckLog(client, job, 1000)).to.equal('first\nred');
    expect(await readCheckLog(client, job, 5)).to.equal('red');
  });

  it('is what its App reported where there is no log, with what it noted on lines', async () => {
    const output = { title: '1 failure', summary: 'See below', text: 'Stack', annotations_count: 1 };
    const note = { path: 'a.js', start_line: 3, annotation_level: 'failure', message: 'wrong' };
    const report = {
      'GET /check-runs/41': { json: { output } },
      'GET /check-runs/41/annotations': { json: [note] },
    };
    const text = '1 failure\nSee below\nStack\na.js:3: failure: wrong';
    const expired = scriptedGitHub({ ...report, [logs]: gone });
    expect(await readCheckLog(expired.client, job, 1000)).to.equal(text);
    expect(await readCheckLog(scriptedGitHub(report).client, { runId: 'report/41' }, 1000)).to.equal(text);
  });

  it('is empty where there is nothing', async () => {
    const { client } = scriptedGitHub({ [logs]: gone, 'GET /check-runs/41': gone });
    expect(await readCheckLog(client, job, 1000)).to.equal('');
    expect(await readCheckLog(client, { runId: null }, 1000)).to.equal('');
    expect(await readCheckLog(client, { runId: '../../etc' }, 1000)).to.equal('');
  });

  it('is asked of another host without our credential', async () => {
    const seen: (string | undefined)[] = [];
    const storage = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.end('from storage\n');
    });
    const api = await listen((request, response) => {
      seen.push(request.headers.authorization);
      response.writeHead(302, { location: `${storage.url}/blob?sig=x` }).end();
    });
    try {
      const authentication = { kind: 'token', token: 'secret-token' } as const;
      const connection = createGitHubConnection({ apiUrl: api.url, serverUrl: api.url, authentication });
      const client = connection.clientOf({ repository: 'acme/till', account: 'shipbot' });
      expect(await readCheckLog(client, job, 1000)).to.equal('from storage');
      expect(seen).to.deep.equal(['Bearer secret-token', undefined]);
    } finally {
      await Promise.all([api.close(), storage.close()]);
    }
  });
});

describe('the end of a log', () => {
  it('keeps whole lines, and of a long stream no more than it needs', async () => {
    const parts = Array.from({ length: 5000 }, (_, index) => `line ${index}\n`);
    const end = await readEnd(streamOf(...parts), { charactersMax: 20, signal: never });
    expect(end.length).to.be.at.most(4096 + 120);
    expect(endOfLog(end, 20)).to.equal('line 4998\nline 4999');
  });

  it('has no control character and no half of a character', async () => {
    expect(endOfLog('a\u0000b\u202Ec\u001b]0;title\u0007d\ttab', 100)).to.equal('a b cd\ttab');
    const end = await readEnd(streamOf('😀'.repeat(10_000)), { charactersMax: 11, signal: never });
    expect(endOfLog(end, 11).isWellFormed()).to.equal(true);
  });

  it('has no secret, not even the rest of one', async () => {
    const token = `ghp_${'A1'.repeat(18)}`;
    const lines = [
      `token ${token}`,
      `git clone https://user:hunter2@host/x`,
      'Authorization: Bearer abc.def',
      `installation ghs_12_${'eyJ'.repeat(9)}.x.y`,
      `-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY-----`,
    ];
    const text = endOfLog(lines.join('\n'), 1000);
    for (const secret of [token, 'hunter2', 'abc.def', 'MIIE', 'eyJ']) expect(text).not.to.contain(secret);
    const cutKey = endOfLog('-----BEGIN PRIVATE KEY-----\nMIIE\nmore', 1000);
    expect(cutKey).to.equal('***');
    // Of the token only its last characters are within what is kept.
    const endless = await readEnd(streamOf(`${'x'.repeat(700)}${token}${'y'.repeat(4680)}`), {
      charactersMax: 100,
      signal: never,
    });
    expect(endless).not.to.match(/[A1]{4}/);
  });

  it('is found in no time in a log that was written to keep us busy', () => {
    const parts = [
      '\u001b];a',
      '\u001b]a;b',
      '\r',
      ' ',
      '-eyJ',
      'authorization: ',
      '-----BEGIN ',
      '://a',
      '\u009b;1',
    ];
    for (const part of parts) {
      const begunMs = workedMs();
      endOfLog(part.repeat(200_000 / part.length), 32_000);
      expect(workedMs() - begunMs, JSON.stringify(part)).to.be.below(2000);
    }
  });

  it('is what came until we had waited long enough, and says so', async () => {
    const patience = new AbortController();
    const slow = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode('begun\n')),
      pull: () => patience.abort(),
    });
    const end = await readEnd(slow, { charactersMax: 100, signal: patience.signal });
    expect(end).to.match(/^begun\n\n\(the log goes on/);
  });

  it('is trouble of the network when the connection breaks', async () => {
    const broken = new ReadableStream<Uint8Array>({
      start: (controller) => controller.error(new Error('reset')),
    });
    const attempt = readEnd(broken, { charactersMax: 100, signal: never });
    expect(await refusalOf(attempt)).to.include({ class: 'network' });
  });
});

async function listen(handler: Parameters<typeof createServer>[1]) {
  const server: Server = createServer(handler);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  const close = () => new Promise<void>((resolve) => void server.close(() => resolve()));
  return { url: `http://127.0.0.1:${address.port}`, close };
}
