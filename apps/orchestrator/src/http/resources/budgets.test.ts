import {
  type BudgetRaise,
  budgetListSchema,
  budgetViewSchema,
  explanationSchema,
  problemSchema,
} from '@tamma/contracts';
import { budgetScopesOf, dayOf, microUsdOf, taskIdOf } from '@tamma/domain';
import { expect } from 'chai';
import { cancel, claimOnly, countEvents, type Desk, openDesk, readEvents } from '../../testing/desk.ts';
import { escalate, failAgain, parkOnBudget, startFlow } from '../../testing/people.ts';
import { openSite, type Site } from '../../testing/site.ts';
import { askAs, posting, TOKENS } from '../../testing/tokens.ts';

const SPENT = { code: 'BUDGET_EXHAUSTED', class: 'budget', message: 'it is spent' } as const;
const GIT = { capability: 'git' } as const;

async function listed(site: Site, query = '') {
  const answer = await site.ask(`/api/v1/budgets${query}`);
  expect(answer.status, answer.text).to.equal(200);
  return budgetListSchema.parse(JSON.parse(answer.text)).items;
}

function raise(site: Site, body: Omit<BudgetRaise, 'reason'>, by: string | null = null) {
  return askAs(site, by, '/api/v1/budgets/raise', posting({ ...body, reason: 'worth it' }));
}

async function raised(site: Site, body: Omit<BudgetRaise, 'reason'>, by: string | null = null) {
  const answer = await raise(site, body, by);
  expect(answer.status, answer.text).to.equal(200);
  return budgetViewSchema.parse(JSON.parse(answer.text));
}

async function refused(site: Site, body: Omit<BudgetRaise, 'reason'>) {
  const answer = await raise(site, body);
  expect(problemSchema.parse(JSON.parse(answer.text)).status).to.equal(answer.status);
  return answer.status;
}

/** So much is spent by a task of a workflow, today. */
async function spend(desk: Desk, workflowId: string, usd: number): Promise<void> {
  const { id: project, budgets } = desk.project;
  const taskId = taskIdOf(workflowId, 'first');
  const question = { workflowId, taskId, project, nowMs: Date.now(), limits: budgets };
  for (const scope of budgetScopesOf({ ...question, dayLimit: desk.dayLimitUsd })) {
    await desk.budgets.spentAtLeast(scope, microUsdOf(usd));
  }
}

async function explained(site: Site, workflowId: string) {
  const { text } = await site.ask(`/api/v1/workflows/${workflowId}/explain`);
  return explanationSchema.parse(JSON.parse(text));
}

const today = () => dayOf(Date.now());

describe('GET /api/v1/budgets', () => {
  it('shows those of today and of workflows that go on though nothing was spent', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    const nothing = { raisedUsd: 0, spentUsd: 0, reservedUsd: 0 };
    expect(await listed(site)).to.deep.equal([
      { level: 'all', id: today(), limitUsd: 200, ...nothing },
      { level: 'project', id: `demo@${today()}`, limitUsd: 50, ...nothing },
      { level: 'workflow', id, limitUsd: 10, ...nothing },
    ]);
  });

  it('shows what was spent, page by page, and can be asked for one level and one of them', async () => {
    await using site = await openSite();
    const id = await startFlow(site.desk, 1);
    await spend(site.desk, id, 1.25);
    const all = await listed(site);
    expect(all.map(({ level, spentUsd }) => [level, spentUsd])).to.deep.equal([
      ['all', 1.25],
      ['project', 1.25],
      ['workflow', 1.25],
      ['step', 1.25],
    ]);
    expect(await listed(site, '?level=step')).to.deep.equal(all.slice(3));
    expect(await listed(site, `?level=workflow&id=${id}`)).to.deep.equal(all.slice(2, 3));
    expect(await listed(site, '?id=nobody')).to.deep.equal([]);
    const first = budgetListSchema.parse(JSON.parse((await site.ask('/api/v1/budgets?limit=3')).text));
    expect(first.items).to.deep.equal(all.slice(0, 3));
    expect(await listed(site, `?after=${first.next}`)).to.deep.equal(all.slice(3));
  });

  it('has one that was asked for by name though many were used later', async () => {
    await using desk = await openDesk();
    const budgets = {
      ...desk.budgets,
      list: async (max: number) =>
        Array.from({ length: max }, (_, place) => ({
          ...{ level: 'step' as const, id: `busy-${place}`, limitMicroUsd: null },
          ...{ raisedMicroUsd: 0, spentMicroUsd: 1, reservedMicroUsd: 0 },
        })),
    };
    await using site = await openSite({ desk, budgets });
    const id = await startFlow(desk, 1);
    await spend(desk, id, 2);
    const [step] = await listed(site, `?level=step&id=${id}.first`);
    expect(step).to.include({ spentUsd: 2, limitUsd: 5 });
    const [workflow] = await listed(site, '?level=workflow');
    expect(workflow).to.include({ id, spentUsd: 2, limitUsd: 10 });
  });
});

