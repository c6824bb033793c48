import type { PullRequestMarks } from '../git-platform.ts';
import { pullRequestMissing } from '../platform-errors.ts';
import { editPullRequest } from './pull-request-edit.ts';
import type { PullRequestRecord } from './pull-request-file.ts';
import { findByNumber } from './pull-request-folder.ts';

type Edit = (record: PullRequestRecord) => PullRequestRecord;

export async function markPullRequest(
  issuesFolder: string,
  number: number,
  marks: PullRequestMarks,
): Promise<void> {
  await editByNumber(issuesFolder, number, (record) => {
    const missing = (key: keyof PullRequestMarks) => marks[key].filter((one) => !record[key].includes(one));
    const keys = ['labels', 'reviewers', 'teamReviewers'] as const;
    if (keys.every((key) => missing(key).length === 0)) return record;
    const added = keys.map((key) => [key, [...new Set([...record[key], ...missing(key)])]]);
    return { ...record, ...Object.fromEntries(added) };
  });
}

export async function setDraft(issuesFolder: string, number: number, to: 'draft' | 'ready'): Promise<void> {
  const draft = to === 'draft';
  await editByNumber(issuesFolder, number, (record) =>
    record.state !== 'open' || record.draft === draft ? record : { ...record, draft },
  );
}

/** One that is merged stays merged. */
export async function closePullRequest(issuesFolder: string, number: number): Promise<void> {
  await editByNumber(issuesFolder, number, (record) =>
    record.state === 'open' ? { ...record, state: 'closed' } : record,
  );
}

async function editByNumber(issuesFolder: string, number: number, edit: Edit): Promise<void> {
  const file = await findByNumber(issuesFolder, number);
  if (file === null) throw pullRequestMissing(number);
  await editPullRequest(file, edit);
}
