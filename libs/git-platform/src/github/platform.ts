import type { GitPlatform } from '../git-platform.ts';
import { deleteBranch, ensureBranch, listCommits, readBranch } from './branches.ts';
import { readCheckLog } from './check-log.ts';
import { readChecks } from './checks.ts';
import { rerunChecks } from './checks-rerun.ts';
import type { GitHubClient } from './client.ts';
import { createCommentWriter } from './comments.ts';
import type { GitHubConnection } from './connection.ts';
import { setDraft } from './draft.ts';
import { closeIssue, markIssue, reopenIssue } from './issue-marks.ts';
import { listOpenIssues, readIssue } from './issues.ts';
import { listComments, listIssueComments } from './list-comments.ts';
import { mergePullRequest } from './merge.ts';
import { readProtection } from './protection.ts';
import { markPullRequest } from './pull-request-marks.ts';
import {
  closePullRequest,
  ensurePullRequest,
  listOpenPullRequests,
  readPullRequest,
} from './pull-requests.ts';
import { react } from './reactions.ts';
import { ensureReply } from './replies.ts';
import { readRepository } from './repository.ts';
import { readReviews } from './reviews.ts';
import { createRoleReader } from './roles.ts';

export interface GitHubPlatformOptions {
  /** `owner/name`. */
  readonly repository: string;
  /** The account of the connection's credential; ours are the comments that it wrote. */
  readonly account: string;
}

/** One repository on GitHub or an Enterprise Server. Nothing is called before it is used. */
export function createGitHubPlatform(
  connection: GitHubConnection,
  options: GitHubPlatformOptions,
): GitPlatform {
  const client = connection.clientOf(options);
  return {
    name: 'github',
    cloneUrl: `${connection.serverUrl}/${options.repository}.git`,
    readCredential: () => connection.credential(options.repository),
    readRepository: () => readRepository(client),
    readRole: createRoleReader(client, Date.now),
    listOpenIssues: () => listOpenIssues(client),
    readIssue: (number) => readIssue(client, number),
    markIssue: (number, marks) => markIssue(client, number, marks),
    closeIssue: (number) => closeIssue(client, number),
    reopenIssue: (number) => reopenIssue(client, number),
    listComments: (since) => listComments(client, since),
    listIssueComments: (number) => listIssueComments(client, number),
    ensureComment: createCommentWriter(client),
    react: (comment, reaction) => react(client, comment, reaction),
    readBranch: (name) => readBranch(client, name),
    ensureBranch: (name, commit) => ensureBranch(client, name, commit),
    deleteBranch: (name, commit) => deleteBranch(client, name, commit),
    listCommits: (branch, limit) => listCommits(client, branch, limit),
    ...deliveryOf(client),
  };
}

type Delivery = Pick<
  GitPlatform,
  | 'readProtection'
  | 'listOpenPullRequests'
  | 'ensurePullRequest'
  | 'readPullRequest'
  | 'markPullRequest'
  | 'setDraft'
  | 'closePullRequest'
  | 'mergePullRequest'
  | 'readChecks'
  | 'readCheckLog'
  | 'rerunChecks'
  | 'readReviews'
  | 'ensureReply'
>;

function deliveryOf(client: GitHubClient): Delivery {
  return {
    readProtection: (branch) => readProtection(client, branch),
    listOpenPullRequests: () => listOpenPullRequests(client),
    ensurePullRequest: (request) => ensurePullRequest(client, request),
    readPullRequest: (number) => readPullRequest(client, number),
    markPullRequest: (number, marks) => markPullRequest(client, number, marks),
    setDraft: (number, to) => setDraft(client, number, to),
    closePullRequest: (number) => closePullRequest(client, number),
    mergePullRequest: (request) => mergePullRequest(client, request),
    readChecks: (commit) => readChecks(client, commit),
    readCheckLog: (check, charactersMax) => readCheckLog(client, check, charactersMax),
    rerunChecks: (checks) => rerunChecks(client, checks),
    readReviews: (number) => readReviews(client, number),
    ensureReply: (number, comment, body) => ensureReply(client, number, comment, body),
  };
}
