import { buildProject } from '@tamma/contracts/testing';
import { TammaError } from '@tamma/domain';
import { createMemoryPlatform } from '@tamma/git-platform/memory';
import { expect } from 'chai';
import { createHoldBack } from '../hold-back.ts';
import {
  cancel,
  claimsOf,
  countEvents,
  countFlows,
  type Desk,
  intakeOf,
  issueNumber,
  openDesk,
  plan,
  readEvents,
  recordAll,
  viewsOf,
} from '../testing/desk.ts';
import { retireWorkflow } from '../use-cases/retire-workflow.ts';
import { createRetention } from './retention.ts';

/** Ends the workflow of issue 1 as a person would, and takes it away. */
async function endFirst(desk: Desk): Promise<void> {
  await cancel(desk, 'demo-1.r1', 'not wanted');
  await recordAll(desk);
  const [claim] = await desk.store.claims.listEnded(10);
  if (claim === undefined) throw new Error('the end is not on record');
  const sayFarewell = async () => true;
  expect(await retireWorkflow({ ...desk, claims: desk.store.claims, sayFarewell }, claim)).to.equal(true);
}

describe('intake', () => {
  it('claims an eligible issue once, makes one flow of it, and says so', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    const intake = intakeOf(desk);
    for (let pass = 0; pass < 3; pass += 1) await intake.runOnce();
    const [claim, ...others] = await claimsOf(desk);
    expect(others).to.have.length(0);
    expect(claim?.workflowId).to.equal('demo-1.r1');
    expect(claim?.startedAt).to.be.a('string');
    expect(await countFlows(desk)).to.equal(1);
    expect(
      (await readEvents(desk)).map(({ id, type }) => [id.replace(/[0-9a-f]{16}$/, 'hash'), type]),
    ).to.deep.equal([
      ['demo-1.r1.created', 'WORKFLOW.STATE.CREATED'],
      ['issue.demo.1.hash', 'ISSUE.JUDGED.ELIGIBLE'],
      ['demo-1.r1.started', 'WORKFLOW.STARTED.SUCCESS'],
      ['demo-1.r1.first.enqueued', 'TASK.ENQUEUED.SUCCESS'],
      ['demo-1.r1.second.enqueued', 'TASK.ENQUEUED.SUCCESS'],
      ['demo-1.r1.third.enqueued', 'TASK.ENQUEUED.SUCCESS'],
    ]);
    const view = viewsOf(intake);
    expect(view?.issues).to.deep.equal([
      { number: 1, title: 'Issue 1', eligible: true, reasons: [], score: 500, workflowId: 'demo-1.r1' },
    ]);
    expect([view?.passes, view?.problem]).to.deep.equal([3, null]);
  });

  it('of two orchestrators makes one workflow and one flow for each issue', async () => {
    await using desk = await openDesk();
    await using twin = await openDesk(desk);
    for (let number = 1; number <= 6; number += 1) {
      desk.platform.addIssue(issueNumber(number));
      twin.platform.addIssue(issueNumber(number));
    }
    const intakes = [intakeOf(desk), intakeOf(twin)];
    for (let round = 0; round < 2; round += 1) {
      await Promise.all(intakes.map((intake) => intake.runOnce()));
    }
    const claims = await claimsOf(desk);
    expect(claims.map(({ workflowId }) => workflowId).toSorted()).to.deep.equal(
      [1, 2, 3, 4, 5, 6].map((number) => `demo-${number}.r1`),
    );
    expect(claims.every(({ startedAt }) => startedAt !== null)).to.equal(true);
    expect(await countFlows(desk)).to.equal(6);
    expect(await countEvents(desk, 'WORKFLOW.STARTED.SUCCESS')).to.equal(6);
    expect([...desk.problems, ...twin.problems]).to.deep.equal([]);
    for (const intake of intakes) {
      expect(viewsOf(intake)?.issues.map((one) => one.workflowId)).to.not.include(null);
    }
  });

  it('tells every reason why an issue is not taken, once', async () => {
    await using desk = await openDesk();
    const project = buildProject({
      eligibility: { ...desk.project.eligibility, authorsTrusted: ['ada'] },
    });
    const labels = ['tamma-skip'];
    desk.platform.addIssue(issueNumber(1, { labels, author: 'eve', assignee: 'bob', body: 'Fix it' }));
    const intake = intakeOf(desk, { projects: [{ project, plan, platform: desk.platform }] });
    await intake.runOnce();
    await intake.runOnce();
    const reasons = [
      'it lacks the required label "tamma"',
      'it has the excluded label "tamma-skip"',
      'its author "eve" (person, owner) is not trusted by this project',
      'it is assigned to "bob"',
      'its text has 6 characters and justifies nothing (at least 20 are wanted)',
    ];
    expect(viewsOf(intake)?.issues).to.deep.equal([
      { number: 1, title: 'Issue 1', eligible: false, reasons, score: null, workflowId: null },
    ]);
    const [event, ...others] = await readEvents(desk);
    expect(others).to.have.length(0);
    expect(event?.type).to.equal('ISSUE.JUDGED.INELIGIBLE');
    expect(event?.data).to.deep.equal({ project: 'demo', issue: 1, title: 'Issue 1', reasons });
    expect(await claimsOf(desk)).to.have.length(0);
  });

  it('tells of a file that cannot be read once, and shows it as long as it is there', async () => {
    await using desk = await openDesk();
    const unreadable = { source: '007-odd.md', reason: 'it has no title', remedy: 'Add a title.' };
    desk.platform.addUnreadable(unreadable);
    desk.platform.addIssue(issueNumber(1));
    const intake = intakeOf(desk);
    for (let pass = 0; pass < 3; pass += 1) await intake.runOnce();
    expect(viewsOf(intake)?.unreadable).to.deep.equal([unreadable]);
    const told = (await readEvents(desk)).filter(({ type }) => type === 'ISSUE.READ.FAILED');
    expect(told.map(({ data }) => data)).to.deep.equal([{ project: 'demo', ...unreadable }]);
    expect(await claimsOf(desk), 'the others are taken all the same').to.have.length(1);
    const successor = intakeOf(desk);
    await successor.runOnce();
    const ids = (await readEvents(desk))
      .filter(({ type }) => type === 'ISSUE.READ.FAILED')
      .map(({ id }) => id);
    expect(new Set(ids).size, 'a successor repeats the same fact').to.equal(1);
  });

  it('does not take an issue again while it has not changed, and does when it has, as run 2', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    const intake = intakeOf(desk);
    await intake.runOnce();
    await endFirst(desk);
    await intake.runOnce();
    expect(viewsOf(intake)?.issues[0]).to.include({ eligible: false, workflowId: null });
    expect(viewsOf(intake)?.issues[0]?.reasons).to.deep.equal([
      'workflow demo-1.r1 ended as cancelled and the issue has not changed since',
    ]);
    expect(await claimsOf(desk)).to.have.length(0);
    expect(await countFlows(desk)).to.equal(0);
    desk.platform.addIssue(issueNumber(1, { body: 'The library needs something else altogether now.' }));
    await intake.runOnce();
    expect((await claimsOf(desk)).map(({ workflowId }) => workflowId)).to.deep.equal(['demo-1.r2']);
    expect(await countFlows(desk)).to.equal(1);
  });

  it('takes nothing while the record lags behind, and says why', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    const consumer = await desk.eventLog.consumer('recorder');
    const holdBack = createHoldBack({ redis: desk.redis, consumer, unrecordedMax: 1 });
    await intakeOf(desk, { holdBack: async () => 'not yet' }).runOnce();
    const intake = intakeOf(desk, { holdBack });
    await intake.runOnce();
    expect(await claimsOf(desk)).to.have.length(0);
    expect(viewsOf(intake)?.problem).to.equal(
      '1 events are not recorded yet, at most 1 may be; is PostgreSQL there?',
    );
    expect(viewsOf(intake)?.issues[0]).to.include({ eligible: true, workflowId: null });
    await recordAll(desk);
    await intake.runOnce();
    expect(await claimsOf(desk)).to.have.length(1);
    expect(viewsOf(intake)?.problem).to.equal(null);
  });

  it('shows that it could not find out whether it may take work', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    const holdBack = async () => {
      throw new Error('Redis went away');
    };
    const intake = intakeOf(desk, { holdBack });
    await intake.runOnce();
    expect(viewsOf(intake)?.problem).to.equal('Redis went away');
    expect(await claimsOf(desk)).to.have.length(0);
  });

  it('starts the best score first and no more than there are slots', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    desk.platform.addIssue(issueNumber(2, { labels: ['tamma', 'priority: high'] }));
    desk.platform.addIssue(issueNumber(3, { labels: ['tamma', 'priority: medium'] }));
    const intake = intakeOf(desk, { maxConcurrent: 2 });
    await intake.runOnce();
    await intake.runOnce();
    const started = (await claimsOf(desk)).filter(({ startedAt }) => startedAt !== null);
    expect(started.map(({ issue }) => issue).toSorted()).to.deep.equal([2, 3]);
    expect(await countFlows(desk)).to.equal(2);
    await cancel(desk, 'demo-2.r1');
    await recordAll(desk);
    const retention = createRetention({
      ...desk,
      claims: desk.store.claims,
      onRetired: () => {},
      onFailure: () => {},
    });
    await retention.runOnce();
    await intake.runOnce();
    expect((await claimsOf(desk)).map(({ issue, startedAt }) => [issue, startedAt !== null])).to.deep.equal([
      [1, true],
      [3, true],
    ]);
  });

  it('does not let one issue that cannot be judged hide the others', async () => {
    await using desk = await openDesk();
    for (const number of [1, 2, 3]) desk.platform.addIssue(issueNumber(number));
    const { claims } = desk.store;
    const findEarlier: typeof claims.findEarlier = async (project, issue) => {
      if (issue === 2) throw new Error('its row is damaged');
      return claims.findEarlier(project, issue);
    };
    const intake = intakeOf(desk, { claims: { ...claims, findEarlier } });
    await intake.runOnce();
    expect((await claimsOf(desk)).map(({ issue }) => issue)).to.deep.equal([1, 3]);
    expect(viewsOf(intake)?.problem).to.equal('issue 2 could not be judged: its row is damaged');
    expect(viewsOf(intake)?.issues[1]).to.deep.include({
      eligible: false,
      reasons: ['it could not be judged: its row is damaged'],
    });
  });

  it('does not ask a database that is away for one issue after the other', async () => {
    await using desk = await openDesk();
    for (const number of [1, 2, 3]) desk.platform.addIssue(issueNumber(number));
    let asked = 0;
    const findEarlier = async () => {
      asked += 1;
      throw new TammaError('DATABASE_UNREACHABLE', 'PostgreSQL does not answer', { class: 'network' });
    };
    const intake = intakeOf(desk, { claims: { ...desk.store.claims, findEarlier } });
    await intake.runOnce();
    expect(asked).to.equal(1);
    expect([viewsOf(intake)?.problem, viewsOf(intake)?.passes]).to.deep.equal([
      'PostgreSQL does not answer',
      0,
    ]);
  });

  it('asks the record for the past of those issues alone that have one', async () => {
    await using desk = await openDesk();
    for (let number = 1; number <= 50; number += 1) {
      desk.platform.addIssue(issueNumber(number, number <= 2 ? {} : { labels: [] }));
    }
    const { claims } = desk.store;
    const asked: number[] = [];
    const findEarlier: typeof claims.findEarlier = async (project, issue) => {
      asked.push(issue);
      return claims.findEarlier(project, issue);
    };
    const intake = intakeOf(desk, { claims: { ...claims, findEarlier } });
    await intake.runOnce();
    expect(asked, 'right before they are claimed').to.deep.equal([1, 2]);
    await cancel(desk, 'demo-1.r1');
    await recordAll(desk);
    await claims.close('demo-1.r1');
    await intake.runOnce();
    expect(asked).to.deep.equal([1, 2, 1]);
    expect((await claimsOf(desk)).map(({ issue }) => issue)).to.deep.equal([2]);
  });

  it('takes an issue with an endless title, and tells of it with a short one', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1, { title: 'x'.repeat(200_000) }));
    const intake = intakeOf(desk);
    await intake.runOnce();
    expect(viewsOf(intake)?.problem).to.equal(null);
    expect(await countFlows(desk)).to.equal(1);
    const created = (await readEvents(desk)).find(({ type }) => type === 'WORKFLOW.STATE.CREATED');
    expect(JSON.stringify(created).length).to.be.below(2000);
    expect(JSON.stringify(viewsOf(intake)).length).to.be.below(2000);
  });

  it('shows a project that cannot be looked at with the reason, and looks at the others', async () => {
    await using desk = await openDesk();
    const down = createMemoryPlatform();
    down.listOpenIssues = async () => {
      throw new TammaError('PLATFORM_AWAY', 'the platform does not answer', { class: 'network' });
    };
    desk.platform.addIssue(issueNumber(1));
    const intake = intakeOf(desk, {
      projects: [
        { project: buildProject({ id: 'down' }), plan, platform: down },
        { project: desk.project, plan, platform: desk.platform },
      ],
    });
    await intake.runOnce();
    expect(intake.views().map(({ id, intake: { problem, passes } }) => [id, problem, passes])).to.deep.equal([
      ['down', 'the platform does not answer', 0],
      ['demo', null, 1],
    ]);
    expect(await countFlows(desk)).to.equal(1);
  });

  it('begins nothing new once it is told to stop', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    const stopper = new AbortController();
    stopper.abort();
    const intake = intakeOf(desk);
    await intake.runOnce(stopper.signal);
    expect(await claimsOf(desk)).to.have.length(0);
    expect(viewsOf(intake)?.passes).to.equal(0);
  });
});
