import { z } from 'zod';
import type { IssueComment } from '../git-platform.ts';
import { accountKindOf, authorRoleOf } from './roles.ts';
import { bodyOf } from './text.ts';

const commentRecord = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ login: z.string().min(1), type: z.string().optional() }).nullish(),
  author_association: z.string().optional(),
  issue_url: z.string().regex(/\/\d{1,10}$/),
  created_at: z.iso.datetime({ offset: true }),
  updated_at: z.iso.datetime({ offset: true }),
});

/** Null for a record that is none: it commands nothing and cannot be answered, so nobody misses it. */
export function commentOf(data: unknown): IssueComment | null {
  const parsed = commentRecord.safeParse(data);
  if (!parsed.success) return null;
  const { id, body, user, author_association, issue_url, created_at, updated_at } = parsed.data;
  const author = user ?? { login: 'ghost', type: 'User' };
  return {
    id: String(id),
    issue: Number(issue_url.split('/').at(-1)),
    author: author.login,
    authorKind: accountKindOf(author),
    authorRole: authorRoleOf(author_association),
    body: bodyOf(body),
    createdAt: new Date(created_at).toISOString(),
    updatedAt: new Date(updated_at).toISOString(),
  };
}
