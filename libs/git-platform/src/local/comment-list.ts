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
    const folder = commentsFolderOf(issuesFolder, issue);
    for (const name of await listRecordNames(folder)) {
      const file = await readCommentFile(join(folder, name));
      if (file !== null && file.modifiedAt.getTime() >= sinceMs) comments.push(toComment(issue, file));
    }
  }
  return comments.toSorted((one, other) => (one.updatedAt < other.updatedAt ? -1 : 1));
}

function toComment(issue: number, { path, author, created, text, modifiedAt }: CommentFile): IssueComment {
  const updatedAt = modifiedAt.toISOString();
  const createdMs = Date.parse(created);
  const createdAt = Number.isNaN(createdMs) ? updatedAt : new Date(createdMs).toISOString();
  const id = `${issue}/${basename(path)}`;
  return { id, issue, author, authorKind: 'person', body: text, createdAt, updatedAt };
}
