import { cutMiddle, type Issue, likenessOf, TammaError, trustsAuthor, withoutHidden } from '@tamma/domain';
import type { StepContext } from '../step.ts';

const RELATED_MAX = 10;
const BUGS_MAX = 5;
/** Share of words from which on a bug is taken to speak of the same. */
const LIKENESS_MIN = 0.12;
/** What is shown of a bug's text, in characters. */
const EXCERPT_MAX = 1500;
/** What of a text is searched for references, in characters. */
const TEXT_MAX = 100_000;
const REFERENCE = /(?<![\w/&])(?:#|GH-)(\d{1,9})\b/g;
const TITLE_MAX = 200;

interface KnownBug {
  readonly issue: Issue;
  /** Empty where the project does not trust its author. */
  readonly excerpt: string;
}

/** What the platform knows around an issue. */
export interface Surroundings {
  /** Title and state of each issue that the text refers to, one line each. */
  readonly related: readonly string[];
  readonly bugs: readonly KnownBug[];
  /** What could not be read, as sentences. */
  readonly unread: readonly string[];
}

export async function readSurroundings(context: StepContext, issue: Issue): Promise<Surroundings> {
  const unread: string[] = [];
  const related = await readRelated(context, issue, unread);
  const bugs = await readBugs(context, issue, unread);
  return { related, bugs, unread };
}

/** Numbers that a text refers to, but for its own. */
function referencesIn({ number: own, title, body }: Issue): readonly number[] {
  const visible = withoutHidden(`${title}\n${body}`.slice(0, TEXT_MAX));
  const numbers = [...visible.matchAll(REFERENCE)].map(([, number]) => Number(number));
  return [...new Set(numbers)].filter((number) => number > 0 && number !== own);
}

async function readRelated(context: StepContext, issue: Issue, unread: string[]): Promise<readonly string[]> {
  const numbers = referencesIn(issue);
  if (numbers.length > RELATED_MAX)
    unread.push(`Of ${numbers.length} issues referred to, the first ${RELATED_MAX} were read.`);
  const lines: string[] = [];
  for (const number of numbers.slice(0, RELATED_MAX)) {
    const found = await tryTo(`issue #${number}`, unread, () => context.platform.readIssue(number));
    if (found === null) unread.push(`There is no issue #${number} here.`);
    else if (found !== undefined) lines.push(`#${number} (${found.state}) ${oneLine(found.title)}`);
  }
  return lines;
}

async function readBugs(context: StepContext, issue: Issue, unread: string[]): Promise<readonly KnownBug[]> {
  if (context.head.issue.number === 0) return [];
  const list = await tryTo('the open issues', unread, () => context.platform.listOpenIssues());
  const alike = (list?.issues ?? [])
    .filter(({ number, labels }) => number !== issue.number && labels.includes('bug'))
    .map((bug) => ({ bug, likeness: likenessOf(issue, bug) }))
    .filter(({ likeness }) => likeness >= LIKENESS_MIN);
  return alike
    .toSorted((one, other) => other.likeness - one.likeness)
    .slice(0, BUGS_MAX)
    .map(({ bug }) => ({ issue: bug, excerpt: excerptOf(context, bug) }));
}

function excerptOf({ head }: StepContext, bug: Issue): string {
  const isTrusted = bug.authorKind === 'person' && trustsAuthor(head.project.eligibility, bug);
  return isTrusted ? cutMiddle(bug.body, EXCERPT_MAX) : '';
}

/** Undefined, and a note, when the platform is away: the research goes on without. */
async function tryTo<Value>(
  what: string,
  unread: string[],
  read: () => Promise<Value>,
): Promise<Value | undefined> {
  try {
    return await read();
  } catch (thrown) {
    if (!isPlatformTrouble(thrown)) throw thrown;
    unread.push(`It could not be found out about ${what} (${thrown.code}).`);
    return undefined;
  }
}

function isPlatformTrouble(thrown: unknown): thrown is TammaError {
  return thrown instanceof TammaError && ['network', 'rate-limit', 'validation'].includes(thrown.class);
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().slice(0, TITLE_MAX).toWellFormed();
}
