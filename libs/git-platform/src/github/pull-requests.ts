import { TammaError } from '@tamma/domain';
import type { PullRequest, PullRequestRequest } from '../git-platform.ts';
import { branchMissing, pullRequestEmpty, pullRequestMissing } from '../platform-errors.ts';
import { askOrRefused, parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { type Pause, pause } from './pause.ts';
import { commitsAhead, hasBranch } from './pull-request-branches.ts';
import { isOfBranch, listOpenRecords, listRecordsOf, readRecord, readSettled } from './pull-request-reads.ts';
import {
  type PullRequestRecord,
  presentPullRequest,
  pullRequestRecord,
  stateOf,
  TITLE_MAX,
} from './pull-request-record.ts';
import { COMMENT_MAX, cut } from './text.ts';

/** Times we look for the twin because of which none could be opened: GitHub's lists lag behind a little. */
const LOOKS_MAX = 3;
const LOOK_MS = 1000;

export async function listOpenPullRequests(client: GitHubClient): Promise<readonly PullRequest[]> {
  return (await listOpenRecords(client)).map(presentPullRequest);
}

export async function readPullRequest(
  client: GitHubClient,
  number: number,
  wait: Pause = pause,
): Promise<PullRequest | null> {
  const record = await readSettled(client, number, wait);
  return record === null ? null : presentPullRequest(record);
}

export async function closePullRequest(client: GitHubClient, number: number): Promise<void> {
  const record = await readRecord(client, number);
  if (record === null) throw pullRequestMissing(number);
  if (record.state !== 'open') return;
  await edit(client, number, { state: 'closed' });
}

/** Looks before it opens one; whoever else opened one meanwhile has opened ours. */
export async function ensurePullRequest(
  client: GitHubClient,
  request: PullRequestRequest,
  wait: Pause = pause,
): Promise<PullRequest> {
  const texts = textsOf(request);
  const found = (await findByHead(client, request.head)) ?? (await openOne(client, request, wait));
  requireBase(found, request);
  if (stateOf(found) === 'open' && isOtherText(found, texts)) await edit(client, found.number, texts);
  const settled = await readSettled(client, found.number, wait);
  if (settled === null) throw pullRequestMissing(found.number);
  return presentPullRequest(settled);
}

/** Whoever may write can have one merged elsewhere than was planned, gated and approved. */
function requireBase({ number, base }: PullRequestRecord, wanted: PullRequestRequest): void {
  if (base.ref === wanted.base) return;
  const message = `pull request ${number} of "${wanted.head}" is for "${base.ref}", not for "${wanted.base}"`;
  throw new TammaError('PULL_REQUEST_OTHER_BASE', message, {
    class: 'conflict',
    remedy: `Have it merge into "${wanted.base}" again, or close it, then retry.`,
  });
}

/** An open one goes before a merged one; one that was closed without a merge counts for nothing. */
async function findByHead(client: GitHubClient, head: string): Promise<PullRequestRecord | null> {
  const records = await listRecordsOf(client, head);
  const inState = (state: PullRequest['state']) => records.find((record) => stateOf(record) === state);
  return inState('open') ?? inState('merged') ?? null;
}

async function openOne(
  client: GitHubClient,
  request: PullRequestRequest,
  wait: Pause,
): Promise<PullRequestRecord> {
  const what = `open a pull request of "${request.head}"`;
  const open = async (draft: boolean) => {
    const { head, base } = request;
    return await client.octokit.rest.pulls.create({
      ...placeOf(client),
      head,
      base,
      ...textsOf(request),
      draft,
    });
  };
  const opened = await askOrRefused(what, [422], () => open(request.as === 'draft'));
  if (opened.ok) return parseAnswer(what, pullRequestRecord, opened.value.data);
  await requireCommits(client, request);
  const twin = await lookForTwin(client, request.head, wait);
  if (twin !== null) return twin;
  // What is left: the repository has no drafts, or GitHub itself says what is wrong.
  return parseAnswer(what, pullRequestRecord, (await askGitHub(what, () => open(false))).data);
}

async function lookForTwin(
  client: GitHubClient,
  head: string,
  wait: Pause,
): Promise<PullRequestRecord | null> {
  for (let look = 1; look < LOOKS_MAX; look += 1) {
    const twin = await findByHead(client, head);
    if (twin !== null) return twin;
    await wait(LOOK_MS);
  }
  // GitHub knows branches by the name their owner has now; one that was renamed is found among all open ones.
  return (await listOpenRecords(client)).find((record) => isOfBranch(record, head)) ?? null;
}

async function requireCommits(client: GitHubClient, { head, base }: PullRequestRequest): Promise<void> {
  for (const branch of [head, base]) if (!(await hasBranch(client, branch))) throw branchMissing(branch);
  if ((await commitsAhead(client, { head, base })) === 0) throw pullRequestEmpty(head, base);
}

async function edit(
  client: GitHubClient,
  number: number,
  change: { readonly title: string; readonly body: string } | { readonly state: 'closed' },
): Promise<void> {
  await askGitHub(`edit pull request ${number}`, () =>
    client.octokit.rest.pulls.update({ ...placeOf(client), pull_number: number, ...change }),
  );
}

interface Texts {
  readonly title: string;
  readonly body: string;
}

function textsOf({ title, body }: PullRequestRequest): Texts {
  return { title: title.slice(0, TITLE_MAX).toWellFormed(), body: cut(body, COMMENT_MAX).toWellFormed() };
}

/** GitHub changes line ends and the space around a text by itself. */
function isOtherText(record: PullRequestRecord, { title, body }: Texts): boolean {
  const plain = (text: string) => text.replaceAll('\r\n', '\n').trim();
  return plain(record.title) !== plain(title) || plain(record.body ?? '') !== plain(body);
}
