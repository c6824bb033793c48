import { workflowStateSchema } from '@tamma/contracts';
import { queuePriority, taskIdOf } from '@tamma/domain';
import { expect } from 'chai';
import { claimOnly, countEvents, intakeOf, LIMITS } from '../../testing/desk.ts';
import { startFlow } from '../../testing/people.ts';
import { control, refusal } from '../../testing/say.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { startWorkflow } from '../../use-cases/start-workflow.ts';

function prioritize(site: Site, id: string, score: number) {
  return control(site, { path: `/workflows/${id}/priority`, body: { score } });
}

async function scoreOf(site: Site, id: string): Promise<number> {
  const { text } = await site.ask(`/api/v1/workflows/${id}`);
  return workflowStateSchema.parse(JSON.parse(text)).score;
}

/** Which of the workflows' first tasks is taken first. */
async function placesOf(site: Site, ...ids: string[]) {
  return Promise.all(
    ids.map((id) => site.desk.queue.position({ taskId: taskIdOf(id, 'first'), capability: 'git' })),
  );
}

describe('POST /api/v1/workflows/:id/priority', () => {
  it('has the tasks of one workflow go before those of another, once however often it is said', async () => {
    await using site = await openSite();
    const [one, other] = [await startFlow(site.desk, 1), await startFlow(site.desk, 2)];
    await prioritize(site, one, 100);
    expect(await prioritize(site, other, 900)).to.include({ changed: true, message: 'its score is 900' });
    expect(await placesOf(site, one, other)).to.deep.equal([2, 1]);
    expect((await prioritize(site, other, 900)).changed).to.equal(false);
    await prioritize(site, one, 1000);
    expect(await placesOf(site, one, other)).to.deep.equal([1, 2]);
    expect(await scoreOf(site, one)).to.equal(1000);
    expect(await countEvents(site.desk, 'WORKFLOW.PRIORITIZED.SUCCESS')).to.equal(3);
    const begun = await site.desk.hashes.begin(
      { workflowId: one, taskId: taskIdOf(one, 'first'), attempt: 1 },
      [],
    );
    expect(begun.kind === 'begun' && begun.head.score).to.equal(1000);
  });

  it('has what waits for a slot start before others', async () => {
    await using site = await openSite();
    const { desk } = site;
    const [one, other] = [await claimOnly(desk, 1), await claimOnly(desk, 2)];
    expect((await prioritize(site, other.workflowId, 1000)).changed).to.equal(true);
    expect((await prioritize(site, other.workflowId, 1000)).changed).to.equal(false);
    await intakeOf(desk, { maxConcurrent: 1 }).runOnce();
    expect((await desk.store.claims.findOpen(other.workflowId))?.startedAt).not.to.equal(null);
    expect((await desk.store.claims.findOpen(one.workflowId))?.startedAt).to.equal(null);
    expect(await scoreOf(site, other.workflowId)).to.equal(1000);
    expect(await countEvents(desk, 'WORKFLOW.PRIORITIZED.SUCCESS')).to.equal(1);
  });

  it('reaches one that is being started at that very moment', async () => {
    await using site = await openSite();
    const { desk } = site;
    const before = await startFlow(desk, 2);
    await prioritize(site, before, 900);
    const head = await claimOnly(desk, 1);
    const openAfterwards: typeof desk.hashes.open = async (...request) => {
      await prioritize(site, head.workflowId, 950);
      return desk.hashes.open(...request);
    };
    const hashes = { ...desk.hashes, open: openAfterwards };
    await startWorkflow({ ...desk, ...LIMITS, claims: desk.store.claims, hashes, now: Date.now }, head);
    expect(await placesOf(site, head.workflowId, before)).to.deep.equal([1, 2]);
    expect(await scoreOf(site, head.workflowId)).to.equal(950);
  });

  it('queues by the score on record after many said different ones at once', async () => {
    await using site = await openSite();
    const { desk } = site;
    const running = await startFlow(desk, 1);
    const { workflowId: waiting } = await claimOnly(desk, 2);
    const last = new Map<string, number>();
    const reprioritize: typeof desk.queue.reprioritize = async (task, priority) => {
      last.set(task.taskId, priority);
      return desk.queue.reprioritize(task, priority);
    };
    await using watched = await openSite({ desk, queue: { ...desk.queue, reprioritize } });
    for (const id of [running, waiting]) {
      const scores = Array.from({ length: 50 }, (_, index) => index * 20);
      await Promise.all(scores.map((score) => prioritize(watched, id, score)));
    }
    const queued = await scoreOf(site, running);
    expect(last.get(taskIdOf(running, 'second'))).to.equal(queuePriority(queued, 1, 0));
    const claim = await desk.store.claims.findOpen(waiting);
    expect(await scoreOf(site, waiting)).to.equal(claim?.head.score);
  });

  it('refuses what has ended, what was never there, and what is no score', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    await control(site, { path: `/workflows/${id}/cancel` });
    const path = `/workflows/${id}/priority`;
    expect((await refusal(site, { path, body: { score: 1 } })).detail).to.contain('it is cancelled');
    expect((await refusal(site, { path: '/workflows/x/priority', body: { score: 1 } })).status).to.equal(404);
    for (const score of [-1, 1001, 1.5, '9', null, undefined]) {
      expect((await refusal(site, { path, body: { score } })).status, String(score)).to.equal(400);
    }
  });
});
