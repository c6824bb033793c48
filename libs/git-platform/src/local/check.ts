import { access, constants, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { reportError, TammaError } from '@tamma/domain';
import { branchMissing } from '../platform-errors.ts';
import { readBranch } from './branches.ts';
import { type Git, openGit, requireGitVersion } from './git.ts';
import { issuesMissing } from './issue-folder.ts';
import { errorCodeOf, fileError } from './text-file.ts';

export interface LocalProject {
  readonly repository: string;
  readonly issues: string;
  readonly baseBranch: string;
  /** Folders to look for the git program in, as in PATH; the usual ones by default. */
  readonly searchPath?: string;
}

export interface ProjectProblem {
  /** The key of the project's settings that is wrong. */
  readonly path: string;
  /** What is wrong and what to do about it. */
  readonly message: string;
}

/** Every problem that would keep a local project from being worked on; empty when there is none. */
export async function checkLocalProject(project: LocalProject): Promise<readonly ProjectProblem[]> {
  const repository = resolve(project.repository);
  const git = openGit({ ...project, repository, account: 'tamma' });
  const repositoryProblem = await problemOf('repository', () => requireRepository(git, repository));
  const baseProblem =
    repositoryProblem ?? (await problemOf('baseBranch', () => requireBranch(git, project.baseBranch)));
  const issuesProblem = await problemOf('issues', () => requireIssues(resolve(project.issues)));
  return [baseProblem, issuesProblem].filter((problem) => problem !== null);
}

async function problemOf(path: string, check: () => Promise<void>): Promise<ProjectProblem | null> {
  try {
    await check();
    return null;
  } catch (error) {
    const { message, remedy } = reportError(error);
    return { path, message: remedy === undefined ? message : `${message}. ${remedy}` };
  }
}

async function requireRepository(git: Git, repository: string): Promise<void> {
  await requireGitVersion(git);
  if (await isFolder(join(repository, '.git'))) throw notBare(repository);
  const { stdout } = await git(['rev-parse', '--is-bare-repository']);
  if (stdout.trim() !== 'true') throw notBare(repository);
  await requireWritable(repository);
}

function notBare(repository: string): TammaError {
  return new TammaError(
    'REPOSITORY_NOT_BARE',
    `${repository} has a work tree, which our pushes would leave behind`,
    {
      class: 'validation',
      remedy: `Name a bare repository; one is made with: git clone --bare ${repository} ${repository}.git`,
    },
  );
}

async function requireBranch(git: Git, name: string): Promise<void> {
  if ((await readBranch(git, name)) === null) throw branchMissing(name);
}

async function requireIssues(folder: string): Promise<void> {
  if (!(await isFolder(folder))) throw issuesMissing(folder);
  await requireWritable(folder);
}

async function requireWritable(folder: string): Promise<void> {
  try {
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw fileError(folder, error);
  }
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error) ?? '')) return false;
    throw fileError(path, error);
  }
}
