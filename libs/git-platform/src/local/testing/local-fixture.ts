import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PlatformFixture } from '../../contract.ts';
import type { GitPlatform } from '../../git-platform.ts';
import { type Git, openGit } from '../git.ts';
import { createLocalPlatform } from '../platform.ts';
import { commitFileTo, type NewFile } from './commit-file.ts';
import { writeFirstRepository } from './first-repository.ts';
import { addComment, addIssue, readComments, readMarks } from './written-by-hand.ts';

const ACCOUNT = 'tamma';
const OTHER = 'ada';

export interface LocalFixture extends PlatformFixture {
  readonly repository: string;
  readonly issues: string;
  readonly git: Git;
  /** Writes a file into the issues folder, as a person does. */
  write(name: string, text: string | Uint8Array): Promise<void>;
  read(name: string): Promise<string>;
  /** Paths of the pull requests' records. */
  listPullRequestFiles(): Promise<readonly string[]>;
  /** Commits one file to a branch, which begins at `main` when it does not exist. */
  commitFile(branch: string, file: NewFile): Promise<string>;
}

/** A bare repository with one commit on `main` and an empty issues folder, both inside the given folder. */
export async function createLocalFixture(
  folder: { readonly path: string } & AsyncDisposable,
): Promise<LocalFixture> {
  const repository = join(folder.path, 'project.git');
  const issues = join(folder.path, 'issues');
  const git = openGit({ repository, account: OTHER });
  await writeFirstRepository(repository, OTHER);
  await mkdir(issues);
  const place = { repository, issues };
  const committing = committingTo(git);
  return {
    ...place,
    platform: createLocalPlatform({ ...place, account: ACCOUNT }),
    account: ACCOUNT,
    other: OTHER,
    git,
    ...committing,
    ...writingTo(issues, createLocalPlatform({ ...place, account: OTHER })),
    ...elsewhere(),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

function committingTo(git: Git) {
  let commits = 0;
  const commitFile = (branch: string, file: NewFile) => commitFileTo(git, branch, file);
  return {
    commitFile,
    commit: (branch: string) => {
      commits += 1;
      return commitFile(branch, { name: `${branch}-${commits}.txt`, text: `${commits}\n` });
    },
    commitConflict: async (branch: string) => {
      const ours = await commitFile(branch, { name: 'conflict.txt', text: `of ${branch}\n` });
      await commitFile('main', { name: 'conflict.txt', text: 'of main\n' });
      return ours;
    },
  };
}

function writingTo(issues: string, others: GitPlatform) {
  return {
    write: (name: string, text: string | Uint8Array) => writeFile(join(issues, name), text),
    read: (name: string) => readFile(join(issues, name), 'utf8'),
    addIssue: addIssue(issues, OTHER),
    addComment: addComment(issues, OTHER),
    readComments: (issue: number) => readComments(issues, issue),
    listPullRequestFiles: () => listPullRequestFiles(issues),
    readMarks: async (number: number) => readMarks(await listPullRequestFiles(issues), number),
    openPullRequest: async (head: string) => {
      const texts = { title: `Merge ${head}`, body: 'By hand.' };
      const opened = await others.ensurePullRequest({ head, base: 'main', ...texts, issue: 1, as: 'ready' });
      return opened.number;
    },
  };
}

async function listPullRequestFiles(issues: string): Promise<readonly string[]> {
  const names = await readdir(issues, { recursive: true });
  const records = names.filter((name) => /(^|\/)pull-request[^/]*\.md$/.test(name));
  return records.map((name) => join(issues, name)).toSorted();
}

/** Only tests that are left out need these. */
function elsewhere() {
  const refuse = async () => {
    throw new Error('a folder of files has no such thing');
  };
  return { readReactions: refuse, report: refuse, review: refuse, protect: refuse };
}
