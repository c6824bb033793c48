import { type ReviewComment, replyMarker } from '@tamma/domain';
import { isMarkedWith, markedText } from '../marked-comment.ts';
import { askOrRefused } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { listReviewComments, type ReviewCommentRecord } from './reviews.ts';
import { COMMENT_MAX, cut } from './text.ts';

/** A remark that was deleted meanwhile needs no answer any more. */
export async function ensureReply(
  client: GitHubClient,
  number: number,
  comment: Pick<ReviewComment, 'id'>,
  body: string,
): Promise<void> {
  const marker = replyMarker(comment.id);
  const text = markedText(marker, withinLimit(body, marker));
  const remarks = await listReviewComments(client, number);
  const remark = remarks.find(({ id }) => String(id) === comment.id);
  if (remark === undefined) return;
  const [ours] = answersOf(client, remarks, marker);
  if (ours === undefined) return await reply(client, number, { remark, marker, text });
  if (plain(ours.body) !== plain(text)) await editReply(client, ours.id, text);
}

interface Reply {
  readonly remark: ReviewCommentRecord;
  readonly marker: string;
  readonly text: string;
}

async function reply(client: GitHubClient, number: number, { remark, marker, text }: Reply): Promise<void> {
  // GitHub takes answers to the remark that began a thread, not to other answers.
  const root = remark.in_reply_to_id ?? remark.id;
  const answer = await askOrRefused(`answer a remark on pull request ${number}`, [404], () =>
    client.octokit.rest.pulls.createReplyForReviewComment({
      ...placeOf(client),
      pull_number: number,
      comment_id: root,
      body: text,
    }),
  );
  if (answer.ok) await deleteTwins(client, number, marker);
}

/** Two that answered at once both see both answers, and both leave the oldest. */
async function deleteTwins(client: GitHubClient, number: number, marker: string): Promise<void> {
  const [, ...twins] = answersOf(client, await listReviewComments(client, number), marker);
  for (const { id } of twins) {
    await askOrRefused(`delete a second answer on pull request ${number}`, [404], () =>
      client.octokit.rest.pulls.deleteReviewComment({ ...placeOf(client), comment_id: id }),
    );
  }
}

/** Oldest first. */
function answersOf(
  { account }: GitHubClient,
  remarks: readonly ReviewCommentRecord[],
  marker: string,
): readonly ReviewCommentRecord[] {
  return remarks
    .filter(({ user }) => user?.login.toLowerCase() === account.toLowerCase())
    .filter(({ body }) => isMarkedWith(marker, body ?? ''))
    .toSorted((one, other) => one.id - other.id);
}

async function editReply(client: GitHubClient, id: number, body: string): Promise<void> {
  await askGitHub(`edit answer ${id}`, () =>
    client.octokit.rest.pulls.updateReviewComment({ ...placeOf(client), comment_id: id, body }),
  );
}

function withinLimit(body: string, marker: string): string {
  return cut(body.trimEnd().toWellFormed(), COMMENT_MAX - markedText(marker, '').length);
}

function plain(text: string | null | undefined): string {
  return (text ?? '').replaceAll('\r\n', '\n').trim();
}
