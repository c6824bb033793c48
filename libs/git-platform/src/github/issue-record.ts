import { type Issue, normalizeLabels, type UnreadableIssue } from '@tamma/domain';
import { z } from 'zod';
import { accountKindOf, authorRoleOf, isSameAccount } from './roles.ts';
import { bodyOf, titleOf } from './text.ts';

const account = z.object({ login: z.string().min(1), type: z.string().optional() });

/** What we use of an issue as the API gives it. */
const issueRecord = z.object({
  number: z.int().min(1),
  title: z.string(),
  body: z.string().nullish(),
  state: z.enum(['open', 'closed']),
  labels: z.array(z.union([z.string(), z.object({ name: z.string().nullish() })])),
  user: account.nullish(),
  author_association: z.string().optional(),
  assignees: z.array(account).nullish(),
  milestone: z.object({ title: z.string() }).nullish(),
  locked: z.boolean().default(false),
  created_at: z.iso.datetime({ offset: true }),
  repository_url: z.string(),
  pull_request: z.unknown().optional(),
  issue_dependencies_summary: z.object({ blocked_by: z.int() }).nullish(),
});
export type IssueRecord = z.infer<typeof issueRecord>;

/** An account that was deleted. */
const GHOST = { login: 'ghost', type: 'User' };

export type ParsedRecord =
  | { readonly ok: true; readonly record: IssueRecord }
  | { readonly ok: false; readonly unreadable: UnreadableIssue };

export function parseIssueRecord(data: unknown, repository: string): ParsedRecord {
  const parsed = issueRecord.safeParse(data);
  if (parsed.success) return { ok: true, record: parsed.data };
  const [problem] = parsed.error.issues;
  const numbered = z.object({ number: z.int() }).safeParse(data);
  const source = numbered.success ? `${repository}#${numbered.data.number}` : repository;
  const reason = `its record is not as GitHub describes it: ${problem?.path.join('.') ?? ''}: ${problem?.message ?? ''}`;
  return {
    ok: false,
    unreadable: {
      source,
      reason: reason.slice(0, 500),
      remedy: 'Open it on GitHub and edit it, or close it.',
    },
  };
}

export interface IssueContext {
  /** Our own account. */
  readonly account: string;
  readonly blockedBy: readonly number[];
}

export function issueOf(record: IssueRecord, { account: ours, blockedBy }: IssueContext): Issue {
  const author = record.user ?? GHOST;
  return {
    number: record.number,
    title: titleOf(record.title),
    body: bodyOf(record.body),
    state: record.state,
    labels: normalizeLabels(labelNamesOf(record)),
    author: author.login,
    authorKind: accountKindOf(author),
    authorRole: authorRoleOf(record.author_association),
    assignee: assigneeOf(record, ours),
    milestone: record.milestone == null ? null : titleOf(record.milestone.title),
    isLocked: record.locked,
    blockedBy,
    createdAt: new Date(record.created_at).toISOString(),
  };
}

export function labelNamesOf({ labels }: Pick<IssueRecord, 'labels'>): readonly string[] {
  return labels.map((label) => (typeof label === 'string' ? label : (label.name ?? '')));
}

/** The issue has one assignee for us: somebody else before ourselves, because it is theirs then. */
function assigneeOf({ assignees }: IssueRecord, ours: string): string | null {
  const logins = (assignees ?? []).map(({ login }) => login);
  return logins.find((login) => !isSameAccount(login, ours)) ?? logins[0] ?? null;
}
