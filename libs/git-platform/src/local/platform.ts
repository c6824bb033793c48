import { resolve } from 'node:path';
import type { GitPlatform } from '../git-platform.ts';
import { deleteBranch, ensureBranch, readBranch } from './branches.ts';
import { ensureComment } from './comments.ts';
import { openGit } from './git.ts';
import { closeIssue, markIssue } from './issue-edit.ts';
import { listOpenIssues, readIssue } from './issue-folder.ts';
import { mergePullRequest } from './merge.ts';
import { ensurePullRequest, readPullRequest } from './pull-requests.ts';

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
  const place = { git, issuesFolder, account };
  return {
    name: 'local',
    cloneUrl: repository,
    listOpenIssues: () => listOpenIssues(issuesFolder),
    readIssue: (number) => readIssue(issuesFolder, number),
    markIssue: (number, marks) => markIssue(issuesFolder, number, marks),
    ensureComment: (issue, marker, body) => ensureComment({ issuesFolder, account, issue }, { marker, body }),
    closeIssue: (number) => closeIssue(issuesFolder, number),
    readBranch: (name) => readBranch(git, name),
    ensureBranch: (name, commit) => ensureBranch(git, name, commit),
    deleteBranch: (name, commit) => deleteBranch(git, name, commit),
    ensurePullRequest: (request) => ensurePullRequest(place, request),
    readPullRequest: (number) => readPullRequest(place, number),
    mergePullRequest: (request) => mergePullRequest(place, request),
  };
}
