import { type Issue, normalizeLabels } from '@tamma/domain';
import { z } from 'zod';
import type { NewIssue } from '../../contract.ts';
import type { IssueComment, Reaction } from '../../git-platform.ts';
import { authorRoleOf } from '../roles.ts';
import { anything } from './hands.ts';
import type { Ground } from './world.ts';

const account = z.object({ login: z.string() });
const issueRecord = z.object({
  number: z.int(),
  title: z.string(),
  body: z.string().nullable(),
  labels: z.array(z.object({ name: z.string() })),
  assignee: account.nullable(),
  milestone: z.object({ title: z.string() }).nullable(),
  user: account,
  author_association: z.string(),
  created_at: z.string(),
});
const commentRecord = z.object({
  id: z.int(),
  user: account,
  author_association: z.string(),
  body: z.string(),
  created_at: z.string(),
  updated_at: z.string(),
});
const numbered = z.object({ number: z.int() });
const reactions = z.array(z.object({ content: z.string(), user: account }));

const REACTION_OF: Readonly<Record<string, Reaction>> = { eyes: 'seen', '+1': 'done', confused: 'refused' };

export function talkingWith(ground: Ground) {
  const { hands, root, world } = ground;
  return {
    addIssue: (given: NewIssue = {}) => addIssue(ground, given),
    addComment: async (issue: number, body: string): Promise<IssueComment> => {
      const request = { method: 'POST', path: `${root}/issues/${issue}/comments`, body: { body } } as const;
      const { id, user, ...record } = await hands.call(commentRecord, request);
      const authorRole = authorRoleOf(record.author_association);
      const author = { author: user.login, authorKind: 'person', authorRole } as const;
      const times = { createdAt: timeOf(record.created_at), updatedAt: timeOf(record.updated_at) };
      return { id: String(id), issue, ...author, body: record.body, ...times };
    },
    readComments: async (issue: number) => {
      const path = `${root}/issues/${issue}/comments?per_page=100`;
      const records = await hands.call(z.array(commentRecord), { path });
      return records.map(({ user, body }) => ({ author: user.login, text: body }));
    },
    readReactions: async ({ id }: IssueComment) => {
      const path = `${root}/issues/comments/${id}/reactions`;
      const ours = (await hands.call(reactions, { path })).filter(
        ({ user }) => user.login === world.ours.login,
      );
      return ours.map(({ content }) => REACTION_OF[content]).filter((one) => one !== undefined);
    },
  };
}

async function addIssue({ hands, root }: Ground, given: NewIssue): Promise<Issue> {
  const { title = 'Add a function', body = 'The library needs it, because.', labels = ['tamma'] } = given;
  const { assignee, milestone: wanted, state = 'open' } = given;
  const milestone =
    wanted == null
      ? null
      : await hands.call(numbered, { method: 'POST', path: `${root}/milestones`, body: { title: wanted } });
  const record = await hands.call(issueRecord, {
    method: 'POST',
    path: `${root}/issues`,
    body: {
      title,
      body,
      labels,
      ...(assignee == null ? {} : { assignees: [assignee] }),
      ...(milestone === null ? {} : { milestone: milestone.number }),
    },
  });
  const path = `${root}/issues/${record.number}`;
  if (state === 'closed') await hands.call(anything, { method: 'PATCH', path, body: { state } });
  return { ...issueOf(record), state };
}

function issueOf(record: z.output<typeof issueRecord>): Issue {
  return {
    number: record.number,
    title: record.title,
    body: record.body ?? '',
    state: 'open',
    labels: normalizeLabels(record.labels.map(({ name }) => name)),
    author: record.user.login,
    authorKind: 'person',
    authorRole: record.author_association === 'OWNER' ? 'owner' : 'none',
    assignee: record.assignee?.login ?? null,
    milestone: record.milestone?.title ?? null,
    isLocked: false,
    blockedBy: [],
    createdAt: timeOf(record.created_at),
  };
}

function timeOf(text: string): string {
  return new Date(text).toISOString();
}
