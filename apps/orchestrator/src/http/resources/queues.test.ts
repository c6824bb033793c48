import { queueControlResultSchema, queueListSchema } from '@tamma/contracts';
import { CAPABILITIES } from '@tamma/domain';
import { expect } from 'chai';
import { claimOnly, countEvents, countFlows, intakeOf, readEvents } from '../../testing/desk.ts';
import { startFlow } from '../../testing/people.ts';
import { say } from '../../testing/say.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { TOKENS } from '../../testing/tokens.ts';
import { isEverythingPaused } from '../../use-cases/queue-control.ts';

const AT_ONCE = 50;

async function set(site: Site, queue: string, verb: 'pause' | 'resume', by: string | null = null) {
  const answer = await say(site, { path: `/queues/${queue}/${verb}`, by });
  expect(answer.status, answer.text).to.equal(200);
  return queueControlResultSchema.parse(JSON.parse(answer.text));
}

async function listed(site: Site) {
  return queueListSchema.parse(JSON.parse((await site.ask('/api/v1/queues')).text)).items;
}

/** What people said, and what the queue does, are the same. */
async function expectAgreement(site: Site): Promise<void> {
  const said = (await site.desk.pauses.list()).map(({ queue }) => queue);
  expect([...(await site.desk.queue.paused())].toSorted()).to.deep.equal(said.toSorted());
}

describe('GET /api/v1/queues', () => {
  it('says of every queue what is in it', async () => {
    await using site = await openSite();
    await startFlow(site.desk, 1);
    const items = await listed(site);
    expect(items.map(({ queue }) => queue).toSorted()).to.deep.equal(CAPABILITIES.toSorted());
    expect(items.find(({ queue }) => queue === 'git')).to.deep.equal({
      queue: 'git',
      waiting: 1,
      active: 0,
      delayed: 0,
      failed: 0,
      paused: null,
    });
    const { text } = await site.ask('/api/v1/queues?limit=3');
    expect(queueListSchema.parse(JSON.parse(text)).items).to.have.length(3);
  });
});

describe('POST /api/v1/queues/:queue/pause and /resume', () => {
  it('pauses one queue once, in the name of who said so, until somebody resumes it', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { desk } = site;
    expect((await set(site, 'ai', 'pause', 'otto')).changed).to.equal(true);
    expect(await set(site, 'ai', 'pause', 'all')).to.deep.equal({
      queue: 'ai',
      changed: false,
      message: 'it was paused already',
    });
    expect([...(await desk.queue.paused())]).to.deep.equal(['ai']);
    const [told] = (await readEvents(desk)).filter(({ type }) => type === 'QUEUE.PAUSED.SUCCESS');
    expect(told).to.deep.include({
      actor: { kind: 'human', id: 'otto' },
      data: { queue: 'ai', why: 'because' },
    });
    expect((await set(site, 'ai', 'resume', 'all')).changed).to.equal(true);
    expect((await set(site, 'ai', 'resume', 'all')).changed).to.equal(false);
    expect(await countEvents(desk, 'QUEUE.PAUSED.SUCCESS')).to.equal(1);
    expect(await countEvents(desk, 'QUEUE.RESUMED.SUCCESS')).to.equal(1);
    await expectAgreement(site);
  });

  it('pauses all of them with one word, and then nothing is started', async () => {
    await using site = await openSite();
    const { desk } = site;
    await claimOnly(desk, 1);
    await set(site, 'ai', 'pause');
    await set(site, 'all', 'pause');
    expect((await listed(site)).every(({ paused }) => paused?.by === 'local')).to.equal(true);
    expect(isEverythingPaused(await desk.pauses.list())).to.equal(true);
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(0);
    await set(site, 'git', 'resume');
    expect(isEverythingPaused(await desk.pauses.list())).to.equal(false);
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(1);
    expect((await set(site, 'all', 'resume')).changed).to.equal(true);
    expect([...(await desk.queue.paused())]).to.deep.equal([]);
    expect(await countEvents(desk, 'QUEUE.PAUSED.SUCCESS')).to.equal(2);
  });

  it('does it once for many who say it at once, and agrees with itself after they said both', async () => {
    await using site = await openSite();
    const same = await Promise.all(Array.from({ length: AT_ONCE }, () => set(site, 'git', 'pause')));
    expect(same.filter(({ changed }) => changed)).to.have.length(1);
    const words = ['pause', 'resume'] as const;
    await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) =>
        set(site, index % 3 === 0 ? 'all' : 'git', words[index % 2] ?? 'pause'),
      ),
    );
    await expectAgreement(site);
  });

  it('starts nothing twice and nothing half when all is paused while intake starts', async () => {
    await using site = await openSite();
    const { desk } = site;
    for (const number of [1, 2, 3]) await claimOnly(desk, number);
    await Promise.all([intakeOf(desk).runOnce(), set(site, 'all', 'pause')]);
    await set(site, 'all', 'resume');
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(3);
    expect(await countEvents(desk, 'WORKFLOW.STARTED.SUCCESS')).to.equal(3);
    expect(desk.problems).to.deep.equal([]);
  });

  it('finishes, said again, what was cut off', async () => {
    await using site = await openSite();
    const { desk } = site;
    const away = () => Promise.reject(new Error('Redis went away'));
    await using broken = await openSite({ desk, queue: { ...desk.queue, pause: away, resume: away } });
    expect((await say(broken, { path: '/queues/git/pause' })).status).to.equal(500);
    expect((await set(site, 'git', 'pause')).changed).to.equal(false);
    await expectAgreement(site);
    expect((await say(broken, { path: '/queues/git/resume' })).status).to.equal(500);
    expect((await set(site, 'git', 'resume')).changed).to.equal(false);
    await expectAgreement(site);
  });

  it('knows no other queue', async () => {
    await using site = await openSite();
    for (const queue of ['magic', '__proto__', '%00', 'ALL']) {
      expect((await say(site, { path: `/queues/${queue}/pause` })).status, queue).to.equal(400);
    }
  });
});
