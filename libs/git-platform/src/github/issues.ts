import { type Issue, TammaError, type UnreadableIssue } from '@tamma/domain';
import { z } from 'zod';
import type { IssueList } from '../git-platform.ts';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { type IssueRecord, issueOf, parseIssueRecord } from './issue-record.ts';
import { linkedPages } from './linked-pages.ts';
import { isMissing, nameOf, nullWhenMissing, readRepository } from './repository.ts';

const PAGE = 100;
/** Open issues of one project that are looked at. */
const ISSUES_MAX = 10_000;
/** Issues whose blockers are asked for at once. */
const LOOKUPS_AT_ONCE = 5;

const blockerList = z.array(z.object({ number: z.int(), state: z.string() }));

export async function listOpenIssues(client: GitHubClient): Promise<IssueList> {
  return await askGitHub(`list the open issues of ${nameOf(client)}`, async () => {
    const { records, unreadable } = await readRecords(client);
    const issues: Issue[] = [];
    for (let start = 0; start < records.length; start += LOOKUPS_AT_ONCE) {
      const some = records.slice(start, start + LOOKUPS_AT_ONCE);
      for (const one of await Promise.all(some.map((record) => completedOrNot(client, record)))) {
        if ('reason' in one) unreadable.push(one);
        else issues.push(one);
      }
    }
    return { issues: issues.toSorted((one, other) => one.number - other.number), unreadable };
  });
}

/** Oldest first, so that what is opened meanwhile moves nothing to another page. */
async function readRecords(client: GitHubClient) {
  const records = new Map<number, IssueRecord>();
  const unreadable: UnreadableIssue[] = [];
  const what = `list the open issues of ${nameOf(client)}`;
  const wanted = { state: 'open', sort: 'created', direction: 'asc', per_page: PAGE } as const;
  const readFirst = () => client.octokit.issues.listForRepo({ ...placeOf(client), ...wanted });
  let seen = 0;
  for await (const page of linkedPages(client, { what, pagesMax: ISSUES_MAX / PAGE + 1, readFirst })) {
    if (seen >= ISSUES_MAX) {
      unreadable.push(tooMany(client));
      break;
    }
    for (const one of page) {
      const parsed = parseIssueRecord(one, nameOf(client));
      if (!parsed.ok) unreadable.push(parsed.unreadable);
      else if (parsed.record.pull_request === undefined) records.set(parsed.record.number, parsed.record);
    }
    seen += page.length;
  }
  return { records: [...records.values()], unreadable };
}

function tooMany(client: GitHubClient): UnreadableIssue {
  return {
    source: nameOf(client),
    reason: `it has more than ${ISSUES_MAX} open issues and pull requests; the younger ones were not looked at`,
    remedy: 'Close what is not wanted any more.',
  };
}

export async function readIssue(client: GitHubClient, number: number): Promise<Issue | null> {
  return await askGitHub(`show issue ${number} of ${nameOf(client)}`, async () => {
    const record = await readIssueRecord(client, number);
    return record === null ? null : await completed(client, record);
  });
}

/** Null for what is no issue of this repository: none, a pull request, or one that moved to another repository. */
export async function readIssueRecord(client: GitHubClient, number: number): Promise<IssueRecord | null> {
  const answer = await nullWhenMissing(client, () =>
    client.octokit.issues.get({ ...placeOf(client), issue_number: number }),
  );
  if (answer === null) return null;
  const parsed = parseIssueRecord(answer.data, nameOf(client));
  if (!parsed.ok) throw unreadableRecord(parsed.unreadable);
  const { record } = parsed;
  if (record.pull_request !== undefined || record.number !== number) return null;
  return (await isHere(client, record)) ? record : null;
}

/** An issue that was transferred answers from its new repository; one of a renamed repository has just its new name. */
async function isHere(client: GitHubClient, { repository_url }: IssueRecord): Promise<boolean> {
  const name = repository_url.split('/').slice(-2).join('/').toLowerCase();
  if (name === nameOf(client).toLowerCase()) return true;
  return name === (await readRepository(client)).fullName.toLowerCase();
}

/** One that is gone by now, or tells nobody what blocks it, keeps the others from nothing. */
async function completedOrNot(client: GitHubClient, record: IssueRecord): Promise<Issue | UnreadableIssue> {
  try {
    return await completed(client, record);
  } catch (thrown) {
    if (!isMissing(thrown)) throw thrown;
    return {
      source: `${nameOf(client)}#${record.number}`,
      reason: 'GitHub says that issues block it, and does not show which',
      remedy: 'Take them off it, or close it.',
    };
  }
}

async function completed(client: GitHubClient, record: IssueRecord): Promise<Issue> {
  const count = record.issue_dependencies_summary?.blocked_by ?? 0;
  const blockedBy = count > 0 ? await readBlockers(client, record.number) : [];
  return issueOf(record, { account: client.account, blockedBy });
}

/** Issues of other repositories count too, by their number there. */
async function readBlockers(client: GitHubClient, number: number): Promise<readonly number[]> {
  const { data } = await client.octokit.issues.listDependenciesBlockedBy({
    ...placeOf(client),
    issue_number: number,
    per_page: PAGE,
  });
  const blockers = parseAnswer(`list what blocks issue ${number}`, blockerList, data);
  return blockers.filter(({ state }) => state === 'open').map((blocker) => blocker.number);
}

function unreadableRecord({ source, reason, remedy }: UnreadableIssue): TammaError {
  return new TammaError('ISSUE_UNREADABLE', `${source} cannot be read: ${reason}`, {
    class: 'validation',
    remedy,
  });
}
