import {
  explanationSchema,
  problemSchema,
  workflowCreatedSchema,
  workflowListSchema,
} from '@tamma/contracts';
import { createWorkerRegistry } from '@tamma/coordination/redis';
import { expect } from 'chai';
import { countFlows, intakeOf, issueNumber, readEvents, recordAll } from '../../testing/desk.ts';
import { askPerson, escalate, startFlow } from '../../testing/people.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { askAs, posting, TOKENS } from '../../testing/tokens.ts';

const PATH = '/api/v1/workflows';

async function explain(site: Site, id: string) {
  return explanationSchema.parse(JSON.parse((await site.ask(`${PATH}/${id}/explain`)).text));
}

async function problemOf(site: Site, body: unknown) {
  return problemSchema.parse(JSON.parse((await site.ask(PATH, posting(body))).text));
}

describe('POST /api/v1/workflows', () => {
  it('claims the issue in the name of the person, says where the workflow is, and intake starts it', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { desk } = site;
    desk.platform.addIssue(issueNumber(1));
    const answer = await askAs(site, 'otto', PATH, posting({ project: 'demo', issue: 1 }));
    expect([answer.status, answer.headers.location]).to.deep.equal([201, '/api/v1/workflows/demo-1.r1']);
    expect(workflowCreatedSchema.parse(JSON.parse(answer.text))).to.deep.equal({ workflowId: 'demo-1.r1' });
    const read = await askAs(site, 'otto', answer.headers.location?.toString() ?? '');
    expect(JSON.parse(read.text), 'before it is on record').to.include({
      id: 'demo-1.r1',
      status: 'pending',
    });
    expect((await desk.store.claims.findOpen('demo-1.r1'))?.head.startedBy).to.equal('otto');
    await intakeOf(desk).runOnce();
    expect(await countFlows(desk)).to.equal(1);
    await recordAll(desk);
    const [created] = await desk.store.reader.listEvents({ types: ['WORKFLOW.STATE.CREATED'], limit: 9 });
    expect(created?.event.actor).to.deep.equal({ kind: 'human', id: 'otto' });
  });

  it('keeps nobody from approving where everybody is local', async () => {
    await using site = await openSite();
    site.desk.platform.addIssue(issueNumber(1));
    expect((await site.ask(PATH, posting({ project: 'demo', issue: 1 }))).status).to.equal(201);
    expect((await site.desk.store.claims.findOpen('demo-1.r1'))?.head.startedBy).to.equal(null);
    const [created] = await readEvents(site.desk);
    expect(created?.actor).to.deep.equal({ kind: 'human', id: 'local' });
  });

  it('opens one workflow when it is asked for many times at once, and names it to the others', async () => {
    await using site = await openSite();
    site.desk.platform.addIssue(issueNumber(1));
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => site.ask(PATH, posting({ project: 'demo', issue: 1 }))),
    );
    expect(answers.filter(({ status }) => status === 201)).to.have.length(1);
    for (const { status, text } of answers.filter((answer) => answer.status !== 201)) {
      expect([status, problemSchema.parse(JSON.parse(text)).detail]).to.deep.equal([
        409,
        'workflow demo-1.r1 works on issue 1 already',
      ]);
    }
  });

  it('refuses an issue that is not eligible with every reason, and takes it when the rules are overridden', async () => {
    await using site = await openSite();
    site.desk.platform.addIssue(issueNumber(1, { labels: [], assignee: 'bob' }));
    const body = { project: 'demo', issue: 1 };
    expect(await problemOf(site, body)).to.deep.include({
      status: 409,
      detail: 'issue 1 of project "demo" is not eligible',
      errors: [
        { path: 'issue', message: 'it lacks the required label "tamma"' },
        { path: 'issue', message: 'it is assigned to "bob"' },
      ],
    });
    expect((await site.ask(PATH, posting({ ...body, override: true }))).status).to.equal(201);
    const head = (await site.desk.store.claims.findOpen('demo-1.r1'))?.head;
    expect(head?.project.eligibility, 'its first step looks again').to.deep.equal({
      labelsRequired: [],
      labelsExcluded: [],
      authorsTrusted: [],
      rolesTrusted: [],
      milestones: [],
      ageMin: 0,
      skipAssigned: false,
      bodyMinLength: 0,
      justification: { headings: [], labels: [] },
      skipBlocked: false,
      skipWithPullRequest: false,
      skipDuplicates: false,
    });
  });

  it('never takes an issue that is closed', async () => {
    await using site = await openSite();
    site.desk.platform.addIssue(issueNumber(1, { state: 'closed' }));
    const refused = await problemOf(site, { project: 'demo', issue: 1, override: true });
    expect([refused.status, refused.errors?.[0]?.message]).to.deep.equal([409, 'the issue is closed']);
  });

  it('knows no project and no issue that is not there', async () => {
    await using site = await openSite();
    expect(await problemOf(site, { project: 'other', issue: 1 })).to.include({
      status: 404,
      detail: 'there is no project "other"',
    });
    expect(await problemOf(site, { project: 'demo', issue: 404 })).to.include({
      status: 404,
      detail: 'there is no issue 404 in project "demo"',
    });
  });

  it('takes no new work while the record is too far behind, and says why', async () => {
    await using site = await openSite({ holdBack: async () => 'Redis has used 90 % of its memory' });
    site.desk.platform.addIssue(issueNumber(1));
    const refused = await problemOf(site, { project: 'demo', issue: 1 });
    expect([refused.status, refused.detail]).to.deep.equal([
      503,
      'no new work is taken now: Redis has used 90 % of its memory',
    ]);
    expect(await site.desk.store.claims.listOpen('demo')).to.deep.equal([]);
  });

  it('refuses rubbish, field by field', async () => {
    await using site = await openSite();
    const rubbish = await problemOf(site, { project: '', issue: -1, override: 'yes', more: 1 });
    expect(rubbish.errors?.map(({ path }) => path)).to.have.members(['project', 'issue', 'override', 'more']);
    for (const body of [
      null,
      [],
      'x',
      7,
      {},
      { project: 'demo', issue: 1e99 },
      { project: 'demo', issue: 1.5 },
    ]) {
      expect((await problemOf(site, body)).status, JSON.stringify(body)).to.equal(400);
    }
  });
});

