import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { type Pause, pause } from './pause.ts';
import { isSettled, type PullRequestRecord, pullRequestRecord } from './pull-request-record.ts';
import { PAGE_SIZE, readPages } from './read-pages.ts';
import { nullWhenMissing } from './repository.ts';

/** How long GitHub is given, each time, to find out whether a pull request can be merged. */
const SETTLE_MS: readonly number[] = [300, 700, 1500];
/** Newest ones that are looked at, in pages. */
const OPEN_PAGES_MAX = 30;

/** Null when there is none of that number in a repository that is there. */
export async function readRecord(client: GitHubClient, number: number): Promise<PullRequestRecord | null> {
  const what = `show pull request ${number}`;
  const ask = () => client.octokit.rest.pulls.get({ ...placeOf(client), pull_number: number });
  const answer = await askGitHub(what, () => nullWhenMissing(client, ask));
  return answer === null ? null : parseAnswer(what, pullRequestRecord, answer.data);
}

/** The same, after GitHub had a moment to find out whether it can be merged. */
export async function readSettled(
  client: GitHubClient,
  number: number,
  wait: Pause = pause,
): Promise<PullRequestRecord | null> {
  let record = await readRecord(client, number);
  for (const ms of SETTLE_MS) {
    if (record === null || isSettled(record)) return record;
    await wait(ms);
    record = await readRecord(client, number);
  }
  return record;
}

/** Newest first. */
export async function listOpenRecords(client: GitHubClient): Promise<readonly PullRequestRecord[]> {
  const what = 'list the open pull requests';
  const { items } = await readPages(OPEN_PAGES_MAX, async (page) => {
    const list = { state: 'open', sort: 'created', direction: 'desc' } as const;
    const asked = () => client.octokit.rest.pulls.list({ ...placeOf(client), ...list, ...page });
    return parseAnswer(what, pullRequestRecord.array(), (await askGitHub(what, asked)).data);
  });
  return items;
}

/** Those of a branch of this repository, whatever became of them. Newest first. */
export async function listRecordsOf(
  client: GitHubClient,
  head: string,
): Promise<readonly PullRequestRecord[]> {
  const what = `list the pull requests of "${head}"`;
  const list = { state: 'all', sort: 'created', direction: 'desc', per_page: PAGE_SIZE } as const;
  const asked = () =>
    client.octokit.rest.pulls.list({ ...placeOf(client), ...list, head: `${client.owner}:${head}` });
  const found = parseAnswer(what, pullRequestRecord.array(), (await askGitHub(what, asked)).data);
  // GitHub leaves the filter out where it makes no sense of it.
  return found.filter((record) => isOfBranch(record, head));
}

/** Whether it is of a branch of this repository itself, not of a fork's of the same name. */
export function isOfBranch({ head, base }: PullRequestRecord, branch: string): boolean {
  return head.ref === branch && head.repo?.full_name.toLowerCase() === base.repo.full_name.toLowerCase();
}
