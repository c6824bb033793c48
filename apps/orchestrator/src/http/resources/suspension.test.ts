import { approvalListSchema, workflowStateSchema } from '@tamma/contracts';
import { taskIdOf } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import {
  claimOnly,
  countEvents,
  countFlows,
  type Desk,
  intakeOf,
  LIMITS,
  readEvents,
  recordAll,
} from '../../testing/desk.ts';
import { askPerson, escalate, startFlow, work } from '../../testing/people.ts';
import { control, refusal, say } from '../../testing/say.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { TOKENS } from '../../testing/tokens.ts';
import { startWorkflow } from '../../use-cases/start-workflow.ts';

const FAR = Date.parse('2126-01-01T00:00:00.000Z');
const AT_ONCE = 50;

async function stateOf(site: Site, id: string) {
  return workflowStateSchema.parse(JSON.parse((await site.ask(`/api/v1/workflows/${id}`)).text));
}

function suspend(site: Site, id: string) {
  return control(site, { path: `/workflows/${id}/suspend` });
}

function resume(site: Site, id: string) {
  return control(site, { path: `/workflows/${id}/resume` });
}

function isBegun(desk: Desk, workflowId: string, attempt = 1) {
  return desk.hashes
    .begin({ workflowId, taskId: taskIdOf(workflowId, 'first'), attempt }, [])
    .then(({ kind }) => kind);
}

function startDeps(desk: Desk) {
  return { ...desk, ...LIMITS, claims: desk.store.claims, now: Date.now };
}

