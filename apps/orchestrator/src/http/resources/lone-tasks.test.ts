import {
  problemSchema,
  type TaskDetail,
  type TaskRequest,
  taskCreatedSchema,
  taskDetailSchema,
  taskListSchema,
  workflowListSchema,
} from '@tamma/contracts';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { createRetention } from '../../services/retention.ts';
import { claimOnly, intakeOf, issueNumber, LIMITS, readEvents, recordAll } from '../../testing/desk.ts';
import { control, say } from '../../testing/say.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { askAs, posting, TOKENS } from '../../testing/tokens.ts';

const COMMIT = 'f00d'.repeat(10);
const GATE: TaskRequest = {
  type: 'quality_gate',
  payload: { project: 'demo', gate: 'test', branch: 'main' },
};

function send(site: Site, body: unknown) {
  return site.ask('/api/v1/tasks', posting(body));
}

async function submit(site: Site, body: TaskRequest = GATE) {
  const answer = await send(site, body);
  expect(answer.status, answer.text).to.equal(201);
  return taskCreatedSchema.parse(JSON.parse(answer.text));
}

async function fieldsOf(site: Site, body: unknown) {
  const answer = await send(site, body);
  expect(answer.status, answer.text).to.equal(422);
  return problemSchema.parse(JSON.parse(answer.text)).errors?.map(({ path }) => path);
}

async function detailOf(site: Site, id: string): Promise<TaskDetail> {
  const answer = await site.ask(`/api/v1/tasks/${id}`);
  expect(answer.status, answer.text).to.equal(200);
  return taskDetailSchema.parse(JSON.parse(answer.text));
}

describe('POST /api/v1/tasks', () => {
  it('takes one task on its own, which goes the same road as a step', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { desk } = site;
    const answer = await askAs(site, 'otto', '/api/v1/tasks', posting(GATE));
    const { taskId, workflowId } = taskCreatedSchema.parse(JSON.parse(answer.text));
    expect(answer.headers.location).to.equal(`/api/v1/tasks/${taskId}`);
    expect(workflowId).to.match(/^demo-task-[a-z2-7]{12}\.r1$/);
    expect(taskId).to.equal(`${workflowId}.quality-gate`);
    const claim = await desk.store.claims.findOpen(workflowId);
    expect(claim?.head).to.deep.include({
      startedBy: 'otto',
      score: 500,
      escalationDeadlineMs: LIMITS.escalationDeadlineMs,
      activeLimitMs: LIMITS.activeLimitMs,
      task: { type: GATE.type, payload: GATE.payload },
    });
    expect(claim?.head.issue).to.include({ number: 0, title: 'quality_gate: test on main' });
    const [created] = await readEvents(desk);
    expect(created).to.deep.include({ actor: { kind: 'human', id: 'otto' } });
    expect(created?.data).to.include({ taskType: 'quality_gate', issue: 0, template: 'task' });
    await intakeOf(desk).runOnce();
    expect((await desk.queue.counts()).test.waiting).to.equal(1);
    expect((await desk.store.claims.findOpen(workflowId))?.startedAt).not.to.equal(null);
  });

  it('takes a Git operation, and another task for the same words said twice at once', async () => {
    await using site = await openSite();
    const operation = { project: 'demo', operation: 'create-branch', branch: 'a/b', commit: COMMIT };
    const body: TaskRequest = { type: 'git_operation', payload: operation, capability: 'git' };
    const both = await Promise.all([submit(site, body), submit(site, body)]);
    expect(new Set(both.map(({ taskId }) => taskId)).size).to.equal(2);
    await intakeOf(site.desk).runOnce();
    expect((await site.desk.queue.counts()).git.waiting).to.equal(2);
  });

  it('has an issue worked on, once for many who ask at once', async () => {
    await using site = await openSite();
    site.desk.platform.addIssue(issueNumber(7));
    const body = { type: 'workflow', payload: { project: 'demo', issue: 7 } };
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(site, body)));
    const taken = answers.filter(({ status }) => status === 201);
    expect(taken).to.have.length(1);
    expect(answers.filter(({ status }) => status === 409)).to.have.length(19);
    expect(JSON.parse(taken[0]?.text ?? '')).to.deep.equal({
      taskId: 'demo-7.r1.first',
      workflowId: 'demo-7.r1',
      success: true,
    });
  });

  it('names every field that is wrong, and stores nothing', async () => {
    await using site = await openSite();
    const gate = (payload: object) => fieldsOf(site, { type: 'quality_gate', payload });
    expect(await gate({})).to.have.members(['payload.project', 'payload.gate', 'payload.branch']);
    expect(await gate({ ...GATE.payload, more: 1 })).to.deep.equal(['payload.more']);
    for (const branch of ['-x', 'a..b', 'a//b', 'a b', '$(x)', 'x/', 'HEAD', 'a.lock', '', 'x'.repeat(201)]) {
      expect(await gate({ ...GATE.payload, branch }), branch).to.deep.equal(['payload.branch']);
    }
    const git = (payload: object) => fieldsOf(site, { type: 'git_operation', payload });
    expect(await git({ project: 'demo', operation: 'push' })).to.deep.equal(['payload.operation']);
    expect(
      await git({ project: 'demo', operation: 'delete-branch', branch: 'x', commit: 'f00d' }),
    ).to.deep.equal(['payload.commit']);
    expect(await fieldsOf(site, { type: 'workflow', payload: { project: 'demo', issue: 0 } })).to.deep.equal([
      'payload.issue',
    ]);
    expect(await fieldsOf(site, { ...GATE, capability: 'git' })).to.deep.equal(['capability']);
    for (const body of [
      {},
      { type: 'magic', payload: {} },
      { ...GATE, capability: 'x' },
      { ...GATE, payload: [] },
    ]) {
      expect((await send(site, body)).status, JSON.stringify(body)).to.equal(400);
    }
    expect(await readEvents(site.desk)).to.deep.equal([]);
  });

  it('refuses an unknown project, and everything while no new work is taken', async () => {
    await using site = await openSite();
    const other = { ...GATE, payload: { ...GATE.payload, project: 'other' } };
    expect((await send(site, other)).status).to.equal(404);
    await using full = await openSite({ desk: site.desk, holdBack: async () => 'Redis is full' });
    const refused = await send(full, GATE);
    expect([refused.status, refused.text.includes('Redis is full')]).to.deep.equal([503, true]);
    expect(await readEvents(site.desk)).to.deep.equal([]);
  });
});

