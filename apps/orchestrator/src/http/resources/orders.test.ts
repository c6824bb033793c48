import { workflowStateSchema } from '@tamma/contracts';
import { taskIdOf } from '@tamma/domain';
import { expect } from 'chai';
import { claimOnly, countEvents, type Desk, readEvents } from '../../testing/desk.ts';
import { askPerson, escalate, failAgain, startFlow } from '../../testing/people.ts';
import { control, refusal, say } from '../../testing/say.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { TOKENS } from '../../testing/tokens.ts';

const FIRST = { step: 'first' };
const GIT = { capability: 'git' } as const;

async function stateOf(site: Site, id: string) {
  return workflowStateSchema.parse(JSON.parse((await site.ask(`/api/v1/workflows/${id}`)).text));
}

async function orderOf(desk: Desk, workflowId: string, step = 'first') {
  const fence = { workflowId, taskId: taskIdOf(workflowId, step), attempt: 9 };
  const begun = await desk.hashes.begin(fence, []);
  return begun.kind === 'begun' ? (begun.order?.kind ?? null) : begun.kind;
}

describe('POST /api/v1/workflows/:id/override', () => {
  it('lets a step that stopped run again with the order to pass, in the name of an approver', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { desk } = site;
    const { workflowId, taskId } = await escalate(desk, 1);
    const path = `/workflows/${workflowId}/override`;
    expect((await refusal(site, { path, body: FIRST, by: 'otto' })).status).to.equal(403);
    expect((await control(site, { path, body: FIRST, by: 'anna' })).changed).to.equal(true);
    expect(await desk.queue.readStatus({ ...GIT, taskId })).to.equal('pending');
    const told = (await readEvents(desk)).filter(({ actor }) => actor.id === 'anna');
    expect(told.map(({ type, data }) => [type, data])).to.deep.equal([
      ['ESCALATION.RESOLVED.SUCCESS', { decision: 'override', why: 'because' }],
      ['TASK.OVERRIDE.ORDERED', { why: 'because' }],
    ]);
    expect((await control(site, { path, body: FIRST, by: 'all' })).message).to.equal(
      'step first was overridden already, by anna',
    );
    expect(await orderOf(desk, workflowId)).to.equal('override');
  });

  it('is for somebody else than who started the workflow', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { desk } = site;
    const { workflowId } = await escalate(desk, 1);
    const claim = await desk.store.claims.findOpen(workflowId);
    if (claim === null) throw new Error('there is no claim');
    const head = { ...claim.head, startedBy: 'anna' };
    const claims = { ...desk.store.claims, findOpen: async () => ({ ...claim, head }) };
    await using other = await openSite({ desk, claims, tokens: TOKENS });
    const path = `/workflows/${workflowId}/override`;
    const refused = await refusal(other, { path, body: FIRST, by: 'anna' });
    expect([refused.status, refused.detail]).to.deep.equal([
      403,
      'anna started this workflow, so somebody else approves it',
    ]);
    expect((await control(other, { path, body: FIRST, by: 'all' })).changed).to.equal(true);
  });

  it('does it once for many who say it at once, and anew for the next escalation', async () => {
    await using site = await openSite();
    const { desk } = site;
    const failed = await escalate(desk, 1);
    const path = `/workflows/${failed.workflowId}/override`;
    for (let round = 1; round <= 2; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => control(site, { path, body: FIRST })),
      );
      expect(answers.filter(({ changed }) => changed)).to.have.length(1);
      expect(await countEvents(desk, 'TASK.OVERRIDE.ORDERED')).to.equal(round);
      await failAgain(desk, failed);
    }
  });

  it('refuses what has not stopped, what the template does not allow, and what is not there', async () => {
    await using site = await openSite();
    const running = await startFlow(site.desk, 1);
    const { workflowId: waiting } = await claimOnly(site.desk, 2);
    const cases = [
      [running, 'first', 409, 'has not stopped for good'],
      [running, 'second', 409, 'its template does not let step second be overridden'],
      [running, 'fourth', 404, 'has no step "fourth"'],
      [running, '__proto__', 404, 'has no step'],
      [waiting, 'first', 409, 'it has not begun'],
      ['nobody', 'first', 404, 'there is no workflow "nobody"'],
    ] as const;
    for (const [id, step, status, detail] of cases) {
      const refused = await refusal(site, { path: `/workflows/${id}/override`, body: { step } });
      expect(refused.status, refused.detail).to.equal(status);
      expect(refused.detail).to.contain(detail);
    }
    for (const body of [{}, { step: '' }, { step: 7 }, { step: 'x'.repeat(101) }, { step: 'a', more: 1 }]) {
      expect((await refusal(site, { path: `/workflows/${running}/override`, body })).status).to.equal(400);
    }
  });
});