describe('GET /api/v1/workflows', () => {
  it('filters by project', async () => {
    await using site = await openSite();
    await startFlow(site.desk, 1);
    await recordAll(site.desk);
    const listed = async (project: string) =>
      workflowListSchema.parse(JSON.parse((await site.ask(`${PATH}?project=${project}`)).text)).items;
    expect(await listed('demo')).to.have.length(1);
    expect(await listed('other')).to.have.length(0);
  });
});

describe('GET /api/v1/workflows/:id/explain', () => {
  it('says at which place the task is queued', async () => {
    await using site = await openSite();
    await startFlow(site.desk, 1);
    await startFlow(site.desk, 2);
    expect(await explain(site, 'demo-2.r1')).to.deep.include({
      workflowId: 'demo-2.r1',
      status: 'running',
      queue: { capability: 'git', position: 2 },
      summary: 'step first waits for a worker: its first step is queued',
    });
  });

  it('says who paused its queue, that no worker can do its step, and how to go on', async () => {
    await using site = await openSite();
    const { desk } = site;
    const id = await startFlow(desk, 1);
    const since = new Date().toISOString();
    await desk.pauses.add({ queue: 'git', by: 'otto', why: 'the disk is full', since });
    const { blockedBy, movers } = await explain(site, id);
    expect(blockedBy).to.deep.equal([
      { what: 'queue git', why: 'paused by otto: the disk is full', since, until: null },
      { what: 'workers', why: 'no worker with the capability git is alive', since: null, until: null },
    ]);
    expect(movers.map(({ how }) => how)).to.include('tamma resume-queue git --reason "…"');
    const worker = { workerId: 'w1', capabilities: ['git' as const], running: 0, slots: 1, sandbox: 'none' };
    await createWorkerRegistry(desk).report({ ...worker, startedAt: since, seenAt: since });
    await desk.pauses.remove('git');
    expect((await explain(site, id)).blockedBy).to.deep.equal([]);
  });

  it('says who is asked what, and what is wrong', async () => {
    await using site = await openSite();
    const { workflowId, approvalId } = await askPerson(site.desk, 1, 'plan');
    expect(await explain(site, workflowId)).to.deep.include({ status: 'paused', approvalId, queue: null });
    const failed = await escalate(site.desk, 2);
    const explanation = await explain(site, failed.workflowId);
    expect(explanation.lastError).to.include({ code: 'GATE_FAILED' });
    expect(explanation.escalation).to.include({ level: 2, name: 'on-call' });
    expect(explanation.blockedBy.map(({ what }) => what)).to.include('escalation');
    expect(explanation.movers[0]?.how).to.equal('tamma retry demo-2.r1 --reason "…"');
    expect((await site.ask(`${PATH}/nobody/explain`)).status).to.equal(404);
  });
});