describe('POST /api/v1/budgets/raise', () => {
  it('adds to a budget each time, in the name of who said so', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const id = await startFlow(site.desk, 1);
    const about = { level: 'workflow', id, byUsd: 2.5 } as const;
    expect(await raised(site, about, 'otto')).to.include({ limitUsd: 12.5, raisedUsd: 2.5 });
    expect(await raised(site, about, 'otto')).to.include({ limitUsd: 15, raisedUsd: 5 });
    expect((await raise(site, about, 'vera')).status).to.equal(403);
    const told = (await readEvents(site.desk)).filter(({ type }) => type === 'BUDGET.RAISED.SUCCESS');
    expect(told.map(({ actor, workflowId }) => [actor.id, workflowId])).to.deep.equal([
      ['otto', id],
      ['otto', id],
    ]);
    expect(told[1]?.data).to.deep.equal({ level: 'workflow', id, byUsd: 2.5, limitUsd: 15, why: 'worth it' });
    expect(new Set(told.map((event) => event.id)).size).to.equal(2);
  });

  it('loses none of many that come at once', async () => {
    await using site = await openSite();
    await Promise.all(
      Array.from({ length: 20 }, () => raised(site, { level: 'all', id: today(), byUsd: 1 })),
    );
    expect((await listed(site, '?level=all'))[0]).to.include({ limitUsd: 220, raisedUsd: 20 });
    expect(await countEvents(site.desk, 'BUDGET.RAISED.SUCCESS')).to.equal(20);
  });

  it('knows a project by its name, and today by that word', async () => {
    await using site = await openSite();
    expect(await raised(site, { level: 'project', id: 'demo', byUsd: 1 })).to.include({
      id: `demo@${today()}`,
      limitUsd: 51,
    });
    expect((await raised(site, { level: 'all', id: 'today', byUsd: 1 })).id).to.equal(today());
    expect((await raised(site, { level: 'project', id: `demo@${today()}`, byUsd: 1 })).limitUsd).to.equal(52);
  });

  it('is refused for what is not there, has ended, is over, or has no limit', async () => {
    await using desk = await openDesk();
    await using site = await openSite({ desk, dayLimitUsd: null });
    const id = await startFlow(desk, 1);
    await cancel(desk, id);
    const cases = [
      [404, { level: 'workflow', id }],
      [404, { level: 'workflow', id: 'demo-9.r1' }],
      [404, { level: 'step', id: `${id}.first` }],
      [404, { level: 'step', id: 'demo-9.r1.first' }],
      [404, { level: 'step', id: '__proto__' }],
      [404, { level: 'project', id: `nobody@${today()}` }],
      [409, { level: 'project', id: 'demo@2001-01-01' }],
      [409, { level: 'all', id: '2001-01-01' }],
      [409, { level: 'all', id: today() }],
    ] as const;
    for (const [status, about] of cases) {
      expect(await refused(site, { ...about, byUsd: 1 }), JSON.stringify(about)).to.equal(status);
    }
    for (const byUsd of [0, -1, Number.NaN, 100_001]) {
      expect(await refused(site, { level: 'project', id: 'demo', byUsd }), String(byUsd)).to.equal(400);
    }
    expect(await countEvents(desk, 'BUDGET.RAISED.SUCCESS')).to.equal(0);
  });

  it('is for a step that goes on, in each of its rounds, and for one that waits for its slot', async () => {
    await using site = await openSite();
    const { workflowId } = await claimOnly(site.desk, 2);
    expect((await raised(site, { level: 'workflow', id: workflowId, byUsd: 1 })).limitUsd).to.equal(11);
    const id = await startFlow(site.desk, 1);
    expect((await raised(site, { level: 'step', id: `${id}.first`, byUsd: 1 })).limitUsd).to.equal(6);
    expect(await refused(site, { level: 'step', id: `${id}.first.3`, byUsd: 1 })).to.equal(404);
  });

  it('has a step tried again that stopped because its money was spent, and no other', async () => {
    await using site = await openSite({ tokens: TOKENS });
    const { desk } = site;
    const stopped = await escalate(desk, 1, SPENT);
    const task = { ...GIT, taskId: stopped.taskId };
    await raised(site, { level: 'step', id: `${stopped.workflowId}.second`, byUsd: 1 }, 'otto');
    await raised(site, { level: 'project', id: 'demo', byUsd: 1 }, 'otto');
    expect(await desk.queue.readStatus(task)).to.equal('failed');
    await raised(site, { level: 'workflow', id: stopped.workflowId, byUsd: 1 }, 'otto');
    expect(await desk.queue.readStatus(task)).to.equal('pending');
    const resolved = (await readEvents(desk)).find(({ type }) => type === 'ESCALATION.RESOLVED.SUCCESS');
    expect(resolved).to.deep.include({
      actor: { kind: 'human', id: 'otto' },
      data: { decision: 'retry', why: 'worth it' },
    });
    await failAgain(desk, stopped, { code: 'X', class: 'gate', message: 'the tests are red' });
    await raised(site, { level: 'workflow', id: stopped.workflowId, byUsd: 1 }, 'otto');
    expect(await desk.queue.readStatus(task)).to.equal('failed');
  });

  it('of a day has a step tried again that a whole day did not pay for', async () => {
    await using site = await openSite();
    const { desk } = site;
    const message = `the budget of project demo on ${today()} does not pay for a call of at least $60.00`;
    const { taskId } = await escalate(desk, 1, { ...SPENT, message });
    const other = await escalate(desk, 2, SPENT);
    await raised(site, { level: 'project', id: 'demo', byUsd: 20 });
    expect(await desk.queue.readStatus({ ...GIT, taskId })).to.equal('pending');
    expect(await desk.queue.readStatus({ ...GIT, taskId: other.taskId })).to.equal('failed');
  });

  it('has what parks because the money of the day is spent look again', async () => {
    await using site = await openSite();
    const { desk } = site;
    const tasks = [await parkOnBudget(desk, 1), await parkOnBudget(desk, 2)];
    await raised(site, { level: 'project', id: 'demo', byUsd: 1 });
    for (const { taskId } of tasks) {
      expect(await desk.queue.readStatus({ ...GIT, taskId })).to.equal('pending');
    }
  });
});

