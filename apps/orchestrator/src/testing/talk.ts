import { buildGitHubProject } from '@tamma/contracts/testing';
import { createWorkerRegistry } from '@tamma/coordination/redis';
import type { AnyEvent } from '@tamma/domain';
import { type Comments, type CommentsOptions, createComments } from '../services/comments.ts';
import { type Desk, LIMITS, openDesk, plan, readEvents } from './desk.ts';

/** On GitHub, with the id that the workflows of a desk carry. */
export const PROJECT = buildGitHubProject({ id: 'demo', account: 'tamma' });

/** A desk whose project lies on GitHub, where maria may do everything, and that has looked at its comments once. */
export async function openTalk() {
  await using stack = new AsyncDisposableStack();
  const desk = stack.use(await openDesk());
  desk.platform.setRole('maria', 'admin');
  desk.platform.setRole('visitor', 'none');
  const comments = commentsOf(desk);
  await desk.store.inbox.writeCursor(PROJECT.id, 'comments', new Date().toISOString());
  const owned = stack.move();
  return {
    desk,
    comments,
    /** Somebody writes a comment, and it is looked at. Answers what was made of it. */
    say: async (author: string, text: string, issue = 1) => {
      const { id } = desk.platform.addComment(issue, { author, text });
      await comments.lookAt(PROJECT.id);
      return heard(desk, id, issue);
    },
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

/** What everybody sees of what became of a comment, and the fact that was told. */
export async function heard(desk: Desk, id: string, issue = 1) {
  const answers = desk.platform
    .readComments(issue)
    .map(({ text }) => text)
    .filter((text) => text.includes(`tamma:reply:${id}`));
  return {
    reactions: desk.platform.reactionsOf(id),
    answers,
    facts: (await readEvents(desk)).filter((event) => commentOf(event) === id),
  };
}

function commentOf(event: AnyEvent): string | null {
  const isOurs = event.type === 'COMMAND.OBEYED.SUCCESS' || event.type === 'COMMAND.REFUSED.SUCCESS';
  return isOurs ? event.data.comment : null;
}

export function commentsOf(desk: Desk, overrides: Partial<CommentsOptions> = {}): Comments {
  return createComments({
    ...desk,
    ...LIMITS,
    claims: desk.store.claims,
    inbox: desk.store.inbox,
    verdicts: desk.store.verdicts,
    registry: createWorkerRegistry(desk),
    offlineAfterMs: 30_000,
    projects: [{ project: PROJECT, plan, platform: desk.platform }],
    requireLead: async () => {},
    onFailure: (about, error) => void desk.problems.push(`${about}: ${error.message}`),
    now: Date.now,
    ...overrides,
  });
}
