import { join } from 'node:path';
import { slugOf, TammaError } from '@tamma/domain';
import { z } from 'zod';
import { isMarkedWith, markedText } from '../marked-comment.ts';
import { issueMissing } from '../platform-errors.ts';
import { parseRecord, renderRecord } from './front-matter.ts';
import { hasIssue } from './issue-folder.ts';
import { ensureFolder, firstFreeName, keyedName, listRecordNames, recordFolderOf } from './record-folder.ts';
import { createTextFile, readTextFile, replaceTextFile } from './text-file.ts';

/** Times we look again because another process wrote the comment first. */
const ATTEMPTS_MAX = 5;

const frontMatter = z.object({ author: z.string(), created: z.string() });

interface Comment {
  readonly path: string;
  readonly author: string;
  readonly created: string;
  readonly text: string;
}

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
  const folder = join(recordFolderOf(place.issuesFolder, place.issue), 'comments');
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
  comment: Comment,
  { marker, account }: { readonly marker: string; readonly account: string },
): boolean {
  return comment.author === account && isMarkedWith(marker, comment.text);
}

async function findOurs(
  folder: string,
  names: readonly string[],
  isMatch: (comment: Comment) => boolean,
): Promise<Comment | null> {
  for (const name of names) {
    const comment = await readComment(join(folder, name));
    if (comment !== null && isMatch(comment)) return comment;
  }
  return null;
}

/** Null for a file that is no comment: it counts for nothing and is left alone. */
async function readComment(path: string): Promise<Comment | null> {
  const file = await readTextFile(path);
  if (file.kind !== 'text') return null;
  const record = parseRecord(file.text);
  if (!record.ok) return null;
  const parsed = frontMatter.safeParse(record.value.values);
  return parsed.success ? { path, text: record.value.body, ...parsed.data } : null;
}

async function ensureText({ path, author, created, text }: Comment, wanted: string): Promise<void> {
  if (text !== wanted.trim()) await replaceTextFile(path, renderRecord({ author, created }, wanted));
}