describe('the explanation of a workflow whose money is spent', () => {
  it('says which budget, how far it is spent, until when, and the command that raises it', async () => {
    await using site = await openSite();
    const { workflowId } = await parkOnBudget(site.desk, 1);
    await spend(site.desk, workflowId, 49.5);
    const { blockedBy, movers } = await explained(site, workflowId);
    const tomorrow = `${dayOf(Date.now() + 86_400_000)}T00:00:00.000Z`;
    expect(blockedBy.find(({ what }) => what.startsWith('budget'))).to.deep.equal({
      what: `budget project demo@${today()}`,
      why: '$49.50 of $50.00 are spent',
      since: null,
      until: tomorrow,
    });
    expect(movers[0]?.how).to.equal(`tamma budget raise project demo@${today()} --by 5 --reason "…"`);
  });

  it('names the budget of a day when that could never pay for the call and stopped it', async () => {
    await using site = await openSite();
    const message = `the budget of project demo on ${today()} does not pay for a call of at least $60.00`;
    const { workflowId } = await escalate(site.desk, 1, { ...SPENT, message });
    const { movers } = await explained(site, workflowId);
    expect(movers[0]?.how).to.equal(`tamma budget raise project demo@${today()} --by 5 --reason "…"`);
  });

  it('names the budget of the step or the workflow when that stopped it', async () => {
    await using site = await openSite();
    const { workflowId, taskId } = await escalate(site.desk, 1, SPENT);
    await spend(site.desk, workflowId, 4.9);
    const { movers, blockedBy } = await explained(site, workflowId);
    expect(movers[0]?.how).to.equal(`tamma budget raise step ${taskId} --by 5 --reason "…"`);
    expect(blockedBy.map(({ what }) => what)).to.include(`budget step ${taskId}`);
    await raised(site, { level: 'step', id: taskId, byUsd: 1 });
    const after = await explained(site, workflowId);
    expect(after.movers.map(({ how }) => how).join()).to.not.contain('budget raise');
  });
});
