import { type CommitRecord, cutMiddle, done, escalate, type Outcome } from '@tamma/domain';
import type { Change } from '@tamma/workspace';
import { z } from 'zod';
import { askModel } from '../ai/ask-model.ts';
import { describeIssue, fence, loadPrompt } from '../ai/prompt.ts';
import { baseOf } from '../base.ts';
import { branchSetup } from '../branch-setup/step.ts';
import { issueIntake } from '../issue-intake/step.ts';
import { askForRepair, describeRepairs, ownRounds } from '../round.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';

/** Longest diff shown to the reviewer, in characters; it can read whole files beside. */
const DIFF_MAX = 100_000;

const answerSchema = z.object({
  summary: z.string().min(1),
  findings: z.array(
    z.object({
      severity: z.enum(['info', 'minor', 'serious']),
      path: z.string(),
      line: z.int().min(0),
      note: z.string().min(1),
    }),
  ),
  changes: z.string().min(1),
});
type Answer = z.infer<typeof answerSchema>;

const result = z.object({
  /** The commit that was reviewed; null when a person had the review left out. */
  commit: z.string().nullable(),
  summary: z.string(),
  changes: z.string(),
});
type Result = z.infer<typeof result>;

const system = loadPrompt(new URL('./prompt.md', import.meta.url));

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
  const baseCommit = await baseOf(context, workspace);
  const change = await workspace.changeSince(baseCommit);
  const answer = await askModel(context, {
    round: ownRounds(context, 'repair').at(-1)?.number ?? context.round,
    system,
    prompt: await buildPrompt(context, change),
    tools: readTools(workspace),
    result: answerSchema,
  });
  if (answer.kind === 'gave-up') return escalate(answer.error);

  const commits = await workspace.commitsSince(baseCommit);
  context.writeArtifact('CHANGES.md', renderChanges(answer.result, change, commits));
  context.writeArtifact('change.patch', change.patch);
  const { summary, changes } = answer.result;
  const commit = workspace.startCommit;
  return refuse(context, answer.result, commit) ?? done({ commit, summary, changes });
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

async function buildPrompt(context: StepContext, { patch }: Change): Promise<string> {
  const { issue } = resultFrom(context, issueIntake);
  const plan = (await context.readArtifact('PLAN.md')) ?? '';
  const diff = fence('diff', cutMiddle(patch, DIFF_MAX));
  return `${describeIssue(issue)}\n\n${fence('plan', plan)}\n\n${diff}`;
}

/** Null when nothing serious was found. */
function refuse(context: StepContext, answer: Answer, commit: string): Outcome<never> | null {
  const serious = answer.findings.filter((finding) => finding.severity === 'serious');
  if (serious.length === 0) return null;
  const notes = serious.map((finding) => `${finding.path}:${finding.line} ${finding.note}`).join('; ');
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

function renderChanges(answer: Answer, change: Change, commits: readonly CommitRecord[]): string {
  const files = change.files.map((file) => `- \`${file.path}\` (+${file.additions} -${file.deletions})`);
  const additions = change.files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = change.files.reduce((sum, file) => sum + file.deletions, 0);
  const related = commits.map((commit) => `- ${commit.hash.slice(0, 7)} ${commit.message.split('\n')[0]}`);
  return [
    '# Changes',
    `## Overview\n\n${answer.changes}`,
    `## Modified Files\n\n${files.join('\n')}`,
    `## Diff Summary\n\n${change.files.length} files, ${additions} lines added, ${deletions} removed.`,
    `## Related Commits\n\n${related.join('\n')}`,
    `## Review\n\n${renderReview(answer)}`,
  ].join('\n\n');
}

function renderReview({ summary, findings }: Answer): string {
  const lines = findings.map((one) => `- ${one.severity}: \`${one.path}:${one.line}\` ${one.note}`);
  return lines.length === 0 ? summary : `${summary}\n\n${lines.join('\n')}`;
}
