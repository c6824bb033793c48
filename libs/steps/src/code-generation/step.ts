import { type CommitRecord, done, type ErrorReport, escalate, noChange, type Outcome } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { type Answer, askModel } from '../ai/ask-model.ts';
import { type Asked, askPerson, mayAsk, readAsked, roundWith, withAnswers } from '../ai/questions.ts';
import { baseOf, commitsAfter, recordedBase } from '../base.ts';
import { branchSetup } from '../branch-setup/step.ts';
import { findRound, isForReviewers } from '../round.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';
import { hasTrailer, TASK_TRAILER, TESTS_TRAILER } from '../trailers.ts';
import { commitAs, commitInParts } from './commit-change.ts';
import { handsOn } from './hands.ts';
import { type ChangeJudge, judgeChange } from './judge-change.ts';
import { type Change, changeSchema, firstChangeSchema, whyNoChange } from './model.ts';
import { writeNotes } from './notes.ts';
import { refuseUnprepared } from './prepare.ts';
import { withProblem } from './problem.ts';
import { repairPrompts, writePrompts } from './prompts.ts';
import { pushChange, tellCommit } from './push-change.ts';
import { discardChanges } from './put-back.ts';
import { finishEarlierRebase, rebaseChange } from './rebase.ts';
import { type CodeResult, codeResultSchema, findCodeResult } from './result.ts';

/**
 * Tests, code and tidy-up by the model, pushed as one commit of tests and one of the rest once the tests are seen to fail
 * without the change and to pass with it. The pushed branch is what later steps build on. In a round it repairs what was
 * refused with one more commit, or puts the change onto the base as it stands now.
 */
export const codeGeneration: Step<CodeResult> = {
  handler: 'code-generation',
  result: codeResultSchema,
  run,
};

async function run(context: StepContext): Promise<Outcome<CodeResult>> {
  const { branch, base } = resultFrom(context, branchSetup);
  const workspace = await context.openWorkspace(branch);
  const commits = await findEarlierPush(context, workspace);
  const commit = commits.at(-1);
  if (findRound(context)?.kind === 'rebase') {
    const ground = { branch, base };
    return commit === undefined
      ? rebaseChange(context, workspace, ground)
      : finishEarlierRebase(context, workspace, { ground, commit });
  }
  const baseCommit = await baseOf(context, workspace);
  if (commit === undefined) return change(context, workspace, { branch, baseCommit });
  for (const one of commits) await tellCommit(context, one);
  return done({ headCommit: commit.hash, baseCommit, summary: 'an earlier attempt pushed this change' });
}

/**
 * An attempt may die between its push and its commit point; the trailer of its last commit says whose work the branch
 * holds. Empty when there is none.
 */
async function findEarlierPush(context: StepContext, workspace: Workspace): Promise<readonly CommitRecord[]> {
  const commits = (await commitsAfter(workspace, recordedBase(context))) ?? [];
  const last = commits.findLast((commit) => hasTrailer(commit, TASK_TRAILER, context.taskId));
  if (last === undefined) return [];
  return [...commits.filter((commit) => hasTrailer(commit, TESTS_TRAILER, context.taskId)), last];
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
  const unprepared = await refuseUnprepared(context, workspace);
  if (unprepared !== null) return unprepared;
  const asked = await readAsked(context);
  const judge = judgeChange(context, workspace, place.baseCommit);
  const answer = await askForChange(context, workspace, { asked, baseCommit: place.baseCommit, ...judge });
  if (answer.kind === 'gave-up') return escalate(await withProblem(context, answer.error));
  if (answer.kind === 'asked') return askPerson(context, asked, answer.question);
  const commits = await commit(context, workspace, answer.result);
  const stays = resultOf(context, answer, { unproven: judge.unproven(), place });
  const last = commits.at(-1);
  if (last === undefined) {
    return withoutChange(context, answer.result, { ...stays, headCommit: workspace.startCommit });
  }
  const refused = await pushChange(context, workspace, place);
  if (refused !== null) return refused;
  for (const one of commits) await tellCommit(context, one);
  const task = withAnswers(context, asked);
  if (task !== null) context.writeArtifact('TASK.md', task);
  await writeNotes(context, answer.result);
  return done({ ...stays, headCommit: last.hash });
}

interface Wanted {
  readonly asked: Asked;
  readonly baseCommit: string;
  readonly check: ChangeJudge['check'];
}

async function askForChange(
  context: StepContext,
  workspace: Workspace,
  { asked, baseCommit, check }: Wanted,
): Promise<Answer<Change>> {
  const isFirst = context.round === 0;
  const prompts = isFirst
    ? await writePrompts(context, asked)
    : await repairPrompts(context, workspace, { asked, baseCommit });
  return askModel<Change>(context, {
    ...prompts,
    round: roundWith(context, asked),
    ...handsOn(context, workspace),
    result: isFirst ? firstChangeSchema : changeSchema,
    check,
    mayAsk: mayAsk(asked),
    startOver: () => discardChanges(workspace),
    repairs: isRepair(context) ? findCodeResult(context)?.agent : undefined,
  });
}

/** What people want otherwise, or what the base brought, is no fault of whoever made the change. */
function isRepair(context: StepContext): boolean {
  const kind = findRound(context)?.kind;
  return kind === 'repair' || kind === 'ci';
}

/** A repair is one commit: what it repairs stands before it. */
async function commit(
  context: StepContext,
  workspace: Workspace,
  made: Change,
): Promise<readonly CommitRecord[]> {
  if (context.round === 0) return commitInParts(context, workspace, made);
  const one = await commitAs(context, workspace, made.commitMessage);
  return one === null ? [] : [one];
}

function resultOf(
  context: StepContext,
  answer: Extract<Answer<Change>, { kind: 'finished' }>,
  { unproven, place }: { readonly unproven: string | null; readonly place: Place },
): Omit<CodeResult, 'headCommit'> {
  const { baseCommit } = place;
  const testsCannotFail =
    context.round === 0 ? (unproven ?? undefined) : findCodeResult(context)?.testsCannotFail;
  return {
    baseCommit,
    summary: answer.result.summary,
    agent: answer.agent,
    ...(testsCannotFail === undefined ? {} : { testsCannotFail }),
  };
}

/** The first time a model may find that nothing is to be done; to reviewers it may answer without changing anything. */
function withoutChange(context: StepContext, change: Change, stays: CodeResult): Outcome<CodeResult> {
  const why = whyNoChange(change);
  if (why !== null) return noChange(why);
  if (isForReviewers(context)) return done(stays);
  return escalate(emptyChange(context));
}

function emptyChange({ round }: StepContext): ErrorReport {
  const remedy =
    round === 0
      ? 'make the issue clearer, or close it if nothing is to be done'
      : 'look whether what was to be repaired is a fault of the change; retry for another repair, or abort';
  const message = 'the model said it was finished and changed nothing that git keeps';
  return { code: 'EMPTY_CHANGE', class: 'model', message, remedy };
}
