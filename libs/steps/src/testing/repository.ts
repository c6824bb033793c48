import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { testFolder } from '@tamma/testing';
import { type FolderTemplate, readTemplate, writeTemplate } from '@tamma/workspace/testing';

const run = promisify(execFile);

/** New text by path; null deletes the file. */
export type FileChanges = Readonly<Record<string, string | null>>;

/** A bare repository, and what people beside us do to it. */
export interface TestRepository {
  readonly path: string;
  /** Commits on a branch, which begins at `main` when it does not exist. Returns the full commit id. */
  commit(branch: string, files: FileChanges): Promise<string>;
  /** Runs git in the repository; gives back what it printed, without white space at both ends. */
  git(...args: readonly string[]): Promise<string>;
}

/** By the files they begin with: nearly all tests begin with the same. */
const templates = new Map<string, Promise<FolderTemplate>>();

export async function createRepository(path: string, files: FileChanges): Promise<TestRepository> {
  const key = JSON.stringify(files);
  const template = templates.get(key) ?? makeTemplate(files);
  templates.set(key, template);
  await writeTemplate(await template, path);
  return repositoryAt(path, 1);
}

async function makeTemplate(files: FileChanges): Promise<FolderTemplate> {
  await using folder = await testFolder();
  const repository = repositoryAt(join(folder.path, 'project.git'), 0);
  await repository.git('init', '--quiet', '--bare', '--template=', '--initial-branch=main');
  // Housekeeping after each push would take longer than the push.
  await repository.git('config', 'receive.autogc', 'false');
  await repository.commit('main', files);
  return await readTemplate(repository.path);
}

function repositoryAt(path: string, commitsBefore: number): TestRepository {
  let commits = commitsBefore;
  const git = async (...args: readonly string[]) => {
    const { stdout } = await run('git', [`--git-dir=${path}`, ...args]);
    return stdout.trim();
  };
  const commit = async (branch: string, changes: FileChanges) => {
    commits += 1;
    const isFirst = commits === 1;
    const parent = isFirst ? null : await firstRefOf(git, [`refs/heads/${branch}`, 'refs/heads/main']);
    return await importStream(path, streamOf({ branch, parent, changes, number: commits }));
  };
  return { path, commit, git };
}

async function firstRefOf(git: TestRepository['git'], refs: readonly string[]): Promise<string | null> {
  const present = (await git('for-each-ref', '--format=%(refname)', ...refs)).split('\n');
  return refs.find((ref) => present.includes(ref)) ?? null;
}

interface ImportedCommit {
  readonly branch: string;
  readonly parent: string | null;
  readonly changes: FileChanges;
  /** Makes two commits of the same change differ. */
  readonly number: number;
}

function streamOf({ branch, parent, changes, number }: ImportedCommit): string {
  const head = [
    `commit refs/heads/${branch}`,
    'mark :1',
    'committer Somebody <somebody@example.test> 1767225600 +0000',
    dataOf(`Somebody's commit ${number}`),
    ...(parent === null ? [] : [`from ${parent}^0`]),
  ];
  const lines = Object.entries(changes).map(([path, text]) =>
    text === null ? `D ${path}` : `M 100644 inline ${path}\n${dataOf(text)}`,
  );
  return `${[...head, ...lines].join('\n')}\n\nget-mark :1\n`;
}

function dataOf(text: string): string {
  return `data ${Buffer.byteLength(text)}\n${text}`;
}

/** Gives back what the stream asked for: the id of its commit. */
async function importStream(path: string, stream: string): Promise<string> {
  const importing = run('git', [`--git-dir=${path}`, 'fast-import', '--quiet']);
  importing.child.stdin?.end(stream);
  const { stdout } = await importing;
  return stdout.trim();
}
