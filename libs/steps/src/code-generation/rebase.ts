import { type CommitRecord, done, escalate, type Outcome } from '@tamma/domain';
import type { RebaseResult, Workspace } from '@tamma/workspace';
import type { z } from 'zod';
import { askModel } from '../ai/ask-model.ts';
import { recordedBase } from '../base.ts';
import type { StepContext } from '../step.ts';
import { markersIn } from './markers.ts';
import { changeSchema, commitAs, toolsFor } from './model.ts';
import { conflictPrompts } from './prompts.ts';
import { pushChange, tellCommit } from './push-change.ts';
import type { CodeResult } from './result.ts';

export interface RebaseGround {
  readonly branch: string;
  readonly base: string;
}

/** Times a model may say that it has resolved the conflicts while marks of them are left. */
const TRIES_MAX = 3;

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
  return done({ headCommit, baseCommit, summary: `put onto ${baseCommit.slice(0, 7)} without conflict` });
}

type Conflict = Extract<RebaseResult, { kind: 'conflict' }> & RebaseGround;

async function resolve(
  context: StepContext,
  workspace: Workspace,
  conflict: Conflict,
): Promise<Outcome<CodeResult>> {
  const answer = await askToResolve(context, workspace, conflict);
  if (answer.kind !== 'resolved') return answer;
  const { message, summary } = answer;
  const commit = await commitAs(context, workspace, message);
  if (commit === null) return escalate(nothingLeft(conflict));
  const { branch, baseCommit } = conflict;
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
  return done({ headCommit: commit.hash, baseCommit, summary });
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

interface Resolved {
  readonly kind: 'resolved';
  readonly message: string;
  readonly summary: string;
}

async function askToResolve(
  context: StepContext,
  workspace: Workspace,
  { files }: Conflict,
): Promise<Resolved | Outcome<never>> {
  let left: readonly string[] = files;
  for (let attempt = 1; attempt <= TRIES_MAX; attempt += 1) {
    const answer = await askModel<z.infer<typeof changeSchema>>(context, {
      ...(await conflictPrompts(context, { files, left: attempt === 1 ? [] : left })),
      round: context.round,
      tools: toolsFor(context, workspace),
      result: changeSchema,
    });
    if (answer.kind === 'gave-up') return escalate(answer.error);
    left = await markersIn(workspace, files);
    const { commitMessage: message, summary } = answer.result;
    if (left.length === 0) return { kind: 'resolved', message, summary };
  }
  return escalate({
    code: 'CONFLICT_UNRESOLVED',
    class: 'conflict',
    message: `marks of the conflict with the base are left after ${TRIES_MAX} tries in: ${left.join(', ')}`,
    remedy: 'bring the branch up to date with its base by hand, then retry; or cancel the workflow',
  });
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
