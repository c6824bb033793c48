import { type Issue, normalizeLabels } from '@tamma/domain';
import { z } from 'zod';
import { type FileRecord, failed, type Parsed, parseRecord } from './front-matter.ts';

const FILE_NAME = /^(\d{1,9})-.+\.md$/i;
const AUTHOR_UNKNOWN = 'unknown';

const text = (name: string) => z.string(`"${name}" must be text; put it in quotes if it looks like a number`);
const moment = z
  .union([z.iso.date(), z.iso.datetime({ offset: true, local: true })], '"created" must be a date')
  .transform((value) => new Date(/T.*(Z|[+-]\d\d:?\d\d)$|^[^T]*$/i.test(value) ? value : `${value}Z`));

/** What a person must write, and may leave out. Keys we do not know are theirs. */
const frontMatter = z.object({
  title: text('title').trim().min(1, '"title" is empty'),
  state: z.enum(['open', 'closed'], '"state" must be open or closed'),
  labels: z
    .array(z.string('every label must be text; put it in quotes if it looks like a number'), {
      error: '"labels" must be a list, such as [tamma, bug]',
    })
    .nullish(),
  author: text('author').nullish(),
  assignee: text('assignee').nullish(),
  milestone: text('milestone').nullish(),
  created: moment.nullish(),
});

/** Null when the name is not that of an issue: `NNN-title.md`, counted from 1. */
export function issueNumberOf(fileName: string): number | null {
  const number = Number(FILE_NAME.exec(fileName)?.[1] ?? 0);
  return number === 0 ? null : number;
}

export interface IssueFile {
  readonly number: number;
  readonly text: string;
  readonly modifiedAt: Date;
}

export interface ParsedIssue {
  readonly issue: Issue;
  /** Whether the file says itself when the issue was made; otherwise its time of change does. */
  readonly isDated: boolean;
  /** Labels as written. */
  readonly labelsWritten: readonly string[];
}

export function parseIssue(file: IssueFile): Parsed<ParsedIssue> {
  const record = parseRecord(file.text);
  if (!record.ok) return record;
  const parsed = frontMatter.safeParse(record.value.values);
  if (!parsed.success) return failedAt(record.value, parsed.error);
  const { title, state, labels, author, assignee, milestone, created } = parsed.data;
  const issue: Issue = {
    number: file.number,
    title,
    body: record.value.body,
    state,
    labels: normalizeLabels(labels ?? []),
    author: author?.trim() || AUTHOR_UNKNOWN,
    authorKind: 'person',
    // Whoever can write a file into this folder has the run of the project anyway.
    authorRole: 'owner',
    assignee: assignee?.trim() || null,
    milestone: milestone?.trim() || null,
    isLocked: false,
    blockedBy: [],
    createdAt: (created ?? file.modifiedAt).toISOString(),
  };
  return { ok: true, value: { issue, isDated: created != null, labelsWritten: labels ?? [] } };
}

function failedAt(record: FileRecord, error: z.ZodError): Parsed<never> {
  const reasons = error.issues.map(({ path: [key], message }) => {
    const line = record.lineOf(String(key));
    return line === undefined ? `"${String(key)}" is missing` : `line ${line}: ${message}`;
  });
  return failed(
    reasons.join('; '),
    'Correct these lines between the two "---" lines at the top of the file.',
  );
}
