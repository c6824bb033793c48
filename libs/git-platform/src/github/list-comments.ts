import { z } from 'zod';
import type { IssueComment } from '../git-platform.ts';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { commentOf } from './comment-record.ts';
import { linkedPages } from './linked-pages.ts';
import { PAGE_SIZE } from './read-pages.ts';
import { nameOf } from './repository.ts';

/** Pages of comments that one call reads; whoever asks goes on from the last comment it got. */
const PAGES_MAX = 20;

const records = z.array(z.unknown());

/** Pages of one issue's comments that are read. */
const ISSUE_PAGES_MAX = 10;

export async function listIssueComments(
  client: GitHubClient,
  number: number,
): Promise<readonly IssueComment[]> {
  const what = `list the comments on issue ${number} of ${nameOf(client)}`;
  return await askGitHub(what, async () => {
    const readFirst = () =>
      client.octokit.issues.listComments({ ...placeOf(client), issue_number: number, per_page: PAGE_SIZE });
    const found: IssueComment[] = [];
    for await (const page of linkedPages(client, { what, pagesMax: ISSUE_PAGES_MAX, readFirst })) {
      found.push(...page.map(commentOf).filter((comment) => comment !== null));
    }
    return found;
  });
}

interface Place {
  readonly since: string;
  /** Counted from there. */
  readonly page: number;
}

/**
 * Each page begins at the time of the last comment of the one before. Counted pages would lose one: a comment that is
 * edited or deleted meanwhile leaves its place, and all behind it move up.
 */
export async function listComments(client: GitHubClient, since: string): Promise<readonly IssueComment[]> {
  const what = `list the comments of ${nameOf(client)}`;
  return await askGitHub(what, async () => {
    const found = new Map<string, IssueComment>();
    let place: Place = { since, page: 1 };
    for (let read = 1; read <= PAGES_MAX; read += 1) {
      const { data, headers } = await readPage(client, place);
      const page = parseAnswer(what, records, data);
      const comments = page.map(commentOf).filter((comment) => comment !== null);
      for (const comment of comments) {
        // Its latest words, at their place in the order.
        found.delete(comment.id);
        found.set(comment.id, comment);
      }
      const isLast = page.length < PAGE_SIZE && !/rel="next"/.test(headers.link ?? '');
      if (isLast) break;
      place = placeAfter(place, comments.at(-1));
    }
    return [...found.values()];
  });
}

async function readPage(client: GitHubClient, { since, page }: Place) {
  return await client.octokit.issues.listCommentsForRepo({
    ...placeOf(client),
    since,
    sort: 'updated',
    direction: 'asc',
    per_page: PAGE_SIZE,
    ...(page === 1 ? {} : { page }),
  });
}

/** Times have no parts of a second, and whether `since` means its own second too is not for us to rely on. */
const OVERLAP_MS = 1000;

/** A page of a single moment tells no time to go on from. */
function placeAfter({ since, page }: Place, last: IssueComment | undefined): Place {
  const fromMs = last === undefined ? 0 : Date.parse(last.updatedAt) - OVERLAP_MS;
  const isLater = fromMs > Date.parse(since);
  return isLater ? { since: new Date(fromMs).toISOString(), page: 1 } : { since, page: page + 1 };
}
