import { pullRequestMissing } from '../platform-errors.ts';
import { askGitHub } from './ask-github.ts';
import type { GitHubClient } from './client.ts';
import { readRecord } from './pull-request-reads.ts';
import { stateOf } from './pull-request-record.ts';

/** Only GraphQL can do this; Octokit knows where an Enterprise Server has it. */
const MUTATIONS = {
  ready: `mutation ($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`,
  draft: `mutation ($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { isDraft } } }`,
};

/** Nothing is done when it is so already, or when it is no longer open. */
export async function setDraft(client: GitHubClient, number: number, to: 'draft' | 'ready'): Promise<void> {
  const record = await readRecord(client, number);
  if (record === null) throw pullRequestMissing(number);
  const isThere = (record.draft ?? false) === (to === 'draft');
  if (isThere || stateOf(record) !== 'open') return;
  await askGitHub(`make pull request ${number} ${to === 'draft' ? 'a draft' : 'ready for review'}`, () =>
    client.octokit.graphql(MUTATIONS[to], { id: record.node_id }),
  );
}
