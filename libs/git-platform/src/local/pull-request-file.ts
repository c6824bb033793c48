import { z } from 'zod';
import { failed, type Parsed, parseRecord, renderRecord } from './front-matter.ts';
import { readTextFile } from './text-file.ts';

const REMEDY = 'Restore the file, or delete it if this pull request is to be forgotten.';

const frontMatter = z.object({
  number: z.int().positive(),
  title: z.string(),
  state: z.enum(['open', 'merged', 'closed']),
  head: z.string().min(1),
  base: z.string().min(1),
  author: z.string(),
  created: z.string(),
  /** While open: the commit it was opened at; the branch itself says where it stands now. */
  headCommit: z.string().min(1),
  mergeCommit: z.string().nullable(),
  // Records from before these keys existed lack them.
  draft: z.boolean().default(false),
  labels: z.array(z.string()).default([]),
  reviewers: z.array(z.string()).default([]),
  teamReviewers: z.array(z.string()).default([]),
});

export interface PullRequestRecord extends z.infer<typeof frontMatter> {
  readonly body: string;
}

export interface PullRequestFile {
  readonly path: string;
  readonly record: PullRequestRecord;
}

/** Null when the file is gone since it was listed. */
export async function readPullRequestFile(path: string): Promise<Parsed<PullRequestFile> | null> {
  const file = await readTextFile(path);
  if (file.kind === 'absent') return null;
  if (file.kind === 'unreadable') return { ok: false, problem: file.problem };
  const parsed = parseRecord(file.text);
  if (!parsed.ok) return failed(parsed.problem.reason, REMEDY);
  const values = frontMatter.safeParse(parsed.value.values);
  if (!values.success) return failed(reasonOf(values.error), REMEDY);
  return { ok: true, value: { path, record: { ...values.data, body: parsed.value.body } } };
}

export function renderPullRequest({ body, ...values }: PullRequestRecord): string {
  return renderRecord(values, body);
}

function reasonOf(error: z.ZodError): string {
  return error.issues.map(({ path, message }) => `"${path.join('.')}": ${message}`).join('; ');
}
