import { createHash } from 'node:crypto';
import {
  artifactListSchema,
  artifactViewSchema,
  eventListSchema,
  problemSchema,
  projectViewSchema,
  taskListSchema,
  taskViewSchema,
  workerListSchema,
} from '@tamma/contracts';
import { createWorkerRegistry } from '@tamma/coordination/redis';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type Desk, intakeOf, recordAll } from '../../testing/desk.ts';
import { escalate, startFlow } from '../../testing/people.ts';
import { openSite, type Site } from '../../testing/site.ts';

async function read(site: Site, path: string): Promise<unknown> {
  const answer = await site.ask(`/api/v1${path}`);
  expect(answer.status, answer.text).to.equal(200);
  return JSON.parse(answer.text);
}

async function writeArtifact(desk: Desk, workflowId: string, text: string): Promise<void> {
  const sha256 = createHash('sha256').update(text).digest('hex');
  const data = { name: 'PLAN.md', sha256, bytes: Buffer.byteLength(text) } as const;
  await desk.hashes.commit({
    fence: { workflowId, taskId: `${workflowId}.first`, attempt: 1 },
    outcome: null,
    wait: null,
    round: null,
    unlessDecided: null,
    activeMs: 0,
    isExcused: false,
    isHeld: false,
    gates: [],
    artifacts: new Map([['PLAN.md', text]]),
    events: [buildEvent('ARTIFACT.WRITTEN.SUCCESS', data, { workflowId })],
  });
}

describe('GET /api/v1/workflows/:id/artifacts', () => {
  it('shows what is written before it is on record, then from the record, and the newest of it', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    const path = `/workflows/${id}/artifacts`;
    expect(artifactListSchema.parse(await read(site, path)).items).to.deep.equal([]);
    const shown = async () => artifactViewSchema.parse(await read(site, `${path}/PLAN.md`)).text;
    await writeArtifact(site.desk, id, '# A plan 🐢');
    expect(await shown()).to.equal('# A plan 🐢');
    await recordAll(site.desk);
    expect(await shown()).to.equal('# A plan 🐢');
    await writeArtifact(site.desk, id, '# A better plan');
    expect(await shown()).to.equal('# A better plan');
    await recordAll(site.desk);
    await site.desk.hashes.remove(id);
    expect(await shown()).to.equal('# A better plan');
    const { items } = artifactListSchema.parse(await read(site, path));
    expect(items.map(({ name, bytes }) => [name, bytes])).to.deep.equal([['PLAN.md', 15]]);
  });

  it('knows none that is not written, nor of a workflow that is not there', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    for (const name of ['PLAN.md', 'plan.md', 'NOTHING', '..%2f..%2fetc%2fpasswd', '%00', '__proto__']) {
      const { status, text } = await site.ask(`/api/v1/workflows/${id}/artifacts/${name}`);
      expect(status, name).to.equal(404);
      expect(problemSchema.parse(JSON.parse(text)).detail).to.match(/^workflow demo-1\.r1 has no artifact/);
    }
    expect((await site.ask('/api/v1/workflows/nobody/artifacts')).status).to.equal(404);
    expect((await site.ask('/api/v1/workflows/nobody/artifacts/PLAN.md')).status).to.equal(404);
  });
});

describe('GET /api/v1/tasks', () => {
  it('lists and filters the steps of all workflows, page by page', async () => {
    await using site = await openSite();
    await escalate(site.desk, 1);
    await startFlow(site.desk, 2);
    await recordAll(site.desk);
    const idsOf = async (query: string) =>
      taskListSchema.parse(await read(site, `/tasks?${query}`)).items.map(({ id }) => id);
    expect(await idsOf('status=failed')).to.deep.equal(['demo-1.r1.first']);
    expect(await idsOf('capability=ai&workflowId=demo-2.r1')).to.deep.equal(['demo-2.r1.second']);
    expect(await idsOf('workflowId=nobody')).to.deep.equal([]);
    const seen: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page += 1) {
      const list = taskListSchema.parse(await read(site, `/tasks?limit=2${after}`));
      seen.push(...list.items.map(({ id }) => id));
      after = `&after=${list.next}`;
      expect(list.next === null).to.equal(page === 2);
    }
    expect(seen).to.deep.equal([
      ...['first', 'second', 'third'].map((step) => `demo-2.r1.${step}`),
      ...['first', 'second', 'third'].map((step) => `demo-1.r1.${step}`),
    ]);
    for (const query of ['status=done', 'capability=magic', 'limit=0', 'after=x', 'page=1']) {
      expect((await site.ask(`/api/v1/tasks?${query}`)).status, query).to.equal(400);
    }
  });

  it('shows one task by its id', async () => {
    await using site = await openSite();
    const { taskId } = await escalate(site.desk, 1);
    expect(taskViewSchema.parse(await read(site, `/tasks/${taskId}`))).to.deep.include({
      id: taskId,
      workflowId: 'demo-1.r1',
      project: 'demo',
      issue: 1,
      stepId: 'first',
      status: 'failed',
      attempts: 1,
      round: 0,
    });
    for (const id of [
      'nobody',
      'demo-1.r1',
      'demo-1.r1.first.1',
      'demo-1.r1.fourth',
      'demo-9.r1.first',
      '%00',
    ]) {
      expect((await site.ask(`/api/v1/tasks/${id}`)).status, id).to.equal(404);
    }
  });
});

