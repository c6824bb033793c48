import { issueSchema } from '@tamma/contracts';
import { done, judgeEligibility, type Outcome, unwanted, WORKING_LABEL } from '@tamma/domain';
import { z } from 'zod';
import type { Step, StepContext } from '../step.ts';

const result = z.object({ issue: issueSchema });
type Result = z.infer<typeof result>;

/** Reads the issue afresh, makes sure that the work is still wanted, and marks it as taken. */
export const issueIntake: Step<Result> = { handler: 'issue-intake', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { head, platform } = context;
  const issue = await platform.readIssue(head.issue.number);
  if (issue === null) return unwanted(`issue #${head.issue.number} is gone`);
  const { account, eligibility } = head.project;
  const question = { issue, rules: eligibility, fingerprint: '', self: account, earlier: null, around: null };
  const verdict = judgeEligibility(question);
  if (!verdict.eligible)
    return unwanted(`issue #${issue.number} is no longer eligible: ${verdict.reasons.join('; ')}`);

  await context.progress(40, 'marking the issue as taken');
  await platform.markIssue(issue.number, { labelsAdded: [WORKING_LABEL], assignee: account });
  return done({ issue: { ...issue, labels: [...issue.labels] } });
}
