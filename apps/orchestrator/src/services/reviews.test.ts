import type { Review, ReviewComment } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { countEvents, type Desk, openDesk, plan, readEvents, recordAll } from '../testing/desk.ts';
import { askPerson, startFlow } from '../testing/people.ts';
import { PROJECT } from '../testing/talk.ts';
import { countingReviews, textOfReview } from './counting-reviews.ts';
import { createReviewWatch, type ReviewsOptions } from './reviews.ts';

const COMMIT = 'f00d';

function review(author: string, state: Review['state'], overrides: Partial<Review> = {}): Review {
  const at = '2026-01-01T00:00:00.000Z';
  const id = `${author}-${state}`;
  return { id, author, authorKind: 'person', state, commit: COMMIT, body: '', at, ...overrides };
}

function remark(overrides: Partial<ReviewComment>): ReviewComment {
  const at = '2026-01-01T00:00:00.000Z';
  const common = {
    id: 'r1',
    reviewId: null,
    inReplyTo: null,
    author: 'maria',
    authorKind: 'person',
  } as const;
  return { ...common, path: 'a.js', line: 7, body: 'why?', at, ...overrides };
}

function watchOf(desk: Desk, overrides: Partial<ReviewsOptions> = {}) {
  return createReviewWatch({
    ...desk,
    claims: desk.store.claims,
    projects: [{ project: PROJECT, plan, platform: desk.platform }],
    suspendedDeadlineMs: 1000,
    requireLead: async () => {},
    onFailure: (about, error) => void desk.problems.push(`${about}: ${error.message}`),
    now: Date.now,
    ...overrides,
  });
}

/** A workflow whose merge waits for approval, and the pull request it is about. */
async function askMerge(desk: Desk, issue = 1) {
  const asked = await askPerson(desk, issue, 'merge');
  const { number } = desk.platform.addPullRequest({
    head: `tamma/${issue}`,
    headCommit: COMMIT,
    author: 'tamma',
  });
  const data = { number, url: 'memory://', head: `tamma/${issue}`, base: 'main', commit: COMMIT };
  await desk.eventLog.append([buildEvent('PR.OPENED.SUCCESS', data, { workflowId: asked.workflowId })]);
  await recordAll(desk);
  return { ...asked, number };
}

async function decisionsIn(desk: Desk) {
  return (await readEvents(desk)).flatMap((event) =>
    event.type === 'APPROVAL.PROVIDED.SUCCESS' ? [[event.actor.id, event.data.decision, event.data.why]] : [],
  );
}

