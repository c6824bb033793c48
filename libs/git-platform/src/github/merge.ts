import { TammaError } from '@tamma/domain';
import type { MergeRequest, MergeResult } from '../git-platform.ts';
import { answerBeforeMerge, refusal } from '../merge-decision.ts';
import { pullRequestMissing } from '../platform-errors.ts';
import { type Answer, askOrRefused } from './answers.ts';
import { readChecks } from './checks.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { judgeMethod } from './merge-method.ts';
import { isOpenToMerge, obstacleOfRecord, obstacleOfRules, obstacleUnnamed } from './merge-obstacle.ts';
import { enqueue, judgeRemoval, readQueuePlace } from './merge-queue.ts';
import { type Pause, pause } from './pause.ts';
import { readBranchRules } from './protection.ts';
import type { BranchRules } from './protection-records.ts';
import { readSettled } from './pull-request-reads.ts';
import { type PullRequestRecord, presentPullRequest } from './pull-request-record.ts';
import { readReviews } from './reviews.ts';

/** Times GitHub is asked to merge what it should take: the base may move under it. */
const ATTEMPTS_MAX = 3;
const ATTEMPT_MS = 1000;
/** Its words for "not like this", whose reason is read from the pull request and the rules. */
const REFUSALS: readonly number[] = [405, 409, 422];

type Refused = Extract<Answer<unknown>, { ok: false }>;

/**
 * Never merges what GitHub calls blocked, even where our account could: rules bind us though administrators may pass
 * them. Believes only what the pull request shows afterwards.
 */
export async function mergePullRequest(
  client: GitHubClient,
  request: MergeRequest,
  wait: Pause = pause,
): Promise<MergeResult> {
  let refused: Refused | null = null;
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const record = await requireRecord(client, request.number, wait);
    const answer =
      answerBeforeMerge(presentPullRequest(record), request.headCommit) ??
      obstacleOfRecord(record, request.method) ??
      (await applyRules(client, record, { request, refused }));
    if (answer !== null) return answer;
    refused = await merge(client, request);
    if (refused === null) return await confirm(client, request, wait);
    await wait(ATTEMPT_MS);
  }
  return await lastWord(client, request, { refused, wait });
}

async function requireRecord(client: GitHubClient, number: number, wait: Pause): Promise<PullRequestRecord> {
  const record = await readSettled(client, number, wait);
  if (record === null) throw pullRequestMissing(number);
  return record;
}

interface Attempt {
  readonly request: MergeRequest;
  /** How GitHub refused the attempt before. */
  readonly refused: Refused | null;
}

/** Null when GitHub is to be asked to merge it now. */
async function applyRules(
  client: GitHubClient,
  record: PullRequestRecord,
  { request, refused }: Attempt,
): Promise<MergeResult | null> {
  const rules = await readBranchRules(client, record.base.ref);
  const isOpen = isOpenToMerge(record) && refused === null;
  if (rules.hasMergeQueue) return await queueUp(client, record, { request, rules });
  if (isOpen && (rules.methods?.includes(request.method) ?? true)) return null;
  const obstacle = await findObstacle(client, record, { request, rules });
  if (obstacle !== null) return obstacle;
  if (refused !== null) {
    const methodAnswer = await judgeMethod(client, request.method);
    if (methodAnswer !== null) return methodAnswer;
  }
  return record.mergeable_state === 'blocked' ? obstacleUnnamed(refused?.reason ?? null) : null;
}

interface Ruled {
  readonly request: MergeRequest;
  readonly rules: BranchRules;
}

async function findObstacle(
  client: GitHubClient,
  record: PullRequestRecord,
  { request: { number, method }, rules }: Ruled,
): Promise<MergeResult | null> {
  const checks = rules.requiredChecks.length === 0 ? [] : await readChecks(client, record.head.sha);
  const reviews = rules.requiredReviews === 0 ? [] : (await readReviews(client, number)).reviews;
  const { author } = presentPullRequest(record);
  return obstacleOfRules({ rules, method, checks, reviews, author });
}

async function queueUp(
  client: GitHubClient,
  record: PullRequestRecord,
  { request, rules }: Ruled,
): Promise<MergeResult> {
  const { id, place } = await readQueuePlace(client, request.number);
  if (place.kind === 'in') return { kind: 'queued', detail: place.detail };
  if (place.kind === 'out') return judgeRemoval(place.reason);
  const obstacle = await findObstacle(client, record, { request, rules });
  return obstacle ?? (await enqueue(client, request.number, { id, head: request.headCommit }));
}

/** Null when GitHub says that it is merged. */
async function merge(client: GitHubClient, request: MergeRequest): Promise<Refused | null> {
  const { number, headCommit, message, method } = request;
  const [title = '', ...rest] = message.split('\n');
  const answer = await askOrRefused(`merge pull request ${number}`, REFUSALS, () =>
    client.octokit.rest.pulls.merge({
      ...placeOf(client),
      pull_number: number,
      sha: headCommit,
      merge_method: method,
      commit_title: title,
      commit_message: rest.join('\n').trim(),
    }),
  );
  return answer.ok ? null : answer;
}

async function confirm(
  client: GitHubClient,
  { number, headCommit }: MergeRequest,
  wait: Pause,
): Promise<MergeResult> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const shown = presentPullRequest(await requireRecord(client, number, wait));
    const answer = shown.state === 'open' ? null : answerBeforeMerge(shown, headCommit);
    if (answer !== null) return answer;
    await wait(ATTEMPT_MS);
  }
  throw new TammaError(
    'MERGE_UNCONFIRMED',
    `GitHub said that it merged pull request ${number}, and shows it open`,
    {
      class: 'network',
      remedy: 'Nothing to do: it is looked at again.',
    },
  );
}

/** A reason that is none of the rules', nor of the pull request's: GitHub's own words are all there is. */
async function lastWord(
  client: GitHubClient,
  { number, headCommit, method }: MergeRequest,
  { refused, wait }: { readonly refused: Refused | null; readonly wait: Pause },
): Promise<MergeResult> {
  const record = await requireRecord(client, number, wait);
  const answer =
    answerBeforeMerge(presentPullRequest(record), headCommit) ?? obstacleOfRecord(record, method);
  if (answer !== null) return answer;
  const reason = refused?.reason ?? 'it gives no reason';
  return refusal(/base branch was modified/i.test(reason) ? 'base-moved' : 'not-allowed', reason);
}
