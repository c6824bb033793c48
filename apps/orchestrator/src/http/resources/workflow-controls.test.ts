import { controlResultSchema, problemSchema } from '@tamma/contracts';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { createRetention } from '../../services/retention.ts';
import { claimOnly, countEvents, readEvents, recordAll } from '../../testing/desk.ts';
import { askPerson, escalate, failAgain, startFlow, work } from '../../testing/people.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { askAs, posting, TOKENS } from '../../testing/tokens.ts';

const GIT = { capability: 'git' } as const;

async function control(site: Site, id: string, verb: 'cancel' | 'retry') {
  const answer = await site.ask(`/api/v1/workflows/${id}/${verb}`, posting({ reason: 'because' }));
  expect(answer.status, answer.text).to.equal(200);
  return controlResultSchema.parse(JSON.parse(answer.text));
}

async function refusalOf(site: Site, id: string, verb: 'cancel' | 'retry') {
  const { text } = await site.ask(`/api/v1/workflows/${id}/${verb}`, posting({ reason: 'because' }));
  return problemSchema.parse(JSON.parse(text));
}

async function statusOf(site: Site, id: string): Promise<string> {
  return JSON.parse((await site.ask(`/api/v1/workflows/${id}`)).text).status;
}

describe('POST /api/v1/workflows/:id/cancel', () => {
  it('cancels once however often it is said, in the name of who said it first', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const id = await startFlow(site.desk, 1);
    const say = (name: string) =>
      askAs(site, name, `/api/v1/workflows/${id}/cancel`, posting({ reason: ` ${name} says so ` }));
    const answers = [await say('otto'), await say('all'), await say('otto')];
    const results = answers.map(({ text }) => controlResultSchema.parse(JSON.parse(text)));
    expect(results).to.deep.equal([
      { workflowId: id, changed: true, message: 'it is cancelled' },
      { workflowId: id, changed: false, message: 'it was cancelled already' },
      { workflowId: id, changed: false, message: 'it was cancelled already' },
    ]);
    await recordAll(site.desk);
    const [told] = await site.desk.store.reader.listEvents({
      types: ['WORKFLOW.CANCELLED.SUCCESS'],
      limit: 9,
    });
    expect(told?.event).to.deep.include({
      actor: { kind: 'human', id: 'otto' },
      data: { why: 'otto says so' },
    });
    expect(
      (await site.desk.hashes.begin({ workflowId: id, taskId: `${id}.first`, attempt: 1 }, [])).kind,
    ).to.equal('cancelled');
  });

  it('cancels what waits for a person, and what has not begun', async () => {
    await using site = await openSite();
    const { workflowId } = await askPerson(site.desk, 1, 'plan');
    const { workflowId: pending } = await claimOnly(site.desk, 2);
    for (const id of [workflowId, pending]) {
      expect((await control(site, id, 'cancel')).changed).to.equal(true);
      expect(await statusOf(site, id)).to.equal('cancelled');
      expect((await control(site, id, 'cancel')).changed).to.equal(false);
    }
    expect((await site.ask('/api/v1/approvals')).text).to.equal('{"items":[],"next":null}');
  });

  it('stops one that intake starts at that very moment: no attempt of it runs', async () => {
    await using site = await openSite();
    const { desk } = site;
    const head = await claimOnly(desk, 1);
    await control(site, head.workflowId, 'cancel');
    await startFlow(desk, 2);
    await recordAll(desk);
    const fence = { workflowId: head.workflowId, taskId: `${head.workflowId}.first`, attempt: 1 };
    expect((await desk.hashes.begin(fence, [])).kind, 'it was started all the same').to.equal('begun');
    const removeFlow = async () => 'busy' as const;
    const options = { ...desk, claims: desk.store.claims, onRetired: () => {} };
    const onFailure = (id: string, error: Error) => void desk.problems.push(`${id}: ${error.message}`);
    await createRetention({ ...options, queue: { ...desk.queue, removeFlow }, onFailure }).runOnce();
    expect((await desk.hashes.begin(fence, [])).kind).to.equal('cancelled');
    await createRetention({ ...options, onFailure }).runOnce();
    expect(await desk.store.claims.findOpen(head.workflowId)).to.equal(null);
    expect(desk.problems).to.deep.equal([]);
  });

  it('refuses what is being merged, and tells nothing of a cancel', async () => {
    await using site = await openSite();
    const workflowId = await startFlow(site.desk, 1);
    const fence = { workflowId, taskId: `${workflowId}.first`, attempt: 1 };
    await site.desk.hashes.begin(fence, []);
    expect(await site.desk.hashes.beginMerge(fence)).to.equal(true);
    expect(await refusalOf(site, workflowId, 'cancel')).to.include({
      status: 409,
      detail: `workflow ${workflowId} cannot be changed: it is being merged at this moment`,
    });
    const entries = await site.desk.eventLog.readAfter('0-0', 1000);
    const types = entries.map((entry) => ('event' in entry ? entry.event.type : ''));
    expect(types).not.to.include('WORKFLOW.CANCELLED.SUCCESS');
  });

  it('refuses what is merged already: its last step is about to end it', async () => {
    await using site = await openSite();
    const workflowId = await startFlow(site.desk, 1);
    await site.desk.eventLog.append([
      buildEvent('PR.MERGED.SUCCESS', { number: 7, mergeCommit: 'f00d' }, { workflowId }),
    ]);
    expect(await refusalOf(site, workflowId, 'cancel')).to.include({
      status: 409,
      detail: `workflow ${workflowId} cannot be changed: it is merged already, and about to end`,
    });
    expect(await countEvents(site.desk, 'WORKFLOW.CANCELLED.SUCCESS')).to.equal(0);
  });

  it('refuses what has ended otherwise, and what was never there', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    await site.desk.eventLog.append([
      buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, { workflowId: id }),
    ]);
    expect(await refusalOf(site, id, 'cancel')).to.include({
      status: 409,
      detail: `workflow ${id} cannot be changed: it has ended already: it is completed`,
    });
    for (const unknown of ['nobody', '%00', '..%2f', 'demo-1.r2']) {
      expect((await refusalOf(site, unknown, 'cancel')).status, unknown).to.equal(404);
    }
  });
});