describe('reviews of a pull request whose merge waits for approval', () => {
  it('approve it, in the name of the reviewer', async () => {
    await using desk = await openDesk();
    const { number } = await askMerge(desk);
    desk.platform.addReview(number, review('maria', 'approved', { body: 'well done' }));
    await watchOf(desk).runOnce();
    await watchOf(desk).runOnce();
    expect(await decisionsIn(desk)).to.deep.equal([['maria', 'approve', 'well done']]);
  });

  it('send it back with their words and remarks, whoever else approved', async () => {
    await using desk = await openDesk();
    const { number } = await askMerge(desk);
    desk.platform.addReview(number, review('ann', 'approved'));
    desk.platform.addReview(number, review('maria', 'changes-requested', { id: 'r', body: 'not yet' }));
    desk.platform.addRemark(number, remark({ reviewId: 'r' }));
    await watchOf(desk).lookAt('demo', new Set([number]));
    expect(await decisionsIn(desk)).to.deep.equal([['maria', 'edit', 'not yet\n\na.js:7: why?']]);
  });

  it('count for nothing from bots, ourselves, who opened it, who may not, and for another commit', async () => {
    await using desk = await openDesk();
    const { number } = await askMerge(desk);
    desk.platform.setRole('visitor', 'read');
    const reviews = [
      review('helper[bot]', 'approved', { authorKind: 'bot' }),
      review('Tamma', 'approved'),
      review('visitor', 'approved'),
      review('visitor', 'changes-requested'),
      review('maria', 'approved', { commit: 'beef' }),
      review('ann', 'commented'),
      review('bob', 'approved'),
      review('bob', 'dismissed'),
    ];
    for (const one of reviews) desk.platform.addReview(number, one);
    await watchOf(desk).runOnce();
    expect(await decisionsIn(desk)).to.deep.equal([]);
    desk.platform.addReview(number, review('ann', 'approved'));
    await watchOf(desk).runOnce();
    expect(await decisionsIn(desk)).to.deep.equal([['ann', 'approve', '']]);
  });

  it('pass over whoever started the work', async () => {
    await using desk = await openDesk();
    const { number } = await askMerge(desk);
    const findOpen = async (id: string) => {
      const claim = await desk.store.claims.findOpen(id);
      return claim === null ? null : { ...claim, head: { ...claim.head, startedBy: 'maria' } };
    };
    desk.platform.addReview(number, review('maria', 'approved'));
    const watch = watchOf(desk, { claims: { ...desk.store.claims, findOpen } });
    await watch.runOnce();
    expect(await decisionsIn(desk)).to.deep.equal([]);
    desk.platform.addReview(number, review('ann', 'approved'));
    await watch.runOnce();
    expect(await decisionsIn(desk)).to.deep.equal([['ann', 'approve', '']]);
  });

  it('are decided once by two who read them at once, and by nobody who does not lead', async () => {
    await using desk = await openDesk();
    const { number } = await askMerge(desk);
    desk.platform.addReview(number, review('maria', 'approved'));
    await watchOf(desk, { requireLead: () => Promise.reject(new Error('somebody else leads')) }).runOnce();
    expect(await decisionsIn(desk)).to.deep.equal([]);
    expect(desk.problems).to.have.length(1);
    await Promise.all([watchOf(desk).runOnce(), watchOf(desk).runOnce()]);
    expect(await decisionsIn(desk)).to.have.length(1);
  });

  it('matter no more when it was closed, or merged by hand', async () => {
    await using desk = await openDesk();
    const closed = await askMerge(desk, 1);
    const merged = await askMerge(desk, 11);
    await desk.platform.closePullRequest(closed.number);
    const request = { number: merged.number, headCommit: COMMIT, message: 'm', method: 'merge' } as const;
    expect((await desk.platform.mergePullRequest(request)).kind).to.equal('merged');
    await watchOf(desk).runOnce();
    const cancelled = (await readEvents(desk)).flatMap((event) =>
      event.type === 'WORKFLOW.CANCELLED.SUCCESS' ? [[event.workflowId, event.data.why]] : [],
    );
    expect(cancelled).to.deep.equal([
      [closed.workflowId, `pull request #${closed.number} was closed without a merge`],
    ]);
    expect(await decisionsIn(desk)).to.deep.equal([
      ['github', 'approve', `pull request #${merged.number} was merged by hand`],
    ]);
  });

  it('are read though another pull request cannot be', async () => {
    await using desk = await openDesk();
    const broken = await askMerge(desk, 1);
    const sound = await askMerge(desk, 11);
    desk.platform.addReview(sound.number, review('maria', 'approved'));
    const readReviews = (number: number) =>
      number === broken.number ? Promise.reject(new Error('it breaks')) : desk.platform.readReviews(number);
    const platform = { ...desk.platform, readReviews };
    await watchOf(desk, { projects: [{ project: PROJECT, plan, platform }] }).runOnce();
    expect(desk.problems).to.deep.equal([`reviews of ${broken.workflowId}: it breaks`]);
    expect(await decisionsIn(desk)).to.have.length(1);
  });

  it('are nobody’s word on the local platform, nor about a plan', async () => {
    await using desk = await openDesk();
    const { number } = await askMerge(desk);
    desk.platform.addReview(number, review('maria', 'approved'));
    await watchOf(desk, { projects: desk.projects }).runOnce();
    await askPerson(desk, 12, 'plan');
    await watchOf(desk, { projects: desk.projects }).lookAt('demo', 'all');
    expect(await countEvents(desk, 'APPROVAL.PROVIDED.SUCCESS')).to.equal(0);
  });
});

