import { basename, join } from 'node:path';
import type { IssueComment } from '../git-platform.ts';
import { type CommentFile, commentsFolderOf, readCommentFile } from './comment-file.ts';
import { listIssueNumbers } from './issue-folder.ts';
import { listRecordNames } from './record-folder.ts';

/** Comments below every issue whose files changed since then, oldest change first. */
export async function listComments(issuesFolder: string, since: string): Promise<readonly IssueComment[]> {
  const sinceMs = Date.parse(since);
  const comments: IssueComment[] = [];
  for (const issue of await listIssueNumbers(issuesFolder)) {
    const ofIssue = await readComments(issuesFolder, issue);
    comments.push(...ofIssue.filter(({ updatedAt }) => Date.parse(updatedAt) >= sinceMs));
  }
  return comments.toSorted((one, other) => (one.updatedAt < other.updatedAt ? -1 : 1));
}

/** Comments below one issue, oldest first. */
export async function listIssueComments(
  issuesFolder: string,
  issue: number,
): Promise<readonly IssueComment[]> {
  const comments = await readComments(issuesFolder, issue);
  return comments.toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1));
}

async function readComments(issuesFolder: string, issue: number): Promise<readonly IssueComment[]> {
  const folder = commentsFolderOf(issuesFolder, issue);
  const comments: IssueComment[] = [];
  for (const name of await listRecordNames(folder)) {
    const file = await readCommentFile(join(folder, name));
    if (file !== null) comments.push(toComment(issue, file));
  }
  return comments;
}

function toComment(issue: number, { path, author, created, text, modifiedAt }: CommentFile): IssueComment {
  const updatedAt = modifiedAt.toISOString();
  const createdMs = Date.parse(created);
  const createdAt = Number.isNaN(createdMs) ? updatedAt : new Date(createdMs).toISOString();
  const id = `${issue}/${basename(path)}`;
  // Whoever may write files here owns the place; the same holds for issues.
  const who = { author, authorKind: 'person', authorRole: 'owner' } as const;
  return { id, issue, ...who, body: text, createdAt, updatedAt };
}
