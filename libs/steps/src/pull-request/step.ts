import { done, escalate, GATES, gatesMissing, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { branchSetup } from '../branch-setup/step.ts';
import { codeReview } from '../code-review/step.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';

const result = z.object({ number: z.int(), url: z.string(), headCommit: z.string() });
type Result = z.infer<typeof result>;

/** Opens the pull request, once, and only for a head that passed every gate. */
export const pullRequest: Step<Result> = { handler: 'pull-request', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const { branch, base } = resultFrom(context, branchSetup);
  const headCommit = await context.platform.readBranch(branch);
  const missing = gatesMissing(headCommit ?? '', GATES, context.gates);
  if (headCommit === null || missing.length > 0) {
    return escalate({
      code: 'GATES_MISSING',
      class: 'conflict',
      message: `the head of ${branch} (${headCommit?.slice(0, 7) ?? 'gone'}) has not passed: ${missing.join(', ')}`,
      remedy: 'somebody moved the branch after the gates ran; look at its commits',
    });
  }
  const review = resultFrom(context, codeReview);
  if (review.commit !== null && review.commit !== headCommit) {
    return escalate({
      code: 'REVIEW_STALE',
      class: 'conflict',
      message: `the review was made of ${review.commit.slice(0, 7)}, the head of ${branch} is ${headCommit.slice(0, 7)}`,
      remedy: 'somebody moved the branch after the review; look at its commits',
    });
  }
  const opened = await context.platform.ensurePullRequest({
    head: branch,
    base,
    issue: issue.number,
    title: `${issue.title} (#${issue.number})`,
    body: await renderBody(context, { issue: issue.number, headCommit }),
  });
  const { number, url } = opened;
  await context.progress(100, `pull request #${number} is open`);
  await context.tell({
    type: 'PR.OPENED.SUCCESS',
    data: { number, url, head: branch, base, commit: headCommit },
  });
  return done({ number, url, headCommit });
}

async function renderBody(
  context: StepContext,
  { issue, headCommit }: { issue: number; headCommit: string },
): Promise<string> {
  const changes = (await context.readArtifact('CHANGES.md')) ?? '';
  const settled = context.gates.filter(
    (gate) => gate.commit === headCommit && (gate.passed || gate.override !== undefined),
  );
  const gates = settled.map((gate) => `- ${gate.gate} on ${gate.commit.slice(0, 7)}: ${gate.summary}`);
  return `Closes #${issue}.\n\n${changes}\n\n## Gates\n\n${gates.join('\n')}\n`;
}
