import { Agent } from 'node:http';
import { pickFrom, seededRandom } from '@tamma/domain/testing';
import { openBoardQueues } from '@tamma/queue/bullmq';
import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { issueNumber, openDesk } from '../testing/desk.ts';
import { askPerson, escalate, startFlow } from '../testing/people.ts';
import { type Answer, openSite, type Question, type Site } from '../testing/site.ts';
import { askAs, TOKENS } from '../testing/tokens.ts';

const SEED = 20_260_101;
const AT_ONCE = 20;

type Random = () => number;

const WORDS = [
  'limit',
  'after',
  'since',
  'status',
  'type',
  'workflowId',
  'capability',
  'project',
  '__proto__',
  'constructor',
  '0-0',
  '999999999999999-999999999999999',
  'running',
  'git',
  'TASK.*',
  'task:timeout',
  'demo',
  'demo-1.r1',
  'demo-2.r1.first.a1',
  'demo-3.r1.first',
  'PLAN.md',
  'all',
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
const METHODS = ['GET', 'POST', 'HEAD', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE', 'PROPFIND'];
const OTHER_PATHS = [
  '/',
  '/assets/x',
  '/nothing',
  '/api',
  '/api/v1',
  '/api/v1/nothing',
  '/api/docs',
  '/api/docs/start.js',
  '/admin/queues',
  '/admin/queues/queue/git',
  '/admin/queues/api/queues',
  '/admin/queues/api/queues/git/demo-1.r1.first',
  '/admin/queues/api/queues/git/demo-1.r1.first/flow',
  '/admin/queues/static/x.js',
];
/** What fits one of the routes, for those requests that are to come through. */
const SOUND = [
  '{"reason":"x"}',
  '{"reason":"\\u0000"}',
  '{"reason":"x","step":"first"}',
  '{"reason":"x","score":900}',
  '{"decision":"approve"}',
  '{"decision":"answer","comment":"\\ud800"}',
  '{"project":"demo","issue":4}',
  '{"level":"workflow","id":"demo-3.r1","byUsd":0.000001,"reason":"x"}',
  '{"level":"project","id":"demo","byUsd":100000,"reason":"x"}',
  '{"type":"quality_gate","payload":{"project":"demo","gate":"test","branch":"main"}}',
];
const BODIES = [
  ...SOUND,
  '{}',
  '[]',
  'null',
  '{"limit":',
  '"x"',
  '{"project":"demo","issue":9007199254740991,"override":true}',
  '{"type":"git_operation","payload":{"operation":"x"}}',
  '{"type":"workflow","payload":{"__proto__":1,"project":"demo"}}',
  '{"token":"x"}',
  '{"level":"step","id":"__proto__","byUsd":1e-300,"reason":"x"}',
  '{"level":"all","id":"today","byUsd":1e999,"reason":"x"}',
  '{"__proto__":{"a":1}}',
  `{"reason":"${'x'.repeat(5000)}"}`,
];
const TYPES = ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', ''];

function randomRequest(random: Random, route: string) {
  const pick = (from: readonly string[]) => pickFrom(from, random);
  const maybe = (chance: number) => random() < chance;
  const method = maybe(0.3) ? 'POST' : pick(METHODS);
  const pairs = maybe(0.5) ? [] : Array.from({ length: 3 }, () => `${pick(WORDS)}=${pick(WORDS)}`);
  const filled = route.replaceAll(/\{\w+\}/g, () => pick(WORDS));
  const path = `${filled}${maybe(0.1) ? pick(WORDS) : ''}${pairs.length === 0 ? '' : `?${pairs.join('&')}`}`;
  const headers: Record<string, string> = { 'content-type': maybe(0.8) ? 'application/json' : pick(TYPES) };
  if (maybe(0.1)) headers.host = pick(['evil.example', 'localhost:1', '']);
  if (maybe(0.1)) headers.origin = pick(['https://evil.example', 'null', 'rubbish']);
  if (maybe(0.3)) headers.accept = pick(['text/html', 'application/json', '*/*', 'rubbish']);
  if (maybe(0.1)) headers.cookie = pick(['tamma-session=%zz', 'tamma-session=x', ';;;', '__proto__=x']);
  const body = maybe(0.7) ? { body: pick(maybe(0.5) ? SOUND : BODIES) } : {};
  const name = maybe(0.2) ? null : pick(['all', 'all', 'vera', 'otto', 'anna', 'mallory']);
  return { path, question: { method, headers, ...body } satisfies Question, name };
}

/** Something of everything, so that a lucky guess has an effect. */
async function openBusySite(tokens: typeof TOKENS) {
  await using stack = new AsyncDisposableStack();
  const desk = stack.use(await openDesk());
  const board = await openBoardQueues({
    redisUrl: testServers().redisUrl,
    prefix: desk.prefix,
    onError: () => {},
  });
  stack.defer(() => board.close());
  const site = stack.use(await openSite({ desk, boardQueues: board.queues, tokens }));
  await askPerson(desk, 2, 'plan');
  await escalate(desk, 3);
  await startFlow(desk, 1);
  desk.platform.addIssue(issueNumber(4));
  const owned = stack.move();
  return { site, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

/** A connection for each question would take more than the question itself; and what one leaves behind would spoil the next. */
function openAgent(): Agent & Disposable {
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  return Object.assign(agent, { [Symbol.dispose]: () => agent.destroy() });
}

async function routesOf(site: Site): Promise<string[]> {
  const document: { paths: object } = JSON.parse((await askAs(site, 'all', '/api/v1/openapi.json')).text);
  return [...Object.keys(document.paths), ...OTHER_PATHS];
}

interface Round {
  readonly title: string;
  readonly tokens: typeof TOKENS;
  readonly requestsPerRoute: number;
  /** Answers that must have come, or the requests were too dull. */
  readonly met: readonly number[];
}

const ROUNDS: readonly Round[] = [
  {
    title: 'without tokens',
    tokens: [],
    requestsPerRoute: 1000,
    met: [200, 201, 204, 400, 403, 404, 405, 409, 415, 422],
  },
  {
    title: 'with tokens',
    tokens: TOKENS,
    requestsPerRoute: 200,
    met: [200, 204, 302, 401, 403, 404, 405, 415],
  },
];

describe('HTTP server, asked anything on every route with every verb', function () {
  this.timeout(300_000);

  for (const { title, tokens, requestsPerRoute, met } of ROUNDS) {
    it(`never breaks, and never shows its inside, ${title}`, async () => {
      await using place = await openBusySite(tokens);
      const { site } = place;
      using agent = openAgent();
      const random = seededRandom(SEED);
      const seen = new Set<number>();
      for (const route of await routesOf(site)) {
        for (let sent = 0; sent < requestsPerRoute; sent += AT_ONCE) {
          const requests = Array.from({ length: AT_ONCE }, () => randomRequest(random, route));
          const answers = await Promise.all(
            requests.map(({ path, question, name }) => askAs(site, name, path, { ...question, agent })),
          );
          for (const [index, answer] of answers.entries()) {
            expectSound(answer, JSON.stringify(requests[index]));
            seen.add(answer.status);
          }
        }
      }
      expect(site.lines.filter((line) => line.includes('request failed'))).to.deep.equal([]);
      expect([...seen], 'all kinds of answers were met').to.include.members([...met]);
      expect((await site.ask('/health/live')).status).to.equal(200);
    });
  }
});

function expectSound({ status, text }: Answer, what: string): void {
  expect(status < 500 || status === 503, `${status} to ${what}: ${text.slice(0, 300)}`).to.equal(true);
  expect(text, what).to.not.match(/node_modules|\bat .+\.ts:\d+|postgres:\/\/|redis:\/\//);
}
