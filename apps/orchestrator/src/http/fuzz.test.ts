import { expect } from 'chai';
import { openSite } from '../testing/site.ts';

const SEED = 20_260_101;
const REQUESTS = 1000;
const AT_ONCE = 20;

/** A small generator with a seed: the same requests in every run. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const WORDS = [
  'limit',
  'after',
  'since',
  'status',
  'type',
  'workflowId',
  '__proto__',
  'constructor',
  '0-0',
  '999999999999999-999999999999999',
  'running',
  'demo-1.r1',
  '-1',
  '1e99',
  'NaN',
  '%00',
  '%zz',
  '%F0%9F%90%A2',
  "'%3B%20drop%20table%20claims",
  '..%2f..%2f',
  '[]',
  '[$gt]',
  'x'.repeat(600),
];
const PATHS = [
  '/health',
  '/health/live',
  '/health/ready',
  '/metrics',
  '/api/v1/workflows',
  '/api/v1/workflows/',
  '/api/v1/events',
  '/api/v1/projects',
  '/api/v1/',
  '/',
];
const METHODS = ['GET', 'GET', 'GET', 'GET', 'HEAD', 'POST', 'DELETE', 'PATCH', 'OPTIONS'];

function randomRequest(random: (below: number) => number) {
  const pick = (from: readonly string[]) => from[random(from.length)] ?? '';
  const query = Array.from({ length: random(4) }, () => `${pick(WORDS)}=${pick(WORDS)}`).join('&');
  const path = `${pick(PATHS)}${random(3) === 0 ? pick(WORDS) : ''}${query === '' ? '' : `?${query}`}`;
  const body = random(5) === 0 ? '{"limit":' : undefined;
  const headers = random(10) === 0 ? { host: pick(['evil.example', 'localhost:1', '']) } : {};
  return { path, question: { method: pick(METHODS), headers, ...(body === undefined ? {} : { body }) } };
}

describe('HTTP server, asked anything', () => {
  it('never breaks, and never shows its inside', async () => {
    await using site = await openSite();
    const random = createRandom(SEED);
    const seen = new Map<number, number>();
    for (let sent = 0; sent < REQUESTS; sent += AT_ONCE) {
      const requests = Array.from({ length: AT_ONCE }, () => randomRequest(random));
      const answers = await Promise.all(requests.map(({ path, question }) => site.ask(path, question)));
      for (const [index, { status, text }] of answers.entries()) {
        const what = JSON.stringify(requests[index]);
        expect(status < 500 || status === 503, `${status} to ${what}`).to.equal(true);
        expect(text, what).to.not.match(/node_modules|\bat .+\.ts:\d+|postgres:\/\/|redis:\/\//);
        seen.set(status, (seen.get(status) ?? 0) + 1);
      }
    }
    expect(site.lines.filter((line) => line.includes('request failed'))).to.deep.equal([]);
    expect([...seen.keys()].toSorted(), 'all kinds of answers were met').to.deep.equal([
      200, 400, 403, 404, 405,
    ]);
  });
});
