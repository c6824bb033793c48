import { z } from 'zod';
import type { GitPlatform } from '../git-platform.ts';
import { isMarkedWith, markedText } from '../marked-comment.ts';
import { issueMissing } from '../platform-errors.ts';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { createTurns } from './keyed-turns.ts';
import { linkedPages } from './linked-pages.ts';
import { isMissing, nameOf, nullWhenMissing } from './repository.ts';
import { isSameAccount } from './roles.ts';
import { COMMENT_MAX, cleaned, cut } from './text.ts';

const PAGE = 100;
/** Pages of one issue that are searched for our comment. */
const SEARCH_PAGES_MAX = 100;
const ownRecord = z.object({
  id: z.int(),
  body: z.string().nullish(),
  user: z.object({ login: z.string() }).nullish(),
});
const ownList = z.array(ownRecord);
/** Comments of ours whose place is remembered. */
const REMEMBERED_MAX = 5000;
/** For so long we believe that a comment says what we wrote: others of us may have edited it since, in milliseconds. */
const BELIEVED_MS = 60_000;

interface OwnComment {
  readonly id: number;
  readonly body: string;
}

interface RememberedComment extends OwnComment {
  readonly seenAtMs: number;
}

interface Wanted {
  readonly number: number;
  readonly marker: string;
  readonly text: string;
}

type EnsureComment = GitPlatform['ensureComment'];

/** Remembers where its comments lie, so that an edit is one call and no change is none. */
export function createCommentWriter(client: GitHubClient, now: () => number = Date.now): EnsureComment {
  const known = new Map<string, RememberedComment>();
  const takeTurns = createTurns();
  return async (number, marker, body) => {
    const room = COMMENT_MAX - markedText(marker, '').length;
    const wanted = { number, marker, text: markedText(marker, cut(cleaned(body).trimEnd(), room)) };
    const key = `${number} ${marker}`;
    await askGitHub(`keep our comment on issue ${number} of ${nameOf(client)}`, () =>
      takeTurns(key, async () => {
        const before = known.get(key) ?? null;
        known.delete(key);
        const isDoubtful = before?.body === wanted.text && now() - before.seenAtMs >= BELIEVED_MS;
        const kept = await ensureOne(client, wanted, isDoubtful ? null : before);
        known.set(key, { ...kept, seenAtMs: kept === before ? before.seenAtMs : now() });
        for (const oldest of known.keys()) {
          if (known.size <= REMEMBERED_MAX) break;
          known.delete(oldest);
        }
      }),
    );
  };
}

async function ensureOne(
  client: GitHubClient,
  wanted: Wanted,
  before: OwnComment | null,
): Promise<OwnComment> {
  const edited = before === null ? null : await ensureText(client, before, wanted);
  if (edited !== null) return edited;
  const kept = await keepOldest(client, await findOurs(client, wanted), wanted);
  return kept ?? (await create(client, wanted));
}

/** Of comments that say the same the oldest stays, whoever looks. Null when there is none. */
async function keepOldest(
  client: GitHubClient,
  ours: readonly OwnComment[],
  wanted: Wanted,
): Promise<OwnComment | null> {
  const [oldest, ...younger] = ours;
  for (const { id } of younger) await deleteComment(client, id);
  return oldest === undefined ? null : await ensureText(client, oldest, wanted);
}

/** Null when the comment is gone. */
async function ensureText(
  client: GitHubClient,
  comment: OwnComment,
  { text }: Wanted,
): Promise<OwnComment | null> {
  if (comment.body.trimEnd() === text) return comment;
  try {
    await client.octokit.issues.updateComment({ ...placeOf(client), comment_id: comment.id, body: text });
    return { id: comment.id, body: text };
  } catch (thrown) {
    if (isMissing(thrown)) return null;
    throw thrown;
  }
}

/** Reads back what it made, which what is read may lack still: others may have made theirs at the same time. */
async function create(client: GitHubClient, wanted: Wanted): Promise<OwnComment> {
  const { number, text } = wanted;
  const answer = await nullWhenMissing(client, () =>
    client.octokit.issues.createComment({ ...placeOf(client), issue_number: number, body: text }),
  );
  if (answer === null) throw issueMissing(number);
  const made = { id: parseAnswer('write our comment', ownRecord, answer.data).id, body: text };
  const others = (await findOurs(client, wanted)).filter(({ id }) => id !== made.id);
  const all = [made, ...others].toSorted((one, other) => one.id - other.id);
  return (await keepOldest(client, all, wanted)) ?? made;
}

async function deleteComment(client: GitHubClient, id: number): Promise<void> {
  try {
    await client.octokit.issues.deleteComment({ ...placeOf(client), comment_id: id });
  } catch (thrown) {
    // Who made the twin deleted it too.
    if (!isMissing(thrown)) throw thrown;
  }
}

/** Our comments with the marker, oldest first; anybody can write a marker, nobody else can be their author. */
async function findOurs(client: GitHubClient, { number, marker }: Wanted): Promise<readonly OwnComment[]> {
  const ours: OwnComment[] = [];
  const what = `list the comments of issue ${number}`;
  const readFirst = () =>
    client.octokit.issues.listComments({ ...placeOf(client), issue_number: number, per_page: PAGE });
  const answer = await nullWhenMissing(client, async () => {
    for await (const page of linkedPages(client, { what, pagesMax: SEARCH_PAGES_MAX, readFirst })) {
      for (const { id, body, user } of parseAnswer(what, ownList, page)) {
        const isOurs = isSameAccount(user?.login ?? '', client.account) && isMarkedWith(marker, body ?? '');
        if (isOurs) ours.push({ id, body: body ?? '' });
      }
    }
    return ours;
  });
  if (answer === null) throw issueMissing(number);
  return answer.toSorted((one, other) => one.id - other.id);
}
