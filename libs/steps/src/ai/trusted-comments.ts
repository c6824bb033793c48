import { cutMiddle, trustsAuthor } from '@tamma/domain';
import type { IssueComment } from '@tamma/git-platform';
import { isSameAccount } from '../delivery/same-account.ts';
import { quote } from '../quote.ts';
import type { StepContext } from '../step.ts';
import { fence } from './fence.ts';

/** The latest ones count: people correct themselves downwards. */
const COMMENTS_MAX = 30;
/** All comments together, in characters. */
const LENGTH_MAX = 20_000;
const OUR_MARK = /<!--\s*tamma:/i;
/** Words to the engine, whose answer stands elsewhere. */
const COMMAND = /^\s*\/tamma\b/i;

export interface TrustedComments {
  /** Oldest first. */
  readonly comments: readonly IssueComment[];
  /** How many more there are, of people whom the project trusts. */
  readonly leftOut: number;
}

/** What people whom the project trusts said below the issue; nobody else's words get into a prompt. */
export async function readTrustedComments(context: StepContext): Promise<TrustedComments> {
  const { number } = context.head.issue;
  // A task that was submitted on its own has no issue, and nobody talks about it.
  if (number === 0) return { comments: [], leftOut: 0 };
  const all = await context.platform.listIssueComments(number);
  const trusted = all.filter((comment) => isTrusted(context, comment));
  const comments = latestOf(trusted);
  return { comments, leftOut: trusted.length - comments.length };
}

function isTrusted({ head }: StepContext, comment: IssueComment): boolean {
  const { account, eligibility } = head.project;
  if (comment.authorKind !== 'person' || isSameAccount(comment.author, account)) return false;
  if (OUR_MARK.test(comment.body) || COMMAND.test(comment.body)) return false;
  return trustsAuthor(eligibility, comment);
}

function latestOf(comments: readonly IssueComment[]): readonly IssueComment[] {
  const latest: IssueComment[] = [];
  let room = LENGTH_MAX;
  for (const comment of comments.slice(-COMMENTS_MAX).toReversed()) {
    if (comment.body.length > room && latest.length > 0) break;
    const body = cutMiddle(comment.body, room);
    latest.unshift({ ...comment, body });
    room -= body.length;
  }
  return latest;
}

/** For a model, each as data of its author. */
export function describeComments(context: StepContext, { comments }: TrustedComments): readonly string[] {
  const source = context.head.project.platform;
  return comments.map(({ author, authorRole: role, createdAt: at, body }) =>
    fence('comment', body, { source, author, role, at }),
  );
}

/** The part of TASK.md that hands them on to later steps; empty without any. */
export function renderComments({ comments, leftOut }: TrustedComments): string {
  if (comments.length === 0) return '';
  const parts = comments.map(
    ({ author, authorRole, createdAt, body }) =>
      `${oneLine(author)} (${authorRole}) on ${createdAt}:\n\n${quote(body)}`,
  );
  const note = leftOut === 0 ? [] : [`${leftOut} earlier comments are left out.`];
  return `## Comments\n\n${[...note, ...parts].join('\n\n')}\n`;
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