describe('GET /api/v1/tasks/:id', () => {
  it('knows a task that waits for a slot, that is queued, and that was cancelled', async () => {
    await using site = await openSite();
    const { desk } = site;
    const { taskId, workflowId } = await submit(site);
    const shown = { id: taskId, workflowId, project: 'demo', issue: 0, stepId: 'quality-gate' };
    expect(await detailOf(site, taskId)).to.deep.include({
      ...shown,
      capability: 'test',
      status: 'pending',
      isTerminal: false,
      history: [],
    });
    await intakeOf(desk).runOnce();
    for (const isRecorded of [false, true]) {
      if (isRecorded) await recordAll(desk);
      const { status, history } = await detailOf(site, taskId);
      expect([status, history.map(({ type }) => type)]).to.deep.equal(['pending', ['TASK.ENQUEUED.SUCCESS']]);
    }
    const list = taskListSchema.parse(JSON.parse((await site.ask('/api/v1/tasks')).text));
    expect(list.items.map(({ id }) => id)).to.deep.equal([taskId]);
    const workflowsOf = async (query: string) =>
      workflowListSchema
        .parse(JSON.parse((await site.ask(`/api/v1/workflows${query}`)).text))
        .items.map(({ id }) => id);
    expect(await workflowsOf('?kind=task')).to.deep.equal([workflowId]);
    expect(await workflowsOf('?kind=any')).to.deep.equal([workflowId]);
    expect(await workflowsOf('')).to.deep.equal([]);
    expect(await control(site, { path: `/tasks/${taskId}/cancel` })).to.deep.equal({
      workflowId,
      changed: true,
      message: 'it is cancelled',
    });
    expect(await detailOf(site, taskId)).to.include({ status: 'cancelled', isTerminal: true });
  });

  it('says no more of a task than that it never began, when it was cancelled before', async () => {
    await using site = await openSite();
    const { desk } = site;
    const { taskId, workflowId } = await submit(site);
    await control(site, { path: `/tasks/${taskId}/cancel` });
    expect(await detailOf(site, taskId)).to.include({ status: 'cancelled', isTerminal: true });
    await recordAll(desk);
    const onFailure = (id: string, error: Error) => void desk.problems.push(`${id}: ${error.message}`);
    await createRetention({ ...desk, claims: desk.store.claims, onRetired: () => {}, onFailure }).runOnce();
    expect(await desk.store.claims.findOpen(workflowId)).to.equal(null);
    expect(desk.problems).to.deep.equal([]);
    expect((await site.ask(`/api/v1/tasks/${taskId}`)).status).to.equal(404);
    expect((await site.ask(`/api/v1/workflows/${workflowId}`)).status).to.equal(200);
  });
});

describe('POST /api/v1/tasks/:id/…', () => {
  it('acts on the whole workflow of a step where steps wait for each other, and says so', async () => {
    await using site = await openSite();
    const { workflowId } = await claimOnly(site.desk, 1);
    const path = `/tasks/${workflowId}.second`;
    const suffix = `(all of workflow ${workflowId}, not this task alone)`;
    for (const [verb, body, message] of [
      ['suspend', {}, 'it is not started until somebody resumes it'],
      ['resume', {}, 'it goes on'],
      ['priority', { score: 7 }, 'its score is 7'],
      ['cancel', {}, 'it is cancelled'],
    ] as const) {
      const result = await control(site, { path: `${path}/${verb}`, body });
      expect(result).to.deep.equal({ workflowId, changed: true, message: `${message} ${suffix}` });
    }
  });

  it('acts on the very step otherwise', async () => {
    await using site = await openSite();
    const { desk } = site;
    site.desk.platform.addIssue(issueNumber(1));
    await intakeOf(desk).runOnce();
    const id = 'demo-1.r1.second';
    expect((await control(site, { path: `/tasks/${id}/skip` })).message).to.equal('step second is left out');
    expect((await control(site, { path: `/tasks/${id}/retry` })).changed).to.equal(false);
    expect((await say(site, { path: `/tasks/${id}/override` })).status).to.equal(409);
    for (const unknown of ['nobody', 'demo-1.r1', 'demo-1.r1.second.1', 'demo-1.r1.fourth', '%00']) {
      expect((await say(site, { path: `/tasks/${unknown}/skip` })).status, unknown).to.equal(404);
      expect((await say(site, { path: `/tasks/${unknown}/cancel` })).status, unknown).to.equal(404);
    }
    await eventually('nothing of it runs', async () => (await desk.queue.counts()).ai.active === 0);
  });
});
