import { findDuplicate, type Issue } from '@tamma/domain';

/** Nine of ten words in common: of nine words of one title at most one is not in the other. */
const WORDS_PER_DIFFERENCE = 9;
/** Others that one issue is compared with for each of its rare words; as many with that word say enough. */
const COMPARED_MAX = 50;
const TEXT_MAX = 5000;

/** Finds the older issue that asks for the same, among thousands without comparing each with each. */
export function createDuplicateFinder(issues: readonly Issue[]): (issue: Issue) => number | null {
  const byWord = new Map<string, Issue[]>();
  for (const issue of issues) {
    for (const word of titleWordsOf(issue)) {
      const others = byWord.get(word);
      if (others === undefined) byWord.set(word, [issue]);
      else others.push(issue);
    }
  }
  return (issue) => findDuplicate(issue, candidatesOf(issue, byWord));
}

/** Who has nearly the same title shares one of its rarest words, since it can lack only a few. */
function candidatesOf(issue: Issue, byWord: ReadonlyMap<string, readonly Issue[]>): readonly Issue[] {
  const lists = titleWordsOf(issue).map((word) => byWord.get(word) ?? []);
  const rarest = lists.toSorted((one, other) => one.length - other.length);
  const needed = Math.floor(lists.length / WORDS_PER_DIFFERENCE) + 1;
  const older = rarest.slice(0, needed).flatMap((list) => takeOlder(issue, list));
  return [...new Map(older.map((one) => [one.number, one])).values()];
}

/** A common word is in thousands of titles: it is enough to look at the first ones. */
function takeOlder(issue: Issue, others: readonly Issue[]): readonly Issue[] {
  const older: Issue[] = [];
  for (const other of others) {
    if (older.length === COMPARED_MAX) break;
    if (other.number < issue.number) older.push(other);
  }
  return older;
}

function titleWordsOf({ title }: Issue): readonly string[] {
  const words = title
    .slice(0, TEXT_MAX)
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu);
  return [...new Set(words ?? [])];
}
