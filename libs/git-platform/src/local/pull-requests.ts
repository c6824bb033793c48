import { basename, join } from 'node:path';
import { TammaError } from '@tamma/domain';
import type { PullRequest, PullRequestRequest } from '../git-platform.ts';
import { branchMissing, pullRequestEmpty } from '../platform-errors.ts';
import { createRef, isAncestor, readBranch } from './branches.ts';
import type { Git } from './git.ts';
import { presentPullRequest, presentWhole } from './present-pull-request.ts';
import { editPullRequest } from './pull-request-edit.ts';
import { type PullRequestFile, type PullRequestRecord, renderPullRequest } from './pull-request-file.ts';
import {
  findByHead,
  findByNumber,
  listPullRequests,
  listReadable,
  pullRequestStem,
} from './pull-request-folder.ts';
import { ensureFolder, firstFreeName, recordFolderOf } from './record-folder.ts';
import { createTextFile } from './text-file.ts';

/** Times we look again because another process opened a pull request first. */
const ATTEMPTS_MAX = 10;

/** What the pull requests of a local platform rest on. */
export interface PullRequestPlace {
  readonly git: Git;
  readonly issuesFolder: string;
  readonly account: string;
}

export async function readPullRequest(place: PullRequestPlace, number: number): Promise<PullRequest | null> {
  const file = await findByNumber(place.issuesFolder, number);
  return file === null ? null : await presentWhole(place.git, file);
}

/** Those of closed issues, too. */
export async function listOpenPullRequests(place: PullRequestPlace): Promise<readonly PullRequest[]> {
  const open: PullRequest[] = [];
  for (const file of await listReadable(place.issuesFolder)) {
    if (file.record.state !== 'open') continue;
    const presented = await presentPullRequest(place.git, file);
    if (presented.state === 'open') open.push(presented);
  }
  return open;
}

export async function ensurePullRequest(
  place: PullRequestPlace,
  request: PullRequestRequest,
): Promise<PullRequest> {
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const all = await listPullRequests(place.issuesFolder);
    const found = findByHead(all, request.head);
    if (found !== null) return await bringUpToDate(place.git, found, request);
    const headCommit = await requireHead(place.git, request);
    const numberMax = Math.max(0, ...all.files.map((file) => file.record.number));
    const number = await reserveNumber(place.git, { numberMax, commit: headCommit });
    if (number === null) continue;
    const taken = new Set([...all.files, ...all.broken].map(({ path }) => basename(path)));
    const opened = await openPullRequest(place, request, { number, headCommit, taken });
    if (opened !== null) return await presentWhole(place.git, opened);
    await place.git(['update-ref', '-d', numberRef(number)]);
  }
  throw new TammaError(
    'PULL_REQUEST_BUSY',
    `others open pull requests faster than "${request.head}" gets one`,
    {
      class: 'network',
      remedy: 'Try again.',
    },
  );
}

/** An open one tells of the change as it is now: whoever approves it reads this. */
async function bringUpToDate(
  git: Git,
  file: PullRequestFile,
  { title, body: written }: PullRequestRequest,
): Promise<PullRequest> {
  const presented = await presentUsable(git, file);
  const body = written.trim();
  if (presented.state !== 'open' || (presented.title === title && presented.body === body)) return presented;
  const edited = await editPullRequest(file, (record) =>
    record.state === 'open' ? { ...record, title, body } : record,
  );
  return await presentWhole(git, edited);
}

async function presentUsable(git: Git, file: PullRequestFile): Promise<PullRequest> {
  const presented = await presentWhole(git, file);
  if (presented.state === 'closed') throw branchMissing(presented.head);
  return presented;
}

async function requireHead(git: Git, { head, base }: PullRequestRequest): Promise<string> {
  const [headCommit, baseCommit] = await Promise.all([readBranch(git, head), readBranch(git, base)]);
  if (headCommit === null) throw branchMissing(head);
  if (baseCommit === null) throw branchMissing(base);
  if (await isAncestor(git, headCommit, baseCommit)) throw pullRequestEmpty(head, base);
  return headCommit;
}

/** Null when another process took the number; a ref is created by one process only. */
async function reserveNumber(
  git: Git,
  { numberMax, commit }: { readonly numberMax: number; readonly commit: string },
): Promise<number | null> {
  const { stdout } = await git(['for-each-ref', '--format=%(refname:lstrip=3)', 'refs/tamma/pull/']);
  const reserved = stdout.split('\n').map(Number).filter(Number.isSafeInteger);
  const number = Math.max(numberMax, ...reserved) + 1;
  return (await createRef(git, numberRef(number), commit)) ? number : null;
}

function numberRef(number: number): string {
  return `refs/tamma/pull/${number}`;
}

interface Opening {
  readonly number: number;
  readonly headCommit: string;
  /** Names in use when we saw that this head has no pull request; one that appeared since must stop us. */
  readonly taken: ReadonlySet<string>;
}

/** Null when another process opened one for this head meanwhile. */
async function openPullRequest(
  { issuesFolder, account }: PullRequestPlace,
  { head, base, title, body, issue, as }: PullRequestRequest,
  { number, headCommit, taken }: Opening,
): Promise<PullRequestFile | null> {
  const folder = recordFolderOf(issuesFolder, issue);
  await ensureFolder(folder);
  const created = new Date().toISOString();
  const opened = { number, title, state: 'open' as const, head, base, author: account, created };
  const marks = { draft: as === 'draft', labels: [], reviewers: [], teamReviewers: [] };
  const record: PullRequestRecord = {
    ...opened,
    ...marks,
    headCommit,
    mergeCommit: null,
    body: body.trim(),
  };
  const path = join(folder, firstFreeName(pullRequestStem(head), taken));
  return (await createTextFile(path, renderPullRequest(record))) ? { path, record } : null;
}
