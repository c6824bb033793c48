import {
  approvalListSchema,
  approvalViewSchema,
  decisionResultSchema,
  problemSchema,
} from '@tamma/contracts';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { countEvents, readEvents, recordAll } from '../../testing/desk.ts';
import { askPerson, escalate } from '../../testing/people.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { askAs, posting, TOKENS } from '../../testing/tokens.ts';

const PATH = '/api/v1/approvals';

async function listed(site: Site, query = '') {
  return approvalListSchema.parse(JSON.parse((await site.ask(`${PATH}${query}`)).text));
}

async function problemOf(site: Site, id: string, body: unknown) {
  const answer = await site.ask(`${PATH}/${id}`, posting(body));
  return problemSchema.parse(JSON.parse(answer.text));
}

describe('GET /api/v1/approvals', () => {
  it('lists approvals, questions and escalations, the longest first, each with what can be said to it', async () => {
    await using site = await openSite();
    const plan = await askPerson(site.desk, 1, 'plan');
    const question = await askPerson(site.desk, 2, 'question');
    const failed = await escalate(site.desk, 3);
    const { items, next } = await listed(site);
    expect(next).to.equal(null);
    expect(items.map(({ id, kind, decisions }) => [id, kind, decisions])).to.deep.equal([
      [plan.approvalId, 'plan', ['approve', 'reject', 'edit']],
      [question.approvalId, 'question', ['answer']],
      [failed.workflowId, 'escalation', ['retry', 'cancel', 'override', 'skip']],
    ]);
    expect(items[0]).to.deep.include({
      workflowId: 'demo-1.r1',
      project: 'demo',
      issue: 1,
      title: 'Issue 1',
      stepId: 'first',
      risk: 'high',
      subject: 'f00d',
    });
    expect(items[1]).to.include({ why: 'Which one?' });
    expect(items[2]).to.include({ why: 'the tests are red', remedy: 'mend them', level: 2 });
    const pages = await listed(site, '?limit=2');
    expect(pages.items).to.have.length(2);
    expect((await listed(site, `?limit=2&after=${pages.next}`)).items.map(({ id }) => id)).to.deep.equal([
      failed.workflowId,
    ]);
    expect((await listed(site, '?project=demo')).items).to.have.length(3);
    expect((await listed(site, '?project=other')).items).to.have.length(0);
  });

  it('shows one by its id, and nothing under an id of the past or of nobody', async () => {
    await using site = await openSite();
    const { approvalId } = await askPerson(site.desk, 1, 'merge');
    const failed = await escalate(site.desk, 2);
    for (const id of [approvalId, failed.workflowId]) {
      const { text } = await site.ask(`${PATH}/${id}`);
      expect(approvalViewSchema.parse(JSON.parse(text)).id).to.equal(id);
    }
    for (const id of ['nobody', 'demo-1.r1', `${approvalId}0`, 'demo-9.r1.first.a1', '%00']) {
      expect((await site.ask(`${PATH}/${id}`)).status, id).to.equal(404);
    }
  });
});

