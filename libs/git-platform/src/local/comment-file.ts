import { join } from 'node:path';
import { z } from 'zod';
import { parseRecord } from './front-matter.ts';
import { recordFolderOf } from './record-folder.ts';
import { readTextFile } from './text-file.ts';

const frontMatter = z.object({ author: z.string(), created: z.string() });

export interface CommentFile {
  readonly path: string;
  readonly author: string;
  readonly created: string;
  readonly text: string;
  readonly modifiedAt: Date;
}

export function commentsFolderOf(issuesFolder: string, issue: number): string {
  return join(recordFolderOf(issuesFolder, issue), 'comments');
}

/** Null for a file that is no comment: it counts for nothing and is left alone. */
export async function readCommentFile(path: string): Promise<CommentFile | null> {
  const file = await readTextFile(path);
  if (file.kind !== 'text') return null;
  const record = parseRecord(file.text);
  if (!record.ok) return null;
  const parsed = frontMatter.safeParse(record.value.values);
  if (!parsed.success) return null;
  return { path, text: record.value.body, modifiedAt: file.modifiedAt, ...parsed.data };
}
