import { z } from 'zod';
import type { MergeResult } from '../git-platform.ts';
import { refusal } from '../merge-decision.ts';
import { askOrRefused, parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import type { GitHubClient } from './client.ts';
import { oneLine } from './one-line.ts';

/** Where a pull request stands with the merge queue of its base branch. */
export type QueuePlace =
  | { readonly kind: 'in'; readonly detail: string }
  /** It was in, and nothing was pushed since it was put out of it. */
  | { readonly kind: 'out'; readonly reason: string }
  | { readonly kind: 'never' };

const entry = z.object({ position: z.number(), state: z.string() }).nullish();
const placeRecord = z.object({
  repository: z.object({
    pullRequest: z.object({
      id: z.string(),
      mergeQueueEntry: entry,
      timelineItems: z.object({
        nodes: z.array(z.object({ __typename: z.string(), reason: z.string().nullish() }).nullable()),
      }),
    }),
  }),
});
const enqueuedRecord = z.object({ enqueuePullRequest: z.object({ mergeQueueEntry: entry }).nullish() });

const PLACE = `query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      id
      mergeQueueEntry { position state }
      timelineItems(last: 1, itemTypes: [
        PULL_REQUEST_COMMIT, HEAD_REF_FORCE_PUSHED_EVENT, ADDED_TO_MERGE_QUEUE_EVENT, REMOVED_FROM_MERGE_QUEUE_EVENT
      ]) {
        nodes { __typename ... on RemovedFromMergeQueueEvent { reason } }
      }
    }
  }
}`;
const ENQUEUE = `mutation ($id: ID!, $head: GitObjectID!) {
  enqueuePullRequest(input: {pullRequestId: $id, expectedHeadOid: $head}) { mergeQueueEntry { position state } }
}`;

export async function readQueuePlace(
  client: GitHubClient,
  number: number,
): Promise<{ readonly id: string; readonly place: QueuePlace }> {
  const what = `show pull request ${number} in the merge queue`;
  const { owner, repo: name } = client;
  const data = await askGitHub(what, () => client.octokit.graphql(PLACE, { owner, name, number }));
  const { id, mergeQueueEntry, timelineItems } = parseAnswer(what, placeRecord, data).repository.pullRequest;
  if (mergeQueueEntry) return { id, place: { kind: 'in', detail: describe(mergeQueueEntry) } };
  const last = timelineItems.nodes.at(-1);
  if (last?.__typename !== 'RemovedFromMergeQueueEvent') return { id, place: { kind: 'never' } };
  return { id, place: { kind: 'out', reason: oneLine(last.reason ?? 'it gives no reason', 300) } };
}

/** Puts it into the queue, for this head alone. */
export async function enqueue(
  client: GitHubClient,
  number: number,
  { id, head }: { readonly id: string; readonly head: string },
): Promise<MergeResult> {
  const what = `put pull request ${number} into the merge queue`;
  const answer = await askOrRefused(what, [403, 422], () => client.octokit.graphql(ENQUEUE, { id, head }));
  if (answer.ok) {
    const place = parseAnswer(what, enqueuedRecord, answer.value).enqueuePullRequest?.mergeQueueEntry;
    return { kind: 'queued', detail: place ? describe(place) : 'in the merge queue' };
  }
  // Somebody else may have put it there at the same moment.
  const { place } = await readQueuePlace(client, number);
  if (place.kind === 'in') return { kind: 'queued', detail: place.detail };
  return refusal('not-allowed', `the merge queue does not take it: ${answer.reason}`);
}

/**
 * What being put out of the queue asks of us. It was tried together with what lies before it: a conflict, or checks
 * that are red only there, are mended on the base as it is now. Anything else is a person's doing.
 */
export function judgeRemoval(reason: string): MergeResult {
  const detail = `it was put out of the merge queue: ${reason}`;
  if (/conflict/i.test(reason)) return refusal('conflict', detail);
  if (/check|timeout|timed out/i.test(reason)) return refusal('base-moved', detail);
  return refusal('not-allowed', `${detail}; put it into the queue again by hand, then have it tried again`);
}

function describe({ position, state }: NonNullable<z.output<typeof entry>>): string {
  return `place ${position} in the merge queue, ${oneLine(state, 40).toLowerCase().replaceAll('_', ' ')}`;
}
