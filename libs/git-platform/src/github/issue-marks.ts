import { normalizeLabels } from '@tamma/domain';
import type { IssueMarks } from '../git-platform.ts';
import { issueMissing } from '../platform-errors.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { type IssueRecord, labelNamesOf } from './issue-record.ts';
import { readIssueRecord } from './issues.ts';
import { isMissing, nameOf } from './repository.ts';
import { isSameAccount } from './roles.ts';

/** Changes what differs, and nothing when nothing does: each change is told to everybody who watches. */
export async function markIssue(client: GitHubClient, number: number, marks: IssueMarks): Promise<void> {
  await askGitHub(`mark issue ${number} of ${nameOf(client)}`, async () => {
    const record = await requireIssue(client, number);
    await addLabels(client, record, marks.labelsAdded ?? []);
    await removeLabels(client, record, marks.labelsRemoved ?? []);
    if (marks.assignee !== undefined) await setAssignee(client, record, marks.assignee);
  });
}

export async function closeIssue(client: GitHubClient, number: number): Promise<void> {
  await setState(client, number, 'closed');
}

export async function reopenIssue(client: GitHubClient, number: number): Promise<void> {
  await setState(client, number, 'open');
}

async function setState(client: GitHubClient, number: number, state: 'open' | 'closed'): Promise<void> {
  const verb = state === 'open' ? 'reopen' : 'close';
  await askGitHub(`${verb} issue ${number} of ${nameOf(client)}`, async () => {
    const record = await requireIssue(client, number);
    if (record.state === state) return;
    const state_reason = state === 'open' ? 'reopened' : 'completed';
    await client.octokit.issues.update({ ...placeOf(client), issue_number: number, state, state_reason });
  });
}

async function requireIssue(client: GitHubClient, number: number): Promise<IssueRecord> {
  const record = await readIssueRecord(client, number);
  if (record === null) throw issueMissing(number);
  return record;
}

/** GitHub makes a label that the repository lacks. */
async function addLabels(
  client: GitHubClient,
  record: IssueRecord,
  wanted: readonly string[],
): Promise<void> {
  const present = normalizeLabels(labelNamesOf(record));
  const labels = normalizeLabels(wanted).filter((label) => !present.includes(label));
  if (labels.length === 0) return;
  await client.octokit.issues.addLabels({ ...placeOf(client), issue_number: record.number, labels });
}

async function removeLabels(
  client: GitHubClient,
  record: IssueRecord,
  unwanted: readonly string[],
): Promise<void> {
  const names = normalizeLabels(unwanted);
  const present = labelNamesOf(record).filter((name) => names.includes(name.trim().toLowerCase()));
  for (const name of present) {
    try {
      await client.octokit.issues.removeLabel({ ...placeOf(client), issue_number: record.number, name });
    } catch (thrown) {
      // Somebody else was faster.
      if (!isMissing(thrown)) throw thrown;
    }
  }
}

/** Adds to the people who are assigned already; null takes everybody off. An App cannot be assigned to anything. */
async function setAssignee(
  client: GitHubClient,
  record: IssueRecord,
  assignee: string | null,
): Promise<void> {
  const present = (record.assignees ?? []).map(({ login }) => login);
  const where = { ...placeOf(client), issue_number: record.number };
  if (assignee === null) {
    if (present.length > 0) await client.octokit.issues.removeAssignees({ ...where, assignees: present });
    return;
  }
  const isThere = present.some((login) => isSameAccount(login, assignee));
  if (isThere || assignee.endsWith('[bot]')) return;
  await client.octokit.issues.addAssignees({ ...where, assignees: [assignee] });
}