describe('POST /api/v1/workflows/:id/retry', () => {
  it('has the step that failed tried again, in the name of who said so', async () => {
    await using site = await openSite();
    const { workflowId, taskId } = await escalate(site.desk, 1);
    expect(await control(site, workflowId, 'retry')).to.deep.equal({
      workflowId,
      changed: true,
      message: 'step first is tried again',
    });
    expect(await site.desk.queue.readStatus({ ...GIT, taskId })).to.equal('pending');
    expect(await statusOf(site, workflowId)).to.equal('running');
    const told = (await readEvents(site.desk)).find(({ type }) => type === 'ESCALATION.RESOLVED.SUCCESS');
    expect(told).to.deep.include({
      taskId,
      stepId: 'first',
      actor: { kind: 'human', id: 'local' },
      data: { decision: 'retry', why: 'because' },
    });
    expect(await control(site, workflowId, 'retry')).to.include({ changed: false });
    expect(await countEvents(site.desk, 'ESCALATION.RESOLVED.SUCCESS')).to.equal(1);
  });

  it('tells one fact for each escalation it answers, and one for a request that comes many times at once', async () => {
    await using site = await openSite();
    const failed = await escalate(site.desk, 1);
    for (let round = 1; round <= 3; round += 1) {
      const answers = await Promise.all(
        Array.from({ length: 5 }, () => control(site, failed.workflowId, 'retry')),
      );
      expect(answers.some(({ changed }) => changed)).to.equal(true);
      await failAgain(site.desk, failed);
      expect(await statusOf(site, failed.workflowId)).to.equal('paused');
      const told = await site.desk.store.reader.listEvents({
        types: ['ESCALATION.RESOLVED.SUCCESS'],
        limit: 99,
      });
      expect(told).to.have.length(round);
    }
  });

  it('finishes what was cut off after its first half', async () => {
    await using site = await openSite();
    const { desk } = site;
    const { workflowId, taskId } = await escalate(desk, 1);
    const retry = async () => {
      throw new Error('Redis went away');
    };
    await using broken = await openSite({ desk, queue: { ...desk.queue, retry } });
    const cutOff = await broken.ask(`/api/v1/workflows/${workflowId}/retry`, posting({ reason: 'x' }));
    expect(cutOff.status).to.equal(500);
    await recordAll(desk);
    expect(await desk.queue.readStatus({ ...GIT, taskId })).to.equal('failed');
    expect((await control(site, workflowId, 'retry')).changed).to.equal(true);
    expect(await desk.queue.readStatus({ ...GIT, taskId })).to.equal('pending');
    expect(await countEvents(desk, 'ESCALATION.RESOLVED.SUCCESS')).to.equal(1);
    let isTaken = false;
    await work(desk, async () => {
      isTaken = true;
      return { kind: 'hand-back' };
    });
    expect(isTaken).to.equal(true);
  });

  it('changes nothing about one that runs or waits for an answer', async () => {
    await using site = await openSite();
    const { workflowId, taskId } = await askPerson(site.desk, 2, 'plan');
    expect((await control(site, workflowId, 'retry')).changed).to.equal(false);
    const running = await startFlow(site.desk, 1);
    expect((await control(site, running, 'retry')).changed).to.equal(false);
    expect(await site.desk.queue.readStatus({ ...GIT, taskId })).to.equal('scheduled');
    expect(await countEvents(site.desk, 'ESCALATION.RESOLVED.SUCCESS')).to.equal(0);
  });

  it('refuses what was cancelled, what Redis has lost, and what was never there', async () => {
    await using site = await openSite();
    const one = await escalate(site.desk, 1);
    await site.desk.hashes.remove(one.workflowId);
    const lost = await refusalOf(site, one.workflowId, 'retry');
    expect([lost.status, lost.detail]).to.deep.equal([
      409,
      `workflow ${one.workflowId} cannot be changed: Redis has lost what its steps need; cancel it, and have the issue worked on anew`,
    ]);
    await control(site, one.workflowId, 'cancel');
    expect((await refusalOf(site, one.workflowId, 'retry')).detail).to.contain('it is cancelled');
    expect((await refusalOf(site, 'nobody', 'retry')).status).to.equal(404);
  });

  it('wants a reason', async () => {
    await using site = await openSite();
    for (const body of [{}, { reason: ' ' }, { reason: 'x'.repeat(4001) }, { reason: 1 }, [], null, 'x', 7]) {
      const answer = await site.ask('/api/v1/workflows/x/retry', posting(body));
      expect(answer.status, JSON.stringify(body)).to.equal(400);
    }
  });
});