describe('a workflow that waits for checks or reviewers', () => {
  for (const on of ['ci', 'review'] as const) {
    it(`looks again at once when something happened to its pull request: ${on}`, async () => {
      await using desk = await openDesk();
      const workflowId = await startFlow(desk, 1);
      const other = await startFlow(desk, 2);
      await waitOn(desk, { workflowId, number: 31, on });
      await waitOn(desk, { workflowId: other, number: 32, on });
      const woken: string[] = [];
      const promote = async ({ taskId }: { readonly taskId: string }) => {
        woken.push(taskId);
        return true;
      };
      const watch = watchOf(desk, { queue: { ...desk.queue, promote } });
      await watch.lookAt('demo', new Set([33]));
      expect(woken).to.deep.equal([]);
      await watch.lookAt('demo', new Set([31, 33]));
      expect(woken).to.deep.equal([`${workflowId}.first`]);
      await watch.lookAt('demo', 'all');
      expect(woken.slice(1).toSorted()).to.deep.equal([`${workflowId}.first`, `${other}.first`]);
      await watch.lookAt('unknown', 'all');
      expect(woken).to.have.length(3);
    });
  }

  it('costs no look at the merges that wait for people, when checks tell of no pull request in particular', async () => {
    await using desk = await openDesk();
    await askMerge(desk);
    const readPullRequest = () => Promise.reject(new Error('nobody said anything'));
    const platform = { ...desk.platform, readPullRequest };
    await watchOf(desk, { projects: [{ project: PROJECT, plan, platform }] }).lookAt('demo', 'all');
    expect(desk.problems).to.deep.equal([]);
  });

  it('is left alone when it waits for something else', async () => {
    await using desk = await openDesk();
    const { number } = await askMerge(desk);
    const promote = () => Promise.reject(new Error('nobody asked for this'));
    await watchOf(desk, { queue: { ...desk.queue, promote } }).lookAt('demo', new Set([number]));
    expect(desk.problems).to.deep.equal([]);
  });
});

describe('the reviews that count', () => {
  const outside = ['tamma'];

  it('are the last words of people about this commit, wishes for changes first', () => {
    const reviews = [
      review('ann', 'changes-requested'),
      review('ann', 'approved'),
      review('ann', 'commented'),
      review('maria', 'changes-requested'),
      review('TAMMA', 'approved'),
    ];
    const counting = countingReviews({ reviews, commit: COMMIT, outside });
    expect(counting.map(({ author, state }) => `${author} ${state}`)).to.deep.equal([
      'maria changes-requested',
      'ann approved',
    ]);
  });

  it('are a bounded number, in which no wish for changes gives way to an approval', () => {
    const approvals = Array.from({ length: 500 }, (_, place) => review(`visitor-${place}`, 'approved'));
    const reviews = [...approvals, review('maria', 'changes-requested')];
    const counting = countingReviews({ reviews, commit: COMMIT, outside });
    expect(counting).to.have.length(50);
    expect(counting[0]?.author).to.equal('maria');
  });

  it('are told with their own remarks, within limits', () => {
    const said = review('maria', 'changes-requested', { id: 'r', body: ' see below ' });
    const comments = [
      remark({ reviewId: 'r', line: null }),
      remark({ reviewId: 'r', inReplyTo: 'r0', body: 'an answer' }),
      remark({ reviewId: 'other', body: 'of another review' }),
    ];
    expect(textOfReview(said, { comments })).to.equal('see below\n\na.js: why?');
    const many = Array.from({ length: 500 }, () => remark({ reviewId: 'r', body: 'x'.repeat(1000) }));
    expect(textOfReview(said, { comments: many })).to.have.length(4000);
  });
});

interface Waiting {
  readonly workflowId: string;
  readonly number: number;
  readonly on: 'ci' | 'review';
}

async function waitOn(desk: Desk, { workflowId, number, on }: Waiting): Promise<void> {
  const about = { workflowId, taskId: `${workflowId}.first`, stepId: 'first', attempt: 1 };
  const data = { number, url: 'memory://', head: 'tamma/1', base: 'main', commit: COMMIT };
  const until = '2126-01-01T00:00:00.000Z';
  await desk.eventLog.append([
    buildEvent(
      'TASK.DEQUEUED.SUCCESS',
      { capability: 'git', workerId: 'w1' },
      { ...about, id: `${workflowId}.a` },
    ),
    buildEvent('PR.OPENED.SUCCESS', data, { ...about, id: `${workflowId}.b` }),
    buildEvent('TASK.PARKED.SUCCESS', { on, until, why: 'it waits' }, { ...about, id: `${workflowId}.c` }),
  ]);
}
