/** How an author stands to the repository, from most to least trusted. */
export const AUTHOR_ROLES = ['owner', 'member', 'collaborator', 'contributor', 'none'] as const;
export type AuthorRole = (typeof AUTHOR_ROLES)[number];

/** A bot is never a person, whatever its name ends in. */
export type AccountKind = 'person' | 'bot';

/** A work item on a platform, as the engine sees it. Labels are trimmed, lower-cased and free of duplicates. */
export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly author: string;
  readonly authorKind: AccountKind;
  readonly authorRole: AuthorRole;
  readonly assignee: string | null;
  /** Title of its milestone, which we keep as its sprint. */
  readonly milestone: string | null;
  readonly isLocked: boolean;
  /** Numbers of the open issues that the platform itself says it is blocked by; what its text says is not in here. */
  readonly blockedBy: readonly number[];
  /** ISO 8601, UTC. */
  readonly createdAt: string;
}

/** A record the platform holds that is not a usable issue; the list is never silently shortened. */
export interface UnreadableIssue {
  /** Where the record lies: a file name or a URL. */
  readonly source: string;
  readonly reason: string;
  readonly remedy: string;
}

export function normalizeLabels(labels: readonly string[]): string[] {
  const cleaned = labels.map((label) => label.trim().toLowerCase()).filter((label) => label !== '');
  return [...new Set(cleaned)];
}

/** `#12 Add a title`; a task that was submitted on its own has no number. */
export function headlineOf({ issue, title }: { readonly issue: number; readonly title: string }): string {
  return issue === 0 ? title : `#${issue} ${title}`;
}

type Request = Pick<Issue, 'title' | 'body'>;

/** Whether an issue asks for something else than before: then what was decided and checked for the old text is void. */
export function isAnotherRequest(before: Request, now: Request): boolean {
  return textOf(before) !== textOf(now);
}

/** Line ends and space at the ends are no change: editors and web forms alter them by themselves. */
function textOf({ title, body }: Request): string {
  return JSON.stringify([title.trim(), body.replaceAll('\r\n', '\n').trim()]);
}
