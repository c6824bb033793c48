import type { IssueComment, Reaction } from '../git-platform.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { nameOf, nullWhenMissing } from './repository.ts';

const CONTENT_OF = { seen: 'eyes', done: '+1', refused: 'confused' } as const;

/** GitHub keeps one reaction of a kind per account. A comment that was deleted meanwhile has nobody to be told. */
export async function react(
  client: GitHubClient,
  { id, issue }: Pick<IssueComment, 'id' | 'issue'>,
  reaction: Reaction,
): Promise<void> {
  await askGitHub(`take our reaction to a comment on issue ${issue} of ${nameOf(client)}`, () =>
    nullWhenMissing(client, () =>
      client.octokit.reactions.createForIssueComment({
        ...placeOf(client),
        comment_id: Number(id),
        content: CONTENT_OF[reaction],
      }),
    ),
  );
}
