import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issue } from '@tamma/domain';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { PlatformFixture, SeenComment } from '../../contract.ts';
import { parseRecord } from '../front-matter.ts';
import { type Git, openGit } from '../git.ts';
import { createLocalPlatform } from '../platform.ts';

const ACCOUNT = 'tamma';

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
  commitFile(branch: string, file: { readonly name: string; readonly text: string }): Promise<string>;
}

/** A bare repository with one commit on `main` and an empty issues folder, both inside the given folder. */
export async function createLocalFixture(
  folder: { readonly path: string } & AsyncDisposable,
): Promise<LocalFixture> {
  const repository = join(folder.path, 'project.git');
  const issues = join(folder.path, 'issues');
  const git = openGit({ repository, account: 'ada' });
  await git(['init', '--quiet', '--bare', '--initial-branch=main']);
  await mkdir(issues);
  const platform = createLocalPlatform({ repository, issues, account: ACCOUNT });
  const fixture = { platform, account: ACCOUNT, repository, issues, git };
  const hands = handsOn(fixture);
  await hands.commitFile('main', { name: 'README.md', text: 'A project.\n' });
  return { ...fixture, ...hands, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

interface Ground {
  readonly issues: string;
  readonly git: Git;
}

function handsOn({ issues, git }: Ground) {
  let commits = 0;
  const write = (name: string, text: string | Uint8Array) => writeFile(join(issues, name), text);
  const commitFile = (branch: string, file: { readonly name: string; readonly text: string }) =>
    commitFileTo(git, branch, file);
  const commit = (branch: string) => {
    commits += 1;
    return commitFile(branch, { name: `${branch}-${commits}.txt`, text: `${commits}\n` });
  };
  return {
    write,
    read: (name: string) => readFile(join(issues, name), 'utf8'),
    commitFile,
    commit,
    commitConflict: async (branch: string) => {
      const ours = await commitFile(branch, { name: 'conflict.txt', text: `of ${branch}\n` });
      await commitFile('main', { name: 'conflict.txt', text: 'of main\n' });
      return ours;
    },
    addIssue: (issue: Issue) => write(`${String(issue.number).padStart(3, '0')}-issue.md`, issueText(issue)),
    addComment: async (issue: number, comment: SeenComment) => {
      await mkdir(commentsOf(issues, issue), { recursive: true });
      const header = stringify({ author: comment.author, created: '2026-01-01T00:00:00.000Z' });
      await writeFile(join(commentsOf(issues, issue), 'by-hand.md'), `---\n${header}---\n${comment.text}\n`);
    },
    readComments: (issue: number) => readComments(commentsOf(issues, issue)),
    closePullRequest: async (number: number) => {
      for (const path of await listPullRequestFiles(issues)) {
        const text = await readFile(path, 'utf8');
        const closed = text.replace('state: open', 'state: closed');
        if (text.includes(`number: ${number}\n`)) await writeFile(path, closed);
      }
    },
    listPullRequestFiles: () => listPullRequestFiles(issues),
  };
}

async function commitFileTo(
  git: Git,
  branch: string,
  { name, text }: { readonly name: string; readonly text: string },
): Promise<string> {
  const parent = (await revision(git, branch)) ?? (await revision(git, 'main'));
  const blob = (await git(['hash-object', '-w', '--stdin'], { input: text })).stdout.trim();
  const listed = parent === null ? '' : (await git(['ls-tree', parent])).stdout;
  const others = listed.split('\n').filter((line) => line !== '' && !line.endsWith(`\t${name}`));
  const lines = [...others, `100644 blob ${blob}\t${name}`].map((line) => `${line}\n`);
  const tree = (await git(['mktree'], { input: lines.join('') })).stdout.trim();
  const parents = parent === null ? [] : ['-p', parent];
  const message = ['-m', `Change ${name}`];
  const commit = (await git(['commit-tree', tree, ...parents, ...message])).stdout.trim();
  await git(['update-ref', `refs/heads/${branch}`, commit]);
  return commit;
}

async function revision(git: Git, branch: string): Promise<string | null> {
  const asked = ['rev-parse', '--verify', '--quiet', `refs/heads/${branch}`];
  const { exitCode, stdout } = await git(asked, { answers: [1] });
  return exitCode === 0 ? stdout.trim() : null;
}

function issueText({ body, number: _, createdAt, ...values }: Issue): string {
  return `---\n${stringify({ ...values, created: createdAt })}---\n${body}\n`;
}

function commentsOf(issues: string, issue: number): string {
  return join(issues, String(issue).padStart(3, '0'), 'comments');
}

async function readComments(folder: string): Promise<readonly SeenComment[]> {
  const names = (await readdir(folder)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => {
    const record = parseRecord(text);
    if (!record.ok) throw new Error(record.problem.reason);
    const { author } = z.object({ author: z.string() }).parse(record.value.values);
    return { author, text: record.value.body };
  });
}

async function listPullRequestFiles(issues: string): Promise<readonly string[]> {
  const names = await readdir(issues, { recursive: true });
  const records = names.filter((name) => /(^|\/)pull-request[^/]*\.md$/.test(name));
  return records.map((name) => join(issues, name)).toSorted();
}