describe('POST /api/v1/workflows/:id/suspend', () => {
  it('has a workflow stand still until it is resumed, in the name of who said so', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const id = await startFlow(site.desk, 1);
    const said = await control(site, { path: `/workflows/${id}/suspend`, by: 'otto' });
    expect(said).to.deep.equal({
      workflowId: id,
      changed: true,
      message: 'it stands still until somebody resumes it',
    });
    expect(await isBegun(site.desk, id)).to.equal('suspended');
    const told = (await readEvents(site.desk)).find(({ type }) => type === 'WORKFLOW.SUSPENDED.SUCCESS');
    expect(told?.actor).to.deep.equal({ kind: 'human', id: 'otto' });
    expect(told?.data).to.include({ why: 'because' });
    expect((await control(site, { path: `/workflows/${id}/suspend`, by: 'all' })).changed).to.equal(false);
    expect((await control(site, { path: `/workflows/${id}/resume`, by: 'all' })).message).to.equal(
      'it goes on',
    );
    expect(await isBegun(site.desk, id, 2)).to.equal('begun');
    expect((await control(site, { path: `/workflows/${id}/resume`, by: 'otto' })).changed).to.equal(false);
    expect(await countEvents(site.desk, 'WORKFLOW.RESUMED.SUCCESS')).to.equal(1);
  });

  it('shows it as paused, and asks nobody to decide about it', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    await suspend(site, id);
    const { status, suspended, waitingFor } = await stateOf(site, id);
    expect([status, waitingFor?.reason, suspended?.by]).to.deep.equal(['paused', 'human', 'local']);
    const { text } = await site.ask('/api/v1/approvals');
    expect(approvalListSchema.parse(JSON.parse(text)).items).to.deep.equal([]);
  });

  it('wakes what parked meanwhile', async () => {
    await using site = await openSite();
    const { desk } = site;
    const id = await startFlow(desk, 1);
    await suspend(site, id);
    await work(desk, async () => ({ kind: 'park', until: FAR }));
    const task = { taskId: taskIdOf(id, 'first'), capability: 'git' } as const;
    await eventually('it is parked', async () => (await desk.queue.readStatus(task)) === 'scheduled');
    await resume(site, id);
    expect(await desk.queue.readStatus(task)).to.equal('pending');
  });

  it('wakes, said again, what a cut-off left parked', async () => {
    await using site = await openSite();
    const { desk } = site;
    const id = await startFlow(desk, 1);
    await suspend(site, id);
    await work(desk, async () => ({ kind: 'park', until: FAR }));
    const task = { taskId: taskIdOf(id, 'first'), capability: 'git' } as const;
    await eventually('it is parked', async () => (await desk.queue.readStatus(task)) === 'scheduled');
    const promote = () => Promise.reject(new Error('Redis went away'));
    await using broken = await openSite({ desk, queue: { ...desk.queue, promote } });
    expect((await say(broken, { path: `/workflows/${id}/resume` })).status).to.equal(500);
    expect((await resume(site, id)).changed).to.equal(false);
    expect(await desk.queue.readStatus(task)).to.equal('pending');
  });

  it('keeps what is asked and what is escalated', async () => {
    await using site = await openSite();
    const asked = await askPerson(site.desk, 1, 'plan');
    const failed = await escalate(site.desk, 2);
    for (const { workflowId } of [asked, failed]) {
      await suspend(site, workflowId);
      expect((await stateOf(site, workflowId)).suspended).not.to.equal(null);
    }
    const shown = async () => {
      const { text } = await site.ask('/api/v1/approvals');
      return approvalListSchema.parse(JSON.parse(text)).items.map(({ kind }) => kind);
    };
    expect(await shown()).to.deep.equal(['plan', 'escalation']);
    for (const { workflowId } of [asked, failed]) await resume(site, workflowId);
    expect(await shown()).to.deep.equal(['plan', 'escalation']);
    expect((await stateOf(site, asked.workflowId)).waitingFor?.reason).to.equal('approval');
  });

  it('keeps what waits for a slot from being started, before and after it is on record', async () => {
    await using site = await openSite();
    const { desk } = site;
    const { workflowId } = await claimOnly(desk, 1);
    expect((await suspend(site, workflowId)).changed).to.equal(true);
    expect((await suspend(site, workflowId)).changed).to.equal(false);
    await intakeOf(desk).runOnce();
    await recordAll(desk);
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(0);
    expect((await stateOf(site, workflowId)).suspended?.why).to.equal('because');
    expect((await resume(site, workflowId)).changed).to.equal(true);
    expect((await resume(site, workflowId)).changed).to.equal(false);
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(1);
    expect(await countEvents(desk, 'WORKFLOW.SUSPENDED.SUCCESS')).to.equal(1);
    expect(await countEvents(desk, 'WORKFLOW.RESUMED.SUCCESS')).to.equal(1);
  });

  it('reaches one that is being started at that very moment', async () => {
    await using site = await openSite();
    const { desk } = site;
    const head = await claimOnly(desk, 1);
    const openAfterwards: typeof desk.hashes.open = async (...request) => {
      expect((await suspend(site, head.workflowId)).changed).to.equal(true);
      return desk.hashes.open(...request);
    };
    const hashes = { ...desk.hashes, open: openAfterwards };
    await startWorkflow({ ...startDeps(desk), hashes }, head);
    expect(await isBegun(desk, head.workflowId)).to.equal('suspended');
    expect((await stateOf(site, head.workflowId)).status).to.equal('paused');
    await resume(site, head.workflowId);
    expect(await isBegun(desk, head.workflowId, 2)).to.equal('begun');
  });

  it('says to one of many who say it at once that it was they', async () => {
    await using site = await openSite();
    const running = await startFlow(site.desk, 1);
    const { workflowId: waiting } = await claimOnly(site.desk, 2);
    for (const id of [running, waiting]) {
      for (const act of [suspend, resume]) {
        const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => act(site, id)));
        expect(
          answers.filter(({ changed }) => changed),
          `${act.name} ${id}`,
        ).to.have.length(1);
      }
    }
    expect(await countEvents(site.desk, 'WORKFLOW.SUSPENDED.SUCCESS')).to.equal(2);
    expect(await countEvents(site.desk, 'WORKFLOW.RESUMED.SUCCESS')).to.equal(2);
  });

  it('agrees with the record after suspend, resume and cancel were said at once', async () => {
    await using site = await openSite();
    const { desk } = site;
    const running = await startFlow(desk, 1);
    const { workflowId: waiting } = await claimOnly(desk, 2);
    for (const id of [running, waiting]) {
      const mixed = Array.from({ length: AT_ONCE }, (_, index) => (index % 2 === 0 ? suspend : resume));
      await Promise.all(mixed.map((act) => act(site, id)));
      const { suspended } = await stateOf(site, id);
      const claim = await desk.store.claims.findOpen(id);
      const stands = id === running ? await desk.hashes.isSuspended(id) : claim?.isSuspended;
      expect(suspended !== null, id).to.equal(stands);
    }
    const verbs = ['suspend', 'resume', 'cancel'];
    await Promise.all(verbs.map((verb) => say(site, { path: `/workflows/${running}/${verb}` })));
    expect((await stateOf(site, running)).status).to.equal('cancelled');
    expect(await isBegun(desk, running, 3)).to.equal('cancelled');
  });

  it('refuses what is merging, what has ended, what Redis lost, and what was never there', async () => {
    await using site = await openSite();
    const { desk } = site;
    const id = await startFlow(desk, 1);
    const fence = { workflowId: id, taskId: taskIdOf(id, 'first'), attempt: 1 };
    await desk.hashes.begin(fence, []);
    await desk.hashes.beginMerge(fence);
    const path = `/workflows/${id}/suspend`;
    expect((await refusal(site, { path })).detail).to.contain('it is being merged at this moment');
    expect((await desk.store.claims.findOpen(id))?.isSuspended).to.equal(false);
    await desk.eventLog.append([
      buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, { workflowId: id }),
    ]);
    expect((await refusal(site, { path })).detail).to.contain('it is completed');
    expect((await refusal(site, { path: '/workflows/nobody/resume' })).status).to.equal(404);
    const lost = await startFlow(desk, 2);
    await desk.hashes.remove(lost);
    expect((await refusal(site, { path: `/workflows/${lost}/suspend` })).detail).to.contain('Redis has lost');
  });
});
