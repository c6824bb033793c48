import { TammaError } from '@tamma/domain';
import { buildEvent, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { type Desk, intakeOf, issueNumber, openDesk, plan, readEvents, recordAll } from '../testing/desk.ts';
import { askPerson, escalate, startFlow } from '../testing/people.ts';
import { createRetention } from './retention.ts';
import { createStatusComments, type StatusCommentsOptions } from './status-comments.ts';

const ID = 'demo-1.r1';

function commentsOf(desk: Desk, overrides: Partial<StatusCommentsOptions> = {}) {
  return createStatusComments({
    ...desk,
    claims: desk.store.claims,
    requireLead: async () => {},
    onFailure: (workflowId, error) => void desk.problems.push(`${workflowId}: ${error.message}`),
    ...overrides,
  });
}

/** First lines of what stands on an issue. */
function linesOn(desk: Desk, issue: number): readonly string[] {
  return desk.platform.readComments(issue).map(({ text }) => text.split('\n')[0] ?? '');
}

/** A platform that counts what is written, and fails while it is told to. */
function countingPlatform(desk: Desk) {
  const counts = { written: 0 };
  const trouble: { error: Error | null } = { error: null };
  const ensureComment: typeof desk.platform.ensureComment = (...args) => {
    if (trouble.error !== null) return Promise.reject(trouble.error);
    counts.written += 1;
    return desk.platform.ensureComment(...args);
  };
  const platform = { ...desk.platform, ensureComment };
  return { counts, trouble, projects: [{ project: desk.project, plan, platform }] };
}

async function dequeue(desk: Desk, step: string, attempt: number) {
  const about = {
    workflowId: ID,
    taskId: `${ID}.${step}`,
    stepId: step,
    attempt,
    id: `${ID}.${step}.${attempt}`,
  };
  const event = buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'git', workerId: 'w1' }, about);
  await desk.eventLog.append([event]);
  await recordAll(desk);
  return event;
}

