import type { Check, Review } from '@tamma/domain';
import { z } from 'zod';
import type { NewReview } from '../../contract.ts';
import type { Protection } from '../../git-platform.ts';
import { anything } from './hands.ts';
import type { Ground } from './world.ts';

const numbered = z.object({ number: z.int() });
const labeled = z.object({ labels: z.array(z.object({ name: z.string() })) });
const requested = z.object({
  requested_reviewers: z.array(z.object({ login: z.string() })),
  requested_teams: z.array(z.object({ slug: z.string() })),
});
const files = z.array(z.object({ filename: z.string() }));

const STATUS_OF = { passed: 'success', failed: 'failure', pending: 'pending', neutral: 'success' } as const;
const EVENT_OF: Readonly<Record<Review['state'], string>> = {
  approved: 'APPROVE',
  'changes-requested': 'REQUEST_CHANGES',
  commented: 'COMMENT',
  dismissed: 'COMMENT',
};

export function judgingWith(ground: Ground) {
  const { hands, root } = ground;
  return {
    openPullRequest: async (head: string) => {
      const body = { head, base: 'main', title: `Merge ${head}`, body: 'By hand.' };
      return (await hands.call(numbered, { method: 'POST', path: `${root}/pulls`, body })).number;
    },
    readMarks: async (number: number) => {
      const { labels } = await hands.call(labeled, { path: `${root}/issues/${number}` });
      const asked = await hands.call(requested, { path: `${root}/pulls/${number}` });
      return {
        labels: labels.map(({ name }) => name),
        reviewers: asked.requested_reviewers.map(({ login }) => login),
        teamReviewers: asked.requested_teams.map(({ slug }) => slug),
      };
    },
    report: async (commit: string, { name, state, summary }: Pick<Check, 'name' | 'state' | 'summary'>) => {
      const body = { context: name, state: STATUS_OF[state], description: summary };
      await hands.call(anything, { method: 'POST', path: `${root}/statuses/${commit}`, body });
    },
    review: (number: number, review: NewReview) => reviewByHand(ground, number, review),
    protect: (branch: string, rules: Pick<Protection, 'requiredChecks' | 'requiredReviews'>) =>
      protect(ground, branch, rules),
  };
}

async function reviewByHand(
  { hands, root }: Ground,
  number: number,
  { state, body, remark }: NewReview,
): Promise<void> {
  const [file] = await hands.call(files, { path: `${root}/pulls/${number}/files` });
  const line = { path: file?.filename, line: 1, side: 'RIGHT', body: remark };
  await hands.call(anything, {
    method: 'POST',
    path: `${root}/pulls/${number}/reviews`,
    body: { event: EVENT_OF[state], body, ...(remark === undefined ? {} : { comments: [line] }) },
  });
}

async function protect(
  { hands, root }: Ground,
  branch: string,
  { requiredChecks, requiredReviews }: Pick<Protection, 'requiredChecks' | 'requiredReviews'>,
): Promise<void> {
  await hands.call(anything, {
    method: 'PUT',
    path: `${root}/branches/${branch}/protection`,
    body: {
      required_status_checks: { strict: false, contexts: requiredChecks },
      enforce_admins: true,
      required_pull_request_reviews: { required_approving_review_count: requiredReviews },
      restrictions: null,
    },
  });
}
