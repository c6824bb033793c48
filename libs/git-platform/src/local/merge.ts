import { join } from 'node:path';
import { TammaError } from '@tamma/domain';
import type { MergeRequest, MergeResult } from '../git-platform.ts';
import { answerBeforeMerge, refusal } from '../merge-decision.ts';
import { branchMissing, pullRequestMissing } from '../platform-errors.ts';
import { branchRef, isAncestor, readBranch } from './branches.ts';
import { type Git, requireGitVersion } from './git.ts';
import { type LockOptions, withLock } from './lock.ts';
import { findMergeCommit, type MergeParents, writeMergeCommit } from './merge-commit.ts';
import { presentPullRequest } from './present-pull-request.ts';
import { editPullRequest } from './pull-request-edit.ts';
import { type PullRequestFile, readPullRequestFile } from './pull-request-file.ts';
import { findByNumber } from './pull-request-folder.ts';
import type { PullRequestPlace } from './pull-requests.ts';

/** Times we merge again because the base moved under us. */
const ATTEMPTS_MAX = 5;
const FILES_NAMED_MAX = 20;
/** Twenty merges of a repository in which one takes fifteen seconds. */
const TURN_WAIT_MAX_MS = 300_000;
export const TURNS: LockOptions = { waitMaxMs: TURN_WAIT_MAX_MS, busy: mergesBusy };

/**
 * The one write that counts is the move of the base branch: git makes it only while base and head stand where we saw
 * them. The record follows; a process that dies in between leaves a merge commit that the next call finds.
 */
export async function mergePullRequest(place: PullRequestPlace, request: MergeRequest): Promise<MergeResult> {
  await requireGitVersion(place.git);
  if (request.method !== 'merge') return methodRefused(request.method);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const merge = () => mergeAndRecord(place, request);
    const result = attempt === 1 ? await merge() : await inTurn(place, merge);
    if (result !== null) return result;
  }
  return refusal('base-moved', `the base branch moved during each of ${ATTEMPTS_MAX} attempts`);
}

/** Of many that merge at once each would see the base moved by another, again and again: after the first time they queue. */
function inTurn<Result>({ issuesFolder }: PullRequestPlace, work: () => Promise<Result>): Promise<Result> {
  return withLock(join(issuesFolder, '.merge.lock'), work, TURNS);
}

/** Null when a branch moved meanwhile. Reads the record itself: while this merge queued, a person may have closed it. */
async function mergeAndRecord(
  { git, issuesFolder }: PullRequestPlace,
  request: MergeRequest,
): Promise<MergeResult | null> {
  const file = await findByNumber(issuesFolder, request.number);
  if (file === null) throw pullRequestMissing(request.number);
  const result = await mergeOnce(git, file, request);
  return result?.kind === 'merged' ? await recordMerge(file, request.headCommit, result.mergeCommit) : result;
}

async function mergeOnce(
  git: Git,
  file: PullRequestFile,
  { headCommit, message }: MergeRequest,
): Promise<MergeResult | null> {
  const { base, head, state } = file.record;
  // Read once: seen at two moments, a twin's merge in between would look like a head merged by nobody.
  const baseCommit = await readBranch(git, base);
  if (baseCommit === null) throw branchMissing(base);
  const earlier = state === 'open' ? await findMergeCommit(git, { baseCommit, headCommit }) : null;
  if (earlier !== null) return { kind: 'merged', mergeCommit: earlier };
  const answer = answerBeforeMerge(await presentPullRequest(git, file), headCommit);
  if (answer !== null) return answer;
  if (await isAncestor(git, headCommit, baseCommit)) return nothingLeft(file);
  const merge = await writeMergeCommit(git, { baseCommit, headCommit }, message);
  if (merge.kind === 'conflict') return conflictIn(merge.files);
  // What goes before takes seconds in a big repository.
  if (await isClosedSince(file)) return closedSince(file);
  const isMoved = await moveBase(git, { base, head, baseCommit, headCommit, mergeCommit: merge.commit });
  return isMoved ? { kind: 'merged', mergeCommit: merge.commit } : null;
}

