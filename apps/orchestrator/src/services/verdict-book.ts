import { reportError } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import type { IssueVerdict, Verdicts } from '@tamma/store';
import type { IssueView } from './judging.ts';

/** How often the verdict on an issue that nothing happens to is written anew. */
const REPEAT_MS = 60_000;
const PAGE = 500;
/** Pages read of what an earlier process left: more issues than any listing gives. */
const PAGES_MAX = 40;
/** Issues that are looked up at once after they left a listing that is not whole. */
const ASKED_MAX = 20;
export const GONE = 'it is closed or gone';

export interface VerdictBookOptions {
  readonly verdicts: Verdicts;
  readonly now: () => number;
}

interface Look {
  readonly project: string;
  readonly views: readonly IssueView[];
  /** Whether the listing left records out that could not be read. */
  readonly isWhole: boolean;
  readonly platform: Pick<GitPlatform, 'readIssue'>;
}

export interface VerdictBook {
  /** Writes what a look came to: news at once, the rest once a minute. */
  keep(look: Look): Promise<void>;
}

interface Entry {
  readonly title: string;
  /** Null for what an earlier process wrote: it is written anew. */
  readonly text: string | null;
  readonly savedAtMs: number;
}

type Entries = Map<number, Entry>;
type NewVerdict = Omit<IssueVerdict, 'since'>;

/** Keeps the latest verdict on each issue where every process, and the next one, can read it. */
export function createVerdictBook({ verdicts, now }: VerdictBookOptions): VerdictBook {
  const books = new Map<string, Entries>();

  const open = async (project: string): Promise<Entries> => {
    const book = books.get(project) ?? (await readEntries(verdicts, project));
    books.set(project, book);
    return book;
  };

  return {
    keep: async (look) => {
      const book = await open(look.project);
      const nowMs = now();
      const judgedAt = new Date(nowMs).toISOString();
      const judged = look.views.map((view) => verdictOf(look.project, view, judgedAt));
      const due = judged.filter((verdict) => isDue(book.get(verdict.issue), verdict, nowMs));
      const gone = (await findGone(look, book)).map(
        ([issue, { title }]): NewVerdict => ({
          project: look.project,
          issue,
          title,
          eligible: false,
          reasons: [GONE],
          score: null,
          judgedAt,
        }),
      );
      if (due.length + gone.length > 0) await verdicts.save([...due, ...gone]);
      for (const verdict of due) {
        book.set(verdict.issue, { title: verdict.title, text: textOf(verdict), savedAtMs: nowMs });
      }
      for (const { issue } of gone) book.delete(issue);
    },
  };
}

async function readEntries(verdicts: Verdicts, project: string): Promise<Entries> {
  const entries: Entries = new Map();
  let after = -1;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const page = await verdicts.list({ project, limit: PAGE, after });
    for (const { issue, title, reasons } of page) {
      if (!reasons.includes(GONE)) entries.set(issue, { title, text: null, savedAtMs: 0 });
    }
    const last = page.at(-1);
    if (last === undefined) break;
    after = last.issue;
  }
  return entries;
}

function verdictOf(project: string, view: IssueView, judgedAt: string): NewVerdict {
  const { number: issue, title, eligible, reasons, score } = view;
  return { project, issue, title, eligible, reasons, score, judgedAt };
}

/** The score rises with age: that alone is no news. */
function textOf({ title, eligible, reasons }: NewVerdict): string {
  return JSON.stringify([title, eligible, reasons]);
}

function isDue(entry: Entry | undefined, verdict: NewVerdict, nowMs: number): boolean {
  return entry === undefined || entry.text !== textOf(verdict) || nowMs - entry.savedAtMs >= REPEAT_MS;
}

/** Issues that the listing no longer has. One that is not whole proves nothing: each is asked for. */
async function findGone({ views, isWhole, platform }: Look, book: Entries): Promise<[number, Entry][]> {
  const listed = new Set(views.map(({ number }) => number));
  const missing = [...book].filter(([issue]) => !listed.has(issue));
  if (isWhole) return missing;
  const gone: [number, Entry][] = [];
  for (const one of missing.slice(0, ASKED_MAX)) {
    if (await isGone(platform, one[0])) gone.push(one);
  }
  return gone;
}

async function isGone(platform: Pick<GitPlatform, 'readIssue'>, issue: number): Promise<boolean> {
  try {
    return (await platform.readIssue(issue))?.state !== 'open';
  } catch (thrown) {
    // One that is there and cannot be read is one of those that are shown as unreadable.
    if (reportError(thrown).class === 'validation') return false;
    throw thrown;
  }
}
