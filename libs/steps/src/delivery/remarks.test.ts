import { replyMarker } from '@tamma/domain';
import { expect } from 'chai';
import { buildRemark, buildReview } from '../testing/said.ts';
import { approversOf, objectorsOf, openRemarks, type RemarksQuestion } from './remarks.ts';

const MARIA = new Set(['maria']);
const LATER = '2026-01-03T00:00:00.000Z';

function idsOf(given: Partial<RemarksQuestion>): readonly string[] {
  const question = {
    reviews: [],
    comments: [],
    operators: MARIA,
    taken: new Set<string>(),
    account: 'tamma',
  };
  return openRemarks({ ...question, ...given }).map(({ id }) => id);
}

describe('remarks to see to', () => {
  it('are wishes for changes, comments with words, and what begins a thread, oldest first', () => {
    const reviews = [
      buildReview({ id: 'wish', body: '', at: LATER }),
      buildReview({ id: 'words', state: 'commented', body: 'Why?' }),
      buildReview({ id: 'silent', state: 'commented', body: '  ' }),
    ];
    const comments = [buildRemark(), buildRemark({ id: 'thanks', inReplyTo: 'remark-1' })];
    expect(idsOf({ reviews, comments })).to.deep.equal(['words', 'remark-1', 'wish']);
  });

  it('are those of people whose word counts', () => {
    const reviews = [buildReview({ author: 'visitor' }), buildReview({ authorKind: 'bot' })];
    const comments = [buildRemark({ author: 'visitor' }), buildRemark({ authorKind: 'bot' })];
    expect(idsOf({ reviews, comments })).to.deep.equal([]);
  });

  it('are done when a round was made for them, or our answer stands below them', () => {
    const comments = [buildRemark()];
    const ours = buildRemark({
      id: 'ours',
      inReplyTo: 'remark-1',
      author: 'tamma',
      body: `Seen to.\n\n<!-- ${replyMarker('remark-1')} -->`,
    });
    expect(idsOf({ comments, taken: new Set(['line:remark-1']) })).to.deep.equal([]);
    expect(idsOf({ comments, taken: new Set(['review:remark-1']) })).to.deep.equal(['remark-1']);
    expect(idsOf({ comments: [...comments, ours] })).to.deep.equal([]);
    // Somebody who quotes our mark has not answered for us.
    expect(idsOf({ comments: [...comments, { ...ours, author: 'maria' }] })).to.deep.equal(['remark-1']);
  });

  it('are settled by a later approval of their author, and what comes with an approval is advice', () => {
    const wish = buildReview();
    const approval = buildReview({ id: 'yes', state: 'approved', at: LATER });
    const advice = buildRemark({ id: 'nit', reviewId: 'yes', at: LATER });
    expect(idsOf({ reviews: [wish, approval], comments: [buildRemark(), advice] })).to.deep.equal([]);
    const again = buildReview({ id: 'no-more', at: '2026-01-04T00:00:00.000Z' });
    expect(idsOf({ reviews: [wish, approval, again] })).to.include('no-more');
  });

  it('are bounded, the oldest first', () => {
    const comments = Array.from({ length: 80 }, (_, i) => buildRemark({ id: `r${i}` }));
    expect(idsOf({ comments })).to.have.length(50).and.include('r0').and.not.include('r79');
  });
});

describe('reviewers', () => {
  it('object until they approve or take it back', () => {
    const wish = buildReview();
    expect(objectorsOf([wish, buildReview({ state: 'commented' })], MARIA)).to.deep.equal(['maria']);
    expect(objectorsOf([wish, buildReview({ state: 'approved' })], MARIA)).to.deep.equal([]);
    expect(objectorsOf([wish, buildReview({ state: 'dismissed' })], MARIA)).to.deep.equal([]);
    expect(objectorsOf([buildReview({ author: 'visitor' })], MARIA)).to.deep.equal([]);
  });

  it('approve of one commit, in their last word, when they are people who may', () => {
    const yes = buildReview({ state: 'approved' });
    const asked = { commit: 'c0ffee', approvers: MARIA };
    expect(approversOf([yes], asked)).to.deep.equal(['maria']);
    expect(approversOf([yes, buildReview()], asked)).to.deep.equal([]);
    expect(approversOf([{ ...yes, commit: 'beef' }], asked)).to.deep.equal([]);
    expect(approversOf([{ ...yes, author: 'visitor' }], asked)).to.deep.equal([]);
    expect(approversOf([{ ...yes, authorKind: 'bot' }], asked)).to.deep.equal([]);
  });
});