interface BaseMove extends MergeParents {
  readonly base: string;
  readonly head: string;
  readonly mergeCommit: string;
}

/** False when base or head no longer stand where they stood. */
async function moveBase(git: Git, move: BaseMove): Promise<boolean> {
  const { base, head, baseCommit, headCommit, mergeCommit } = move;
  const commands = [
    `verify ${branchRef(head)} ${headCommit}`,
    `update ${branchRef(base)} ${mergeCommit} ${baseCommit}`,
  ];
  try {
    await git(['update-ref', '--stdin'], { input: `${commands.join('\n')}\n` });
    return true;
  } catch (error) {
    const [baseNow, headNow] = await Promise.all([readBranch(git, base), readBranch(git, head)]);
    if (baseNow === baseCommit && headNow === headCommit) throw refStuck(base, error);
    return false;
  }
}

async function isClosedSince({ path }: PullRequestFile): Promise<boolean> {
  const again = await readPullRequestFile(path);
  return again?.ok === true && again.value.record.state === 'closed';
}

/** What a person closed stays closed, even where the merge came in the same moment. */
async function recordMerge(
  file: PullRequestFile,
  headCommit: string,
  mergeCommit: string,
): Promise<MergeResult> {
  const merged = { kind: 'merged', mergeCommit } as const;
  if (file.record.state === 'merged') return merged;
  const { record } = await editPullRequest(file, (present) =>
    present.state === 'open' ? { ...present, state: 'merged', headCommit, mergeCommit } : present,
  );
  return record.state === 'closed' ? closedSince(file, mergeCommit) : merged;
}

function closedSince({ record }: PullRequestFile, mergeCommit?: string): MergeResult {
  const detail = `pull request ${record.number} was closed while it was being merged`;
  const came = `, and ${mergeCommit} had brought it into "${record.base}" by then`;
  return refusal('closed', mergeCommit === undefined ? detail : detail + came);
}

/** Only a merge commit names the head it brought, by which a merge that a crash cut off is found again. */
function methodRefused(method: MergeRequest['method']): MergeResult {
  const detail = `a local repository is merged by a merge commit; set the project's "merge.method" to merge, not ${method}`;
  return refusal('not-allowed', detail);
}

/** Somebody moved the base without a merge commit, or took all commits off the head: not a merge we may claim. */
function nothingLeft({ record }: PullRequestFile): MergeResult {
  return refusal(
    'closed',
    `"${record.base}" holds every commit of "${record.head}" already, by no merge of it`,
  );
}

function conflictIn(files: readonly string[]): MergeResult {
  if (files.length === 0) return refusal('conflict', 'head and base share no commit');
  const named = files.slice(0, FILES_NAMED_MAX).join(', ');
  const rest = files.length - FILES_NAMED_MAX;
  return refusal('conflict', rest > 0 ? `${named} and ${rest} more` : named);
}

/** Of no class that is tried again or held against the platform: the wait was long, and git is well. */
function mergesBusy(path: string): TammaError {
  return new TammaError(
    'MERGES_BUSY',
    `other merges of this repository took their turns for ${TURN_WAIT_MAX_MS / 1000} s, by ${path}`,
    {
      class: 'conflict',
      remedy:
        'Retry when fewer merge at once. Where no process of ours merges, delete the file first; where git takes long, pack the repository: git gc.',
    },
  );
}

function refStuck(base: string, cause: unknown): TammaError {
  const complaint = cause instanceof Error ? `: ${cause.message}` : '';
  return new TammaError('BASE_STUCK', `"${base}" could not be moved${complaint}`, {
    class: 'unknown',
    remedy: 'Where git names a ".lock" file and no git runs on the repository, delete that file.',
    cause,
  });
}
