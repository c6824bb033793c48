import { basename, resolve } from 'node:path';
import type { GitPlatform } from '../git-platform.ts';
import { deleteBranch, ensureBranch, listCommits, readBranch, readDefaultBranch } from './branches.ts';
import { listComments, listIssueComments } from './comment-list.ts';
import { ensureComment } from './comments.ts';
import { type Git, openGit } from './git.ts';
import { markIssue, setIssueState } from './issue-edit.ts';
import { listOpenIssues, readIssue } from './issue-folder.ts';
import { mergePullRequest } from './merge.ts';
import { closePullRequest, markPullRequest, setDraft } from './pull-request-marks.ts';
import {
  ensurePullRequest,
  listOpenPullRequests,
  type PullRequestPlace,
  readPullRequest,
} from './pull-requests.ts';
import { createUnreviewed } from './unreviewed.ts';

export interface LocalPlatformOptions {
  /** Path of a bare repository. */
  readonly repository: string;
  /** Folder of `NNN-title.md` files. */
  readonly issues: string;
  /** The name our comments, pull requests and merge commits carry. */
  readonly account: string;
  /** Folders to look for the git program in, as in PATH; the usual ones by default. */
  readonly searchPath?: string;
}

/** Plain git and a folder of issues. Nothing is read before the first call. */
export function createLocalPlatform(options: LocalPlatformOptions): GitPlatform {
  const { account } = options;
  const repository = resolve(options.repository);
  const issuesFolder = resolve(options.issues);
  const git = openGit({ ...options, repository });
  return {
    name: 'local',
    cloneUrl: repository,
    readRepository: async () => ({
      id: repository,
      fullName: basename(repository),
      isArchived: false,
      defaultBranch: await readDefaultBranch(git),
    }),
    ...issuesOf(issuesFolder, account),
    ...branchesOf(git),
    ...pullRequestsOf({ git, issuesFolder, account }),
    ...createUnreviewed(),
  };
}

function issuesOf(issuesFolder: string, account: string) {
  return {
    listOpenIssues: () => listOpenIssues(issuesFolder),
    readIssue: (number) => readIssue(issuesFolder, number),
    markIssue: (number, marks) => markIssue(issuesFolder, number, marks),
    closeIssue: (number) => setIssueState(issuesFolder, number, 'closed'),
    reopenIssue: (number) => setIssueState(issuesFolder, number, 'open'),
    listComments: (since) => listComments(issuesFolder, since),
    listIssueComments: (number) => listIssueComments(issuesFolder, number),
    ensureComment: (issue, marker, body) => ensureComment({ issuesFolder, account, issue }, { marker, body }),
  } satisfies Partial<GitPlatform>;
}

function branchesOf(git: Git) {
  return {
    readBranch: (name) => readBranch(git, name),
    ensureBranch: (name, commit) => ensureBranch(git, name, commit),
    deleteBranch: (name, commit) => deleteBranch(git, name, commit),
    listCommits: (branch, limit) => listCommits(git, branch, limit),
  } satisfies Partial<GitPlatform>;
}

function pullRequestsOf(place: PullRequestPlace) {
  const { issuesFolder } = place;
  return {
    listOpenPullRequests: () => listOpenPullRequests(place),
    ensurePullRequest: (request) => ensurePullRequest(place, request),
    readPullRequest: (number) => readPullRequest(place, number),
    markPullRequest: (number, marks) => markPullRequest(issuesFolder, number, marks),
    setDraft: (number, to) => setDraft(issuesFolder, number, to),
    closePullRequest: (number) => closePullRequest(issuesFolder, number),
    mergePullRequest: (request) => mergePullRequest(place, request),
  } satisfies Partial<GitPlatform>;
}
