import { type CommitRecord, done, type ErrorReport, escalate, noChange, type Outcome } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { askModel } from '../ai/ask-model.ts';
import { baseOf, commitsAfter, recordedBase } from '../base.ts';
import { branchSetup } from '../branch-setup/step.ts';
import { findRound } from '../round.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { hasTrailer, TASK_TRAILER } from '../trailers.ts';
import { changeSchema, commitAs, type FirstChange, firstChangeSchema, toolsFor } from './model.ts';
import { repairPrompts, writePrompts } from './prompts.ts';
import { pushChange, tellCommit } from './push-change.ts';
import { finishEarlierRebase, rebaseChange } from './rebase.ts';
import { type CodeResult, codeResultSchema } from './result.ts';

/**
 * Tests, code and tidy-up by the model; one commit, pushed. The pushed branch is what later steps build on. In a round
 * it repairs what was refused with one more commit, or puts the change onto the base as it stands now.
 */
export const codeGeneration: Step<CodeResult> = {
  handler: 'code-generation',
  result: codeResultSchema,
  run,
};

async function run(context: StepContext): Promise<Outcome<CodeResult>> {
  const { branch, base } = resultFrom(context, branchSetup);
  const workspace = await context.openWorkspace(branch);
  const commit = await findEarlierPush(context, workspace);
  const isRebase = findRound(context)?.kind === 'rebase';
  if (isRebase) {
    const ground = { branch, base };
    return commit === null
      ? rebaseChange(context, workspace, ground)
      : finishEarlierRebase(context, workspace, { ground, commit });
  }
  const baseCommit = await baseOf(context, workspace);
  if (commit === null) return change(context, workspace, { branch, baseCommit });
  return finishWith(context, commit, { baseCommit, summary: 'an earlier attempt pushed this change' });
}

/** An attempt may die between its push and its commit point; the trailer says whose work the branch holds. */
async function findEarlierPush(context: StepContext, workspace: Workspace): Promise<CommitRecord | null> {
  const commits = (await commitsAfter(workspace, recordedBase(context))) ?? [];
  return commits.findLast((commit) => hasTrailer(commit, TASK_TRAILER, context.taskId)) ?? null;
}

interface Place {
  readonly branch: string;
  readonly baseCommit: string;
}

async function change(
  context: StepContext,
  workspace: Workspace,
  place: Place,
): Promise<Outcome<CodeResult>> {
  const isFirst = context.round === 0;
  const answer = await askModel<FirstChange>(context, {
    ...(isFirst ? await writePrompts(context) : await repairPrompts(context, workspace, place.baseCommit)),
    round: context.round,
    tools: toolsFor(context, workspace),
    result: isFirst ? firstChangeSchema : changeSchema,
  });
  if (answer.kind === 'gave-up') return escalate(answer.error);
  const commit = await commitAs(context, workspace, answer.result.commitMessage);
  if (commit === null) {
    const { startCommit: headCommit } = workspace;
    return withoutChange(context, answer.result, { headCommit, baseCommit: place.baseCommit });
  }
  if (answer.result.noChangeNeeded !== undefined) return { kind: 'retry', error: contradictory() };
  const refused = await pushChange(context, workspace, place);
  const { summary } = answer.result;
  return refused ?? finishWith(context, commit, { baseCommit: place.baseCommit, summary });
}

/** The first time a model may find that nothing is to be done; to reviewers it may answer without changing anything. */
function withoutChange(
  context: StepContext,
  { noChangeNeeded, summary }: FirstChange,
  stays: Omit<CodeResult, 'summary'>,
): Outcome<CodeResult> {
  if (noChangeNeeded !== undefined) return noChange(noChangeNeeded);
  if (findRound(context)?.kind === 'review') return done({ ...stays, summary });
  return escalate(emptyChange(context));
}

function emptyChange({ round }: StepContext): ErrorReport {
  const remedy =
    round === 0
      ? 'make the issue clearer, or close it if nothing is to be done'
      : 'look whether what was to be repaired is a fault of the change; retry for another repair, or abort';
  const message = 'the model said it was finished and changed nothing';
  return { code: 'EMPTY_CHANGE', class: 'model', message, remedy };
}

function contradictory(): ErrorReport {
  const message = 'the model said that no change is needed, and changed something';
  const remedy = 'retry for another answer, or make the issue clearer';
  return { code: 'CHANGE_CONTRADICTORY', class: 'model', message, remedy };
}

async function finishWith(
  context: StepContext,
  commit: CommitRecord,
  { baseCommit, summary }: { readonly baseCommit: string; readonly summary: string },
): Promise<Outcome<CodeResult>> {
  await tellCommit(context, commit);
  return done({ headCommit: commit.hash, baseCommit, summary });
}