describe('POST /api/v1/workflows/:id/skip', () => {
  it('leaves a step out wherever its task is: stopped, parked, queued or far away', async () => {
    await using site = await openSite();
    const { desk } = site;
    const failed = await escalate(desk, 1);
    const parked = await askPerson(desk, 2, 'plan');
    const queued = await startFlow(desk, 3);
    const said = (id: string, step: string) =>
      control(site, { path: `/workflows/${id}/skip`, body: { step } });
    for (const [id, step] of [
      [failed.workflowId, 'first'],
      [parked.workflowId, 'first'],
      [queued, 'first'],
      [queued, 'second'],
    ] as const) {
      expect(await said(id, step)).to.deep.equal({
        workflowId: id,
        changed: true,
        message: `step ${step} is left out`,
      });
      expect((await said(id, step)).changed, `${id} ${step} again`).to.equal(false);
      expect(await orderOf(desk, id, step)).to.equal('skip');
      const shown = (await stateOf(site, id)).steps.find((one) => one.id === step);
      expect(shown?.order).to.deep.equal({ kind: 'skip', by: 'local', why: 'because' });
    }
    expect(await desk.queue.readStatus({ ...GIT, taskId: failed.taskId })).to.equal('pending');
    expect(await desk.queue.readStatus({ ...GIT, taskId: parked.taskId })).to.equal('pending');
    expect(await countEvents(desk, 'TASK.SKIP.ORDERED')).to.equal(4);
    expect(await countEvents(desk, 'ESCALATION.RESOLVED.SUCCESS')).to.equal(1);
  });

  it('is done once when many say it at once', async () => {
    await using site = await openSite();
    const { workflowId: failed } = await escalate(site.desk, 1);
    const queued = await startFlow(site.desk, 2);
    for (const id of [queued, failed]) {
      const answers = await Promise.all(
        Array.from({ length: 50 }, () => control(site, { path: `/workflows/${id}/skip`, body: FIRST })),
      );
      expect(
        answers.filter(({ changed }) => changed),
        id,
      ).to.have.length(1);
    }
    expect(await countEvents(site.desk, 'TASK.SKIP.ORDERED')).to.equal(2);
  });

  it('and a retry said at once both come through', async () => {
    await using site = await openSite();
    const { workflowId, taskId } = await escalate(site.desk, 1);
    const [skipped, retried] = await Promise.all([
      say(site, { path: `/workflows/${workflowId}/skip`, body: FIRST }),
      say(site, { path: `/workflows/${workflowId}/retry` }),
    ]);
    expect([skipped.status, retried.status]).to.deep.equal([200, 200]);
    expect(await orderOf(site.desk, workflowId)).to.equal('skip');
    expect(await site.desk.queue.readStatus({ ...GIT, taskId })).to.equal('pending');
    expect(await countEvents(site.desk, 'ESCALATION.RESOLVED.SUCCESS')).to.equal(1);
  });

  it('takes the stop away of a step that stops while it is said', async () => {
    await using site = await openSite();
    const { desk } = site;
    const workflowId = await startFlow(desk, 1);
    const taskId = taskIdOf(workflowId, 'first');
    let isFirst = true;
    const order: typeof desk.hashes.order = async (request) => {
      if (isFirst) await failAgain(desk, { workflowId, taskId });
      isFirst = false;
      return desk.hashes.order(request);
    };
    await using slow = await openSite({ desk, hashes: { ...desk.hashes, order } });
    await control(slow, { path: `/workflows/${workflowId}/skip`, body: FIRST });
    expect(await desk.queue.readStatus({ ...GIT, taskId })).to.equal('pending');
    expect(await orderOf(desk, workflowId)).to.equal('skip');
    expect((await stateOf(site, workflowId)).escalation).to.equal(null);
  });

  it('refuses what the template does not allow, what is lost, and what has ended', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    const path = `/workflows/${id}/skip`;
    expect((await refusal(site, { path, body: { step: 'third' } })).detail).to.contain(
      'its template does not let step third be left out',
    );
    await site.desk.hashes.remove(id);
    expect((await refusal(site, { path, body: FIRST })).detail).to.contain('Redis has lost');
    await control(site, { path: `/workflows/${id}/cancel` });
    expect((await refusal(site, { path, body: FIRST })).detail).to.contain('it is cancelled');
  });
});
