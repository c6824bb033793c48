import { openBoardQueues } from '@tamma/queue/bullmq';
import { testServers } from '@tamma/testing';
import { expect } from 'chai';
import { z } from 'zod';
import { openDesk } from '../testing/desk.ts';
import { escalate, startFlow } from '../testing/people.ts';
import { startProxy } from '../testing/proxy.ts';
import { openSite } from '../testing/site.ts';
import { askAs, posting, TOKENS } from '../testing/tokens.ts';

const PATH = '/admin/queues';
const BROWSER = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

const queuesSchema = z.object({
  queues: z.array(
    z.looseObject({
      name: z.string(),
      readOnlyMode: z.boolean(),
      counts: z.record(z.string(), z.number()),
      jobs: z.array(z.looseObject({ id: z.string() })),
    }),
  ),
});

async function openBoardSite(options: { redisUrl?: string; withTokens?: true } = {}) {
  await using stack = new AsyncDisposableStack();
  const desk = stack.use(await openDesk());
  const { redisUrl = testServers().redisUrl } = options;
  const board = await openBoardQueues({ redisUrl, prefix: desk.prefix, onError: () => {} });
  stack.defer(() => board.close());
  const tokens = options.withTokens === true ? TOKENS : [];
  const site = stack.use(await openSite({ desk, boardQueues: board.queues, tokens }));
  const owned = stack.move();
  return { desk, site, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}

describe('Bull Board', () => {
  it('shows every queue, and a flow with its steps in their order', async () => {
    await using place = await openBoardSite();
    await startFlow(place.desk, 1);
    const { text } = await place.site.ask(`${PATH}/api/queues?activeQueue=git&status=latest`);
    const { queues } = queuesSchema.parse(JSON.parse(text));
    expect(queues.map(({ name }) => name)).to.have.members([
      'git',
      'ai',
      'code',
      'build',
      'test',
      'security',
      'approval',
    ]);
    expect(queues.every(({ readOnlyMode }) => readOnlyMode)).to.equal(true);
    const git = queues.find(({ name }) => name === 'git');
    expect(git?.jobs.map(({ id }) => id)).to.include('demo-1.r1.first');
    const flow = await place.site.ask(`${PATH}/api/queues/git/demo-1.r1.first/flow`);
    expect(flow.status, flow.text).to.equal(200);
    expect(flow.text).to.contain('demo-1.r1.third').and.contain('demo-1.r1.second');
  });

  it('serves its page and its files from here', async () => {
    await using place = await openBoardSite();
    const page = await place.site.ask(PATH, { headers: BROWSER });
    expect([page.status, page.headers['content-type']]).to.deep.equal([200, 'text/html; charset=utf-8']);
    const scripts = [...page.text.matchAll(/src="([^"]+)"/g)].map((match) => match[1] ?? '');
    expect(scripts.length).to.be.above(0);
    for (const script of scripts) {
      expect((await place.site.ask(`${PATH}/${script}`)).status, script).to.equal(200);
    }
    expect((await place.site.ask(`${PATH}/queue/git`, { headers: BROWSER })).status).to.equal(200);
  });

  it('changes nothing, whatever is asked of it', async () => {
    await using place = await openBoardSite();
    const { desk, site } = place;
    const { taskId } = await escalate(desk, 1);
    await startFlow(desk, 2);
    const before = JSON.stringify(await desk.queue.counts());
    const paths = [
      'pause',
      'resume',
      'git/add',
      'git/clean/failed',
      'git/empty',
      'git/obliterate',
      'git/pause',
      'git/resume',
      'git/promote',
      'git/retry/failed',
      'git/concurrency',
      `git/${taskId}/retry/failed`,
      `git/${taskId}/clean`,
      `git/${taskId}/promote`,
      `git/${taskId}/update-data`,
      'git/demo-2.r1.first/clean',
    ];
    for (const path of paths) {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        const answer = await site.ask(`${PATH}/api/queues/${path}`, { ...posting({}), method });
        expect([answer.status, answer.headers.allow], `${method} ${path}`).to.deep.equal([405, 'GET, HEAD']);
      }
    }
    expect(JSON.stringify(await desk.queue.counts())).to.equal(before);
    expect(await desk.queue.readStatus({ taskId, capability: 'git' })).to.equal('failed');
  });

  it('sends a browser that is not signed in to where it can, and refuses everybody else', async () => {
    await using place = await openBoardSite({ withTokens: true });
    const { site } = place;
    for (const path of [PATH, `${PATH}/`, `${PATH}/queue/git`]) {
      const answer = await askAs(site, null, path, { headers: BROWSER });
      expect([answer.status, answer.headers.location], path).to.deep.equal([302, `/?signin=${PATH}`]);
    }
    const docs = await askAs(site, null, '/api/docs', { headers: BROWSER });
    expect([docs.status, docs.headers.location]).to.deep.equal([302, '/?signin=/api/docs']);
    expect((await askAs(site, 'mallory', PATH, { headers: BROWSER })).status).to.equal(302);
    expect((await askAs(site, null, `${PATH}/api/queues`)).status).to.equal(401);
    expect((await askAs(site, 'vera', `${PATH}/api/queues`)).status).to.equal(200);
    expect((await askAs(site, 'vera', PATH, { headers: BROWSER })).status).to.equal(200);
  });

  it('says that Redis is away without saying where it was', async () => {
    await using proxy = await startProxy(testServers().redisUrl);
    await using place = await openBoardSite({ redisUrl: proxy.url });
    proxy.set('cut');
    const answer = await place.site.ask(`${PATH}/api/queues`);
    expect(answer.status).to.equal(503);
    expect(answer.text).to.not.contain(String(proxy.port)).and.not.contain('127.0.0.1');
  });
});