describe('the status comments of workflows that run', () => {
  it('say what was spent of the budget, with what people added to it', async () => {
    await using desk = await openDesk();
    const id = await startFlow(desk, 1);
    const about = { workflowId: id, taskId: `${id}.first`, stepId: 'first' };
    const sample = SAMPLE_DATA['AI.RESPONSE.RECEIVED'];
    const usage = { ...sample.usage, costUsd: 1.5 };
    const raise = (level: 'workflow' | 'step', byUsd: number) =>
      buildEvent(
        'BUDGET.RAISED.SUCCESS',
        { level, id, byUsd, limitUsd: null, why: 'x' },
        { workflowId: id, id: `${level}.${byUsd}` },
      );
    await desk.eventLog.append([
      buildEvent('AI.RESPONSE.RECEIVED', { ...sample, usage }, { ...about, id: 'answer' }),
      ...[raise('workflow', 2), raise('step', 100), raise('workflow', 0.5)],
    ]);
    await recordAll(desk);
    await commentsOf(desk).runOnce();
    expect(desk.platform.readComments(1)[0]?.text).to.contain('$1.50 of $12.50 |');
  });

  it('are one for each, edited as the work goes on', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await recordAll(desk);
    let nowMs = Date.now();
    const comments = commentsOf(desk, { now: () => nowMs });
    await comments.runOnce();
    expect(linesOn(desk, 1)).to.deep.equal([`Tamma is working on this issue (workflow \`${ID}\`).`]);
    comments.note([await dequeue(desk, 'first', 1)]);
    nowMs += 16_000;
    await comments.runOnce();
    expect(linesOn(desk, 1)).to.have.length(1);
    expect(desk.platform.readComments(1)[0]?.text).to.contain('step first runs');
  });

  it('are written when the text is another, and every 15 seconds at most', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await recordAll(desk);
    const { counts, projects } = countingPlatform(desk);
    let nowMs = Date.now();
    const comments = commentsOf(desk, { projects, now: () => nowMs });
    await comments.runOnce();
    for (let attempt = 1; attempt <= 12; attempt += 1) {
      comments.note([await dequeue(desk, 'first', attempt)]);
      nowMs += 5000;
      await comments.runOnce();
    }
    expect(counts.written).to.equal(5);
    nowMs += 60_000;
    comments.note(await readEvents(desk));
    await comments.runOnce();
    await comments.runOnce();
    expect(counts.written, 'nothing is new').to.be.at.most(6);
  });

  it('ask at once for whom they wait, also the one that was written just before', async () => {
    await using desk = await openDesk();
    const comments = commentsOf(desk);
    await askPerson(desk, 1, 'plan');
    expect(comments.note(await readEvents(desk))).to.equal(true);
    await comments.runOnce();
    expect(linesOn(desk, 1)[0]).to.match(/^Tamma waits for somebody to approve the plan: high risk/);
    await escalate(desk, 2);
    comments.note((await readEvents(desk)).filter(({ workflowId }) => workflowId === 'demo-2.r1'));
    await comments.runOnce();
    expect(linesOn(desk, 2)[0]).to.match(
      /^Tamma needs a person: the tests are red \(workflow `demo-2\.r1`, step first\)\./,
    );
  });

  it('are found again by whoever leads next, and not repeated', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await recordAll(desk);
    for (let leader = 0; leader < 3; leader += 1) await commentsOf(desk).runOnce();
    expect(linesOn(desk, 1)).to.have.length(1);
  });

  it('say nothing of one that waits for its slot, and nothing more of one that has ended', async () => {
    await using desk = await openDesk();
    desk.platform.addIssue(issueNumber(1));
    await intakeOf(desk, { maxConcurrent: 0 }).runOnce();
    await recordAll(desk);
    const comments = commentsOf(desk);
    comments.note(await readEvents(desk));
    await comments.runOnce();
    expect(linesOn(desk, 1)).to.deep.equal([]);
    await intakeOf(desk).runOnce();
    await desk.eventLog.append([
      buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, { workflowId: ID }),
    ]);
    await recordAll(desk);
    await createRetention({
      ...desk,
      claims: desk.store.claims,
      onRetired: () => {},
      onFailure: () => {},
    }).runOnce();
    comments.note(await readEvents(desk));
    await comments.runOnce();
    expect(linesOn(desk, 1)).to.deep.equal([`Done: merged (workflow \`${ID}\`).`]);
  });

  it('never overwrite the last words with a text from before', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await recordAll(desk);
    const reached = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const ensureComment: typeof desk.platform.ensureComment = async (...args) => {
      reached.resolve();
      await release.promise;
      return desk.platform.ensureComment(...args);
    };
    const projects = [{ project: desk.project, plan, platform: { ...desk.platform, ensureComment } }];
    const late = commentsOf(desk, { projects }).runOnce();
    await reached.promise;
    await desk.eventLog.append([
      buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, { workflowId: ID }),
    ]);
    await recordAll(desk);
    const retention = createRetention({
      ...desk,
      claims: desk.store.claims,
      onRetired: () => {},
      onFailure: () => {},
    });
    const retiring = retention.runOnce();
    release.resolve();
    await Promise.all([late, retiring]);
    expect(linesOn(desk, 1)).to.deep.equal([`Done: merged (workflow \`${ID}\`).`]);
  });

  it('are tried again while the platform does not take them, and not before it wants to be asked', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await recordAll(desk);
    const { counts, trouble, projects } = countingPlatform(desk);
    let nowMs = Date.now();
    const comments = commentsOf(desk, { projects, now: () => nowMs });
    const heldUntilMs = nowMs + 600_000;
    trouble.error = new TammaError('SERVICE_HELD', 'left alone', { class: 'rate-limit', heldUntilMs });
    await comments.runOnce();
    trouble.error = null;
    nowMs += 300_000;
    await comments.runOnce();
    expect(counts.written).to.equal(0);
    nowMs += 301_000;
    await comments.runOnce();
    expect(counts.written).to.equal(1);
    expect(desk.problems).to.deep.equal([`${ID}: left alone`]);
  });

  it('are not written by who does not lead any more', async () => {
    await using desk = await openDesk();
    await startFlow(desk, 1);
    await recordAll(desk);
    await commentsOf(desk, { requireLead: () => Promise.reject(new Error('the term is over')) }).runOnce();
    expect(linesOn(desk, 1)).to.deep.equal([]);
  });
});
