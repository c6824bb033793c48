import { join } from 'node:path';
import { slugOf, TammaError } from '@tamma/domain';
import { isMarkedWith, markedText } from '../marked-comment.ts';
import { issueMissing } from '../platform-errors.ts';
import { type CommentFile, commentsFolderOf, readCommentFile } from './comment-file.ts';
import { renderRecord } from './front-matter.ts';
import { hasIssue } from './issue-folder.ts';
import { ensureFolder, firstFreeName, keyedName, listRecordNames } from './record-folder.ts';
import { createTextFile, replaceTextFile } from './text-file.ts';

/** Times we look again because another process wrote the comment first. */
const ATTEMPTS_MAX = 5;

export interface CommentPlace {
  readonly issuesFolder: string;
  readonly account: string;
  readonly issue: number;
}

export interface CommentRequest {
  readonly marker: string;
  readonly body: string;
}

/** A comment is `NNN/comments/<name>.md`; anybody may add one under any name. */
export async function ensureComment(place: CommentPlace, { marker, body }: CommentRequest): Promise<void> {
  const text = markedText(marker, body);
  if (!(await hasIssue(place.issuesFolder, place.issue))) throw issueMissing(place.issue);
  const folder = commentsFolderOf(place.issuesFolder, place.issue);
  await ensureFolder(folder);
  for (let attempt = 1; attempt <= ATTEMPTS_MAX; attempt += 1) {
    const names = await listRecordNames(folder);
    const ours = await findOurs(folder, names, (one) => isOurs(one, { marker, account: place.account }));
    if (ours !== null) return await ensureText(ours, text);
    const name = firstFreeName(keyedName(slugOf(place.account), marker), new Set(names));
    const content = renderRecord({ author: place.account, created: new Date().toISOString() }, text);
    if (await createTextFile(join(folder, name), content)) return;
  }
  throw new TammaError(
    'COMMENT_BUSY',
    `the comment "${marker}" on issue ${place.issue} could not be placed`,
    {
      class: 'network',
      remedy: `See who else writes files in ${folder}.`,
    },
  );
}

function isOurs(
  comment: CommentFile,
  { marker, account }: { readonly marker: string; readonly account: string },
): boolean {
  return comment.author === account && isMarkedWith(marker, comment.text);
}

async function findOurs(
  folder: string,
  names: readonly string[],
  isMatch: (comment: CommentFile) => boolean,
): Promise<CommentFile | null> {
  for (const name of names) {
    const comment = await readCommentFile(join(folder, name));
    if (comment !== null && isMatch(comment)) return comment;
  }
  return null;
}

async function ensureText({ path, author, created, text }: CommentFile, wanted: string): Promise<void> {
  if (text !== wanted.trim()) await replaceTextFile(path, renderRecord({ author, created }, wanted));
}
