import type { AccountKind, AuthorRole } from '@tamma/domain';
import type { GitPlatform, IssueComment, Reaction } from '../git-platform.ts';
import { isMarkedWith, markedText } from '../marked-comment.ts';
import { issueMissing } from '../platform-errors.ts';
import { type MemoryState, timeOf } from './memory-state.ts';

export interface MemoryComment {
  readonly author: string;
  readonly text: string;
}

export interface NewComment extends MemoryComment {
  /** A person by default. */
  readonly authorKind?: AccountKind;
  /** Owner by default, as on the local platform. */
  readonly authorRole?: AuthorRole;
}

type CommentPort = Pick<GitPlatform, 'listComments' | 'listIssueComments' | 'ensureComment' | 'react'>;

export interface MemoryComments extends CommentPort {
  addComment(issue: number, comment: NewComment): IssueComment;
  /** As its author does who thinks better of it. */
  editComment(id: string, text: string): void;
  readComments(issue: number): readonly MemoryComment[];
  reactionsOf(commentId: string): readonly Reaction[];
}

export function createMemoryComments(state: MemoryState): MemoryComments {
  const { comments, reactions } = state;
  return {
    addComment: (issue, comment) => addComment(state, issue, comment),
    editComment: (id, text) => {
      const comment = comments.get(id);
      if (comment === undefined) throw new Error(`there is no comment ${id}`);
      comments.set(id, { ...comment, body: text, updatedAt: timeOf(state) });
    },
    readComments: (issue) => {
      const ofIssue = [...comments.values()].filter((comment) => comment.issue === issue);
      return ofIssue.map(({ author, body }) => ({ author, text: body }));
    },
    reactionsOf: (id) => [...(reactions.get(id) ?? [])],
    listComments: async (since) => {
      const sinceMs = Date.parse(since);
      const fresh = [...comments.values()].filter(({ updatedAt }) => Date.parse(updatedAt) >= sinceMs);
      return fresh.toSorted((one, other) => Date.parse(one.updatedAt) - Date.parse(other.updatedAt));
    },
    listIssueComments: async (number) => [...comments.values()].filter(({ issue }) => issue === number),
    ensureComment: async (number, marker, body) => ensureComment(state, number, { marker, body }),
    react: async ({ id }, reaction) => {
      if (comments.has(id)) reactions.set(id, new Set([...(reactions.get(id) ?? []), reaction]));
    },
  };
}

function addComment(state: MemoryState, issue: number, comment: NewComment): IssueComment {
  const { author, text, authorKind = 'person', authorRole = 'owner' } = comment;
  state.facts.commentsMade += 1;
  const id = `comment-${state.facts.commentsMade}`;
  const at = timeOf(state);
  const who = { author, authorKind, authorRole };
  const added: IssueComment = { id, issue, ...who, body: text, createdAt: at, updatedAt: at };
  state.comments.set(id, added);
  return added;
}

function ensureComment(
  state: MemoryState,
  number: number,
  { marker, body }: { readonly marker: string; readonly body: string },
): void {
  const { account, comments, issues, pullRequests } = state;
  const text = markedText(marker, body);
  if (!issues.has(number) && !pullRequests.has(number)) throw issueMissing(number);
  const ours = [...comments.values()].find(
    (one) => one.issue === number && one.author === account && isMarkedWith(marker, one.body),
  );
  if (ours === undefined) addComment(state, number, { author: account, authorKind: 'bot', text });
  else if (ours.body !== text) comments.set(ours.id, { ...ours, body: text, updatedAt: timeOf(state) });
}
