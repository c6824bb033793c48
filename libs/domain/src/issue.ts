/** A work item on a platform, as the engine sees it. Labels are trimmed, lower-cased and free of duplicates. */
export interface Issue {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly state: 'open' | 'closed';
  readonly labels: readonly string[];
  readonly author: string;
  readonly assignee: string | null;
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
