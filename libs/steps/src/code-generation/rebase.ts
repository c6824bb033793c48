import { type CommitRecord, done, type ErrorReport, escalate, type Outcome } from '@tamma/domain';
import type { RebaseResult, Workspace } from '@tamma/workspace';
import { type Answer, askModel } from '../ai/ask-model.ts';
import { recordedBase } from '../base.ts';
import type { StepContext } from '../step.ts';
import { commitAs } from './commit-change.ts';
import { handsOn } from './hands.ts';
import { markersIn } from './markers.ts';
import { type Change, changeSchema } from './model.ts';
import { conflictPrompts } from './prompts.ts';
import { pushChange, tellCommit } from './push-change.ts';
import { putAllBack } from './put-back.ts';
import { type CodeResult, findCodeResult } from './result.ts';

export interface RebaseGround {
  readonly branch: string;
  readonly base: string;
}

/** Puts the change onto the base as it stands now: without a model where git can, with one where the two conflict. */
export async function rebaseChange(
  context: StepContext,
  workspace: Workspace,
  ground: RebaseGround,
): Promise<Outcome<CodeResult>> {
  const rebased = await workspace.rebase(ground.base, recordedBase(context));
  if (rebased.kind === 'conflict') return resolve(context, workspace, { ...ground, ...rebased });
  const { baseCommit, headCommit } = rebased;
  if (headCommit === baseCommit) return escalate(nothingLeft(ground));
  if (headCommit !== workspace.startCommit) {
    const refused = await pushChange(context, workspace, { branch: ground.branch, baseCommit });
    if (refused !== null) return refused;
  }
  await tellRebased(context, ground, { baseCommit, headCommit });
  const summary = `put onto ${baseCommit.slice(0, 7)} without conflict`;
  return done({ ...madeBefore(context), headCommit, baseCommit, summary });
}

/** What stays true of a change wherever it stands. */
function madeBefore(context: StepContext): Partial<CodeResult> {
  const { agent, testsCannotFail } = findCodeResult(context) ?? {};
  return {
    ...(agent === undefined ? {} : { agent }),
    ...(testsCannotFail === undefined ? {} : { testsCannotFail }),
  };
}

type Conflict = Extract<RebaseResult, { kind: 'conflict' }> & RebaseGround;

async function resolve(
  context: StepContext,
  workspace: Workspace,
  conflict: Conflict,
): Promise<Outcome<CodeResult>> {
  const { branch, baseCommit, files } = conflict;
  const answer = await askToResolve(context, workspace, files);
  if (answer.kind !== 'finished') return escalate(await unresolved(workspace, files, answer));
  const { commitMessage, summary } = answer.result;
  const commit = await commitAs(context, workspace, commitMessage);
  if (commit === null) return escalate(nothingLeft(conflict));
  const refused = await pushChange(context, workspace, { branch, baseCommit });
  if (refused !== null) return refused;
  return finishRebase(context, conflict, { commit, summary });
}

async function finishRebase(
  context: StepContext,
  conflict: RebaseGround & { readonly baseCommit: string },
  { commit, summary }: { readonly commit: CommitRecord; readonly summary: string },
): Promise<Outcome<CodeResult>> {
  const { baseCommit } = conflict;
  await tellCommit(context, commit);
  await tellRebased(context, conflict, { baseCommit, headCommit: commit.hash });
  return done({ ...madeBefore(context), headCommit: commit.hash, baseCommit, summary });
}

/** The resolution that an attempt before this one pushed and did not live to tell of. */
export async function finishEarlierRebase(
  context: StepContext,
  workspace: Workspace,
  { ground, commit }: { readonly ground: RebaseGround; readonly commit: CommitRecord },
): Promise<Outcome<CodeResult>> {
  const { forkCommit: baseCommit } = await workspace.forkPoint(ground.base);
  const summary = 'an earlier attempt put this change onto the base';
  return finishRebase(context, { ...ground, baseCommit }, { commit, summary });
}

async function askToResolve(
  context: StepContext,
  workspace: Workspace,
  files: readonly string[],
): Promise<Answer<Change>> {
  const kept = await workspace.keepTree();
  return askModel<Change>(context, {
    ...(await conflictPrompts(context, files)),
    round: context.round,
    ...handsOn(context, workspace),
    result: changeSchema,
    check: async () => {
      const left = await markersIn(workspace, files);
      return left.length === 0
        ? null
        : `Marks of the conflict are left in ${left.join(', ')}. Join the two sides and remove every mark.`;
    },
    // Whoever begins anew finds the conflict as it was.
    startOver: () => putAllBack(workspace, kept, files),
  });
}

async function unresolved(
  workspace: Workspace,
  files: readonly string[],
  answer: Exclude<Answer<Change>, { kind: 'finished' }>,
): Promise<ErrorReport> {
  const left = await markersIn(workspace, files);
  if (answer.kind === 'gave-up' && (left.length === 0 || answer.error.code !== 'AI_RESULT_INVALID'))
    return answer.error;
  return {
    code: 'CONFLICT_UNRESOLVED',
    class: 'conflict',
    message: `marks of the conflict with the base are left in: ${left.join(', ')}`,
    remedy: 'bring the branch up to date with its base by hand, then retry; or cancel the workflow',
  };
}

async function tellRebased(
  { tell }: StepContext,
  { branch, base }: RebaseGround,
  { baseCommit, headCommit: commit }: { readonly baseCommit: string; readonly headCommit: string },
): Promise<void> {
  await tell({ type: 'BRANCH.REBASED.SUCCESS', data: { branch, base, baseCommit, commit } });
}

function nothingLeft({ branch, base }: RebaseGround) {
  return {
    code: 'EMPTY_CHANGE',
    class: 'conflict',
    message: `nothing of ${branch} is left on top of ${base}`,
    remedy: 'look whether the base holds the change already; then close the issue and cancel the workflow',
  } as const;
}