describe('POST /api/v1/approvals/:id', () => {
  it('stores the decision with its actor, wakes the task, and shows it no more', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { approvalId, taskId, workflowId } = await askPerson(site.desk, 1, 'plan');
    const answer = await askAs(
      site,
      'anna',
      `${PATH}/${approvalId}`,
      posting({ decision: 'edit', comment: ' smaller ' }),
    );
    expect(answer.status, answer.text).to.equal(200);
    expect(decisionResultSchema.parse(JSON.parse(answer.text))).to.include({
      approvalId,
      workflowId,
      decision: 'edit',
      by: 'anna',
    });
    expect(await site.desk.queue.readStatus({ taskId, capability: 'git' })).to.equal('pending');
    const told = (await readEvents(site.desk)).find(({ type }) => type === 'APPROVAL.PROVIDED.SUCCESS');
    expect(told).to.deep.include({
      id: `${approvalId}.decided`,
      workflowId,
      taskId,
      stepId: 'first',
      actor: { kind: 'human', id: 'anna' },
      data: { approvalId, kind: 'plan', decision: 'edit', why: 'smaller', subject: 'f00d' },
    });
    const begun = await site.desk.hashes.begin({ workflowId, taskId, attempt: 2 }, []);
    expect(begun.kind === 'begun' && begun.decisions).to.have.length(1);
    const shown = await askAs(site, 'vera', PATH);
    expect(JSON.parse(shown.text).items, 'before it is on record').to.deep.equal([]);
    expect((await askAs(site, 'vera', `/api/v1/workflows/${workflowId}`)).text).to.contain(
      '"status":"running"',
    );
  });

  it('takes the answer to a question', async () => {
    await using site = await openSite();
    const { approvalId } = await askPerson(site.desk, 1, 'question');
    const answer = await site.ask(
      `${PATH}/${approvalId}`,
      posting({ decision: 'answer', comment: 'The first.' }),
    );
    expect(answer.status).to.equal(200);
    const told = (await readEvents(site.desk)).find(({ type }) => type === 'QUESTION.ANSWERED.SUCCESS');
    expect(told).to.deep.include({
      actor: { kind: 'human', id: 'local' },
      data: { approvalId, answer: 'The first.' },
    });
  });

  it('lets the first of many who decide at once win, and tells the others who it was', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { approvalId } = await askPerson(site.desk, 1, 'plan');
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) => {
        const decision = index % 2 === 0 ? 'approve' : 'reject';
        const name = index % 2 === 0 ? 'anna' : 'all';
        return askAs(site, name, `${PATH}/${approvalId}`, posting({ decision }));
      }),
    );
    const won = answers.filter(({ status }) => status === 200);
    expect(won).to.have.length(1);
    const { by, decision, at } = decisionResultSchema.parse(JSON.parse(won[0]?.text ?? ''));
    for (const { status, text } of answers.filter((answer) => answer !== won[0])) {
      expect(status).to.equal(409);
      expect(problemSchema.parse(JSON.parse(text)).detail).to.equal(
        `${by} decided "${decision}" at ${at}; the first decision stands`,
      );
    }
    expect(await countEvents(site.desk, 'APPROVAL.PROVIDED.SUCCESS')).to.equal(1);
    await recordAll(site.desk);
    expect((await problemOf(site, approvalId, { decision: 'reject' })).status, 'no token').to.equal(401);
    const later = await askAs(site, 'anna', `${PATH}/${approvalId}`, posting({ decision: 'reject' }));
    expect(later.status, 'also when it is on record').to.equal(409);
    expect(later.text).to.contain(`${by} decided`);
  });

  it('wakes the task again when the first time failed after the decision was stored', async () => {
    await using site = await openSite();
    const { desk } = site;
    const { approvalId, taskId } = await askPerson(desk, 1, 'plan');
    const promote = async () => {
      throw new Error('Redis went away');
    };
    await using broken = await openSite({ desk, queue: { ...desk.queue, promote } });
    expect((await broken.ask(`${PATH}/${approvalId}`, posting({ decision: 'approve' }))).status).to.equal(
      500,
    );
    const status = () => desk.queue.readStatus({ taskId, capability: 'git' });
    expect(await status()).to.equal('scheduled');
    await recordAll(desk);
    expect((await problemOf(site, approvalId, { decision: 'approve' })).status).to.equal(409);
    expect(await status()).to.equal('pending');
    expect(await countEvents(desk, 'APPROVAL.PROVIDED.SUCCESS')).to.equal(1);
  });

  it('refuses a decision that cannot be made about it, and one without the words it needs', async () => {
    await using site = await openSite();
    const merge = await askPerson(site.desk, 1, 'merge');
    const question = await askPerson(site.desk, 2, 'question');
    expect(await problemOf(site, merge.approvalId, { decision: 'answer', comment: 'x' })).to.deep.include({
      status: 422,
      errors: [{ path: 'decision', message: 'expected approve or reject or edit' }],
    });
    expect((await problemOf(site, question.approvalId, { decision: 'approve' })).status).to.equal(422);
    const wordless = await problemOf(site, question.approvalId, { decision: 'answer', comment: '  ' });
    expect([wordless.status, wordless.errors?.[0]?.path]).to.deep.equal([400, 'comment']);
    const rubbish = await problemOf(site, merge.approvalId, { decision: 'perhaps', comment: 7, more: 1 });
    expect(rubbish.errors?.map(({ path }) => path)).to.have.members(['decision', 'comment', 'more']);
    const long = await problemOf(site, merge.approvalId, { decision: 'approve', comment: 'x'.repeat(4001) });
    expect(long.errors?.map(({ path }) => path)).to.deep.equal(['comment']);
    expect(await countEvents(site.desk, 'APPROVAL.PROVIDED.SUCCESS')).to.equal(0);
  });

  it('knows what was never asked from what is too late', async () => {
    await using site = await openSite();
    const { approvalId, taskId, workflowId } = await askPerson(site.desk, 1, 'plan');
    for (const id of ['nobody', workflowId, 'demo-1.r1.first.a99', 'demo-9.r1.first.a1', '%00', '..%2f']) {
      expect((await problemOf(site, id, { decision: 'approve' })).status, id).to.equal(404);
    }
    const error = {
      code: 'APPROVAL_EXPIRED',
      class: 'validation',
      message: 'nobody answered in time',
    } as const;
    const about = { workflowId, taskId, stepId: 'first', attempt: 2 };
    await site.desk.eventLog.append([
      buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, about),
      buildEvent(
        'ESCALATION.TRIGGERED.SUCCESS',
        { level: 2, error, until: '2126-01-01T00:00:00.000Z' },
        about,
      ),
    ]);
    const late = await problemOf(site, approvalId, { decision: 'approve' });
    expect(late.status).to.equal(409);
    expect(late.detail).to.match(/^it is too late to decide this: step first failed for good/);
    await site.ask(`/api/v1/workflows/${workflowId}/cancel`, posting({ reason: 'enough' }));
    const over = await problemOf(site, approvalId, { decision: 'approve' });
    expect([over.status, over.detail]).to.deep.equal([
      409,
      'it is too late to decide this: it was cancelled: enough',
    ]);
  });

  it('refuses who started the workflow, and lets somebody else decide', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { approvalId } = await askPerson(site.desk, 1, 'plan');
    // The claim of a workflow that "all" had asked for.
    const claim = await site.desk.store.claims.findOpen('demo-1.r1');
    const findOpen = async () =>
      claim === null ? null : { ...claim, head: { ...claim.head, startedBy: 'all' } };
    await using own = await openSite({
      desk: site.desk,
      tokens: TOKENS,
      claims: { ...site.desk.store.claims, findOpen },
    });
    const refused = await askAs(own, 'all', `${PATH}/${approvalId}`, posting({ decision: 'approve' }));
    expect([refused.status, refused.text.includes('all started this workflow')]).to.deep.equal([403, true]);
    const other = await askAs(own, 'anna', `${PATH}/${approvalId}`, posting({ decision: 'approve' }));
    expect(other.status).to.equal(200);
  });

  it('says what to do about an escalation, which is nothing to decide', async () => {
    await using site = await openSite();
    const { workflowId } = await escalate(site.desk, 1);
    expect(await problemOf(site, workflowId, { decision: 'approve' })).to.include({
      status: 422,
      detail: 'this is an escalation: POST to /api/v1/workflows/:id/retry, /cancel, /override or /skip',
    });
    expect((await problemOf(site, 'demo-9.r1', { decision: 'approve' })).status).to.equal(404);
  });
});