describe('GET /api/v1/workers', () => {
  it('tells who is there from who has gone silent', async () => {
    await using site = await openSite();
    const registry = createWorkerRegistry(site.desk);
    const about = { capabilities: ['git'] as const, running: 1, slots: 2, sandbox: 'bubblewrap' };
    for (const [workerId, agoMs] of [
      ['alive', 0],
      ['silent', 31_000],
    ] as const) {
      const seenAt = new Date(Date.now() - agoMs).toISOString();
      await registry.report({ workerId, ...about, startedAt: seenAt, seenAt });
    }
    const { items, next } = workerListSchema.parse(await read(site, '/workers'));
    expect(next).to.equal(null);
    expect(items.map(({ id, status }) => [id, status])).to.deep.equal([
      ['alive', 'online'],
      ['silent', 'offline'],
    ]);
    expect(items[0]).to.deep.include({ ...about, capabilities: ['git'] });
    expect(workerListSchema.parse(await read(site, '/workers?limit=1')).items).to.have.length(1);
  });
});

describe('GET /api/v1/projects/:id', () => {
  it('shows one project, and a problem for one that is not there', async () => {
    await using plain = await openSite();
    const intake = intakeOf(plain.desk);
    await using site = await openSite({ projectViews: intake.views });
    expect(projectViewSchema.parse(await read(site, '/projects/demo')).id).to.equal('demo');
    for (const id of ['other', '__proto__', '%00']) {
      expect((await site.ask(`/api/v1/projects/${id}`)).status, id).to.equal(404);
    }
  });
});

describe('GET /api/v1/events by name', () => {
  it('answers to types, their beginnings and published names', async () => {
    await using site = await openSite();
    await escalate(site.desk, 1);
    const typesFor = async (type: string) =>
      eventListSchema
        .parse(await read(site, `/events?type=${encodeURIComponent(type)}`))
        .items.map(({ event }) => event.type);
    expect(await typesFor('TASK.DEQUEUED.SUCCESS')).to.deep.equal(['TASK.DEQUEUED.SUCCESS']);
    expect(await typesFor('task:started')).to.deep.equal(['TASK.DEQUEUED.SUCCESS']);
    expect(await typesFor('TASK.FAILED.*')).to.deep.equal(['TASK.FAILED.PERMANENT']);
    expect(await typesFor('ESCALATION.*')).to.deep.equal(['ESCALATION.TRIGGERED.SUCCESS']);
    expect(await typesFor('task:timeout'), 'it failed, but not in time').to.deep.equal([]);
    expect((await typesFor('*')).length).to.be.above(5);
    for (const type of ['TASK.COMPLETE.SUCCESS', '', 'toString', 'TASK.*.SUCCESS', 'task.dequeued.success']) {
      expect((await site.ask(`/api/v1/events?type=${type}`)).status, type).to.equal(400);
    }
  });

  it('looks through pages that hold nothing of that name, and says where it is when it has looked enough', async () => {
    await using site = await openSite();
    const error = { code: 'X', class: 'unknown', message: 'x' } as const;
    const failure = (code: string) =>
      buildEvent('TASK.FAILED.PERMANENT', { error: { ...error, code }, retryCount: 0 });
    await site.desk.eventLog.append([
      ...Array.from({ length: 12 }, () => failure('OTHER')),
      failure('TIMEOUT'),
    ]);
    await recordAll(site.desk);
    const page = async (since: string) =>
      eventListSchema.parse(await read(site, `/events?type=task:timeout&limit=1${since}`));
    const first = await page('');
    expect(first.items).to.deep.equal([]);
    const second = await page(`&since=${first.next}`);
    expect(second.items).to.have.length(1);
    const last = await page(`&since=${second.next}`);
    expect(last).to.deep.equal({ items: [], next: null });
  });

  it('shows the events of one workflow', async () => {
    await using site = await openSite();
    await startFlow(site.desk, 1);
    await startFlow(site.desk, 2);
    await recordAll(site.desk);
    const { items, next } = eventListSchema.parse(await read(site, '/workflows/demo-2.r1/events?limit=2'));
    expect(items.map(({ event }) => event.type)).to.deep.equal([
      'WORKFLOW.STATE.CREATED',
      'WORKFLOW.STARTED.SUCCESS',
    ]);
    const rest = eventListSchema.parse(await read(site, `/workflows/demo-2.r1/events?since=${next}`));
    expect(new Set(rest.items.map(({ event }) => event.workflowId))).to.deep.equal(new Set(['demo-2.r1']));
    const created = await read(site, '/workflows/demo-2.r1/events?type=orchestration.task.created');
    expect(eventListSchema.parse(created).items).to.have.length(1);
    expect((await site.ask('/api/v1/workflows/nobody/events')).status).to.equal(404);
  });
});
