import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { startFakeServer } from './testing/fake-server.ts';
import { startTamma } from './testing/run-tamma.ts';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../../..');
const BIN = join(import.meta.dirname, '../bin/tamma.mjs');
const SEARCH_PATH = process.env.PATH ?? '';

describe('tamma as a process', () => {
  it('is linked as the command "tamma" of the clone', async () => {
    const { stdout } = await run(join(ROOT, 'node_modules/.bin/tamma'), ['--version'], {
      env: { PATH: SEARCH_PATH },
    });
    expect(stdout).to.match(/^\d+\.\d+\.\d+\n$/);
  });

  it('ends with 130 on Ctrl-C while it waits for an answer', async () => {
    await using server = await startFakeServer();
    server.spoil('GET /api/v1/workers', { body: '', delayMs: 60_000 });
    await using running = startTamma(['workers'], { environment: { TAMMA_URL: server.url } });
    await eventually('the request', () => server.requests.length > 0);
    running.kill('SIGINT');
    expect(await running.finished).to.deep.equal({ exitCode: 130, stdout: '', stderr: '' });
  });

  it('ends quietly when whoever reads it has enough', async () => {
    await using server = await startFakeServer();
    for (let count = 0; count < 900; count += 1) server.product.tell('GATE.RAN.SUCCESS');
    const script = `set -o pipefail; "${process.execPath}" "${BIN}" events --since 0-0 --limit 900 --json | head -c 10`;
    const env = { PATH: SEARCH_PATH, TAMMA_URL: server.url };
    expect(await run('bash', ['--norc', '-c', script], { env })).to.deep.equal({
      stdout: '{"items":[',
      stderr: '',
    });
  });

  it('ends with 1 and says so when it cannot write', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, [BIN, '--help'], { stdio: ['ignore', full, 'pipe'] });
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    const [exitCode] = await once(child, 'close');
    expect([exitCode, stderr]).to.deep.equal([
      1,
      'tamma: cannot write: ENOSPC: no space left on device, write\n',
    ]);
  });
});
