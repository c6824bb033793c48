import type { Issue } from './issue.ts';

/** Share of words two texts must have in common to say the same. */
const TITLE_SHARE = 0.9;
const BODY_SHARE = 0.8;
/** Characters of a text that are compared. */
const TEXT_MAX = 5000;

type Request = Pick<Issue, 'number' | 'title' | 'body'>;

/** Number of the oldest of the other issues that asks for the same in nearly the same words; null when none does. */
export function findDuplicate(issue: Request, others: readonly Request[]): number | null {
  const older = others.filter(({ number }) => number < issue.number);
  const twins = older.filter((other) => isSame(issue, other)).map(({ number }) => number);
  return twins.length === 0 ? null : Math.min(...twins);
}

function isSame(one: Request, other: Request): boolean {
  return share(one.title, other.title) >= TITLE_SHARE && share(one.body, other.body) >= BODY_SHARE;
}

/** How much two issues speak of the same, 0 to 1, by the words of their titles and texts. */
export function likenessOf(one: Request, other: Request): number {
  return share(`${one.title} ${one.body}`, `${other.title} ${other.body}`);
}

/** Words in both of all words in either, 0 to 1; two empty texts have nothing in common. */
function share(one: string, other: string): number {
  const [a, b] = [wordsOf(one), wordsOf(other)];
  if (a.size === 0 || b.size === 0) return 0;
  const both = [...a].filter((word) => b.has(word)).length;
  return both / (a.size + b.size - both);
}

function wordsOf(text: string): ReadonlySet<string> {
  return new Set(
    text
      .slice(0, TEXT_MAX)
      .toLowerCase()
      .match(/[\p{L}\p{N}]+/gu) ?? [],
  );
}
