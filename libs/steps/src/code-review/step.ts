import { cutMiddle, done, escalate, type Outcome } from '@tamma/domain';
import type { Change, Workspace } from '@tamma/workspace';
import { z } from 'zod';
import { askModel, whyUnfinished } from '../ai/ask-model.ts';
import { fence } from '../ai/fence.ts';
import { describeIssue, loadPrompt } from '../ai/prompt.ts';
import { baseOf } from '../base.ts';
import { branchSetup } from '../branch-setup/step.ts';
import { findCodeResult } from '../code-generation/result.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { askForRepair, describeRepairs, ownRounds } from '../round.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';
import { type ReviewAnswer, reviewAnswerSchema, seriousFaults } from './answer.ts';
import { renderChanges, renderReview } from './render.ts';

/** Longest diff shown to the reviewer, in characters; it can read whole files beside. */
const DIFF_MAX = 100_000;

const result = z.object({
  /** The commit that was reviewed; null when a person had the review left out. */
  commit: z.string().nullable(),
  summary: z.string(),
  changes: z.string(),
  /** Who reviewed it. */
  agent: z.string().optional(),
});
type Result = z.infer<typeof result>;

const prompt = loadPrompt(new URL('./prompt.md', import.meta.url));

/**
 * A fresh look at the diff by a conversation that did not write it; writes CHANGES.md. Serious findings go into
 * REVIEW.md and send the change to repair; then the new head is reviewed as if it were the first.
 */
export const codeReview: Step<Result> = {
  handler: 'code-review',
  result,
  whenSkipped: { commit: null, summary: 'a person had the review left out', changes: '' },
  run,
};

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { branch } = resultFrom(context, branchSetup);
  const workspace = await context.openWorkspace(branch);
  const accepted = await takeAsItIs(context, workspace.startCommit);
  if (accepted !== null) return done(accepted);
  return review(context, workspace, await baseOf(context, workspace));
}

async function review(
  context: StepContext,
  workspace: Workspace,
  baseCommit: string,
): Promise<Outcome<Result>> {
  const change = await workspace.changeSince(baseCommit);
  const answer = await askModel<ReviewAnswer>(context, {
    round: ownRounds(context, 'repair').at(-1)?.number ?? context.round,
    prompt,
    data: await describeChange(context, workspace.startCommit, change),
    workspace,
    tools: readTools(workspace),
    result: reviewAnswerSchema,
  });
  if (answer.kind !== 'finished') return escalate(whyUnfinished(answer));

  const commits = await workspace.commitsSince(baseCommit);
  const testsCannotFail = findCodeResult(context)?.testsCannotFail;
  context.writeArtifact('CHANGES.md', renderChanges(answer.result, { change, commits, testsCannotFail }));
  context.writeArtifact('change.patch', change.patch);
  const { summary, changes } = answer.result;
  const { startCommit: commit } = workspace;
  return refuse(context, answer.result, commit) ?? done({ commit, summary, changes, agent: answer.agent });
}

/** A person's word on a change that was refused: it holds for the commit that REVIEW.md is about, and for no other. */
async function takeAsItIs(context: StepContext, commit: string): Promise<Result | null> {
  if (context.order?.kind !== 'override') return null;
  const review = await context.readArtifact('REVIEW.md');
  if (review?.startsWith(renderTitle(commit)) !== true) return null;
  const { by, why } = context.order;
  const summary = `overridden by ${by}: ${why}`;
  await context.progress(100, summary);
  return { commit, summary, changes: '' };
}

function renderTitle(commit: string): string {
  return `# Review of ${commit}`;
}

async function describeChange(context: StepContext, commit: string, { patch }: Change): Promise<string> {
  const { issue } = resultFrom(context, issueIntake);
  const gates = context.gates.filter((one) => one.commit === commit);
  const lines = gates.map(
    ({ gate, passed, summary }) => `${gate} ${passed ? 'passed' : 'failed'}: ${summary}`,
  );
  return [
    describeIssue(context, issue),
    fence('task', (await context.readArtifact('TASK.md')) ?? ''),
    fence('plan', (await context.readArtifact('PLAN.md')) ?? ''),
    fence('gates', lines.join('\n')),
    fence('diff', cutMiddle(patch, DIFF_MAX)),
    ...(await describeReply(context, commit)),
  ].join('\n\n');
}

/**
 * A new head is looked at afresh. Where the author left the very commit that was sent back as it is, what was found and what
 * the author says to it: nobody else knows why.
 */
async function describeReply(context: StepContext, commit: string): Promise<readonly string[]> {
  const earlier = (await context.readArtifact('REVIEW.md')) ?? '';
  if (ownRounds(context, 'repair').length === 0 || !earlier.startsWith(renderTitle(commit))) return [];
  return [fence('earlier', earlier), fence('reply', findCodeResult(context)?.summary ?? '')];
}

/** Null when nothing serious was found. */
function refuse(context: StepContext, answer: ReviewAnswer, commit: string): Outcome<never> | null {
  const faults = seriousFaults(answer);
  if (faults.length === 0) return null;
  const notes = faults.join('; ');
  context.writeArtifact('REVIEW.md', `${renderTitle(commit)}\n\n${renderReview(answer)}\n`);
  const repair = askForRepair(context, `the review found serious faults: ${notes}`);
  if (repair !== null) return repair;
  return escalate({
    code: 'REVIEW_REFUSED',
    class: 'gate',
    message: `the review found serious faults${describeRepairs(context)}: ${notes}`,
    remedy: 'read the artifact REVIEW.md; retry for another review, or abort and make the issue clearer',
  });
}
