import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { parse } from 'yaml';
import { z } from 'zod';
import { fileOf, issueFileOf, textOf } from '../scene/issues.ts';
import type { SceneProject } from '../scene/write-scene.ts';
import type { IssueFacts } from './evidence.ts';

const run = promisify(execFile);
const GIT_TIMEOUT_MS = 30_000;
const OUTPUT_MAX_BYTES = 64 * 1024 * 1024;

interface Commit {
  readonly hash: string;
  readonly isMerge: boolean;
  readonly message: string;
}

/** What the repository and the folder of issues say, read with git and from the files alone. */
export async function lookAtIssues(project: SceneProject): Promise<readonly IssueFacts[]> {
  const commits = await readCommits(project.repository);
  return Promise.all(project.issues.map((issue) => lookAtIssue(project, issue, commits)));
}

async function lookAtIssue(
  { id, repository, issuesFolder }: SceneProject,
  issue: number,
  commits: readonly Commit[],
): Promise<IssueFacts> {
  const folder = join(issuesFolder, String(issue).padStart(3, '0'));
  const { state } = issueSchema.parse(await readFrontMatter(join(issuesFolder, issueFileOf(issue))));
  const merges = commits.filter((one) => one.isMerge && one.message.includes(`Closes #${issue}.`));
  return {
    project: id,
    issue,
    isClosed: state === 'closed',
    hasFile: (await readAtMain(repository, fileOf(issue))) === textOf(issue),
    merges: merges.map((one) => one.hash),
    commits: commits.flatMap((one) => taskOf(one, `${id}-${issue}.r`)),
    pullRequests: await readPullRequests(folder),
    markers: await readMarkers(join(folder, 'comments')),
  };
}

/** Every commit on the base branch. */
async function readCommits(repository: string): Promise<readonly Commit[]> {
  const log = await git(repository, ['log', 'main', '-z', '--format=%H%n%P%n%B']);
  return log.split('\0').flatMap((entry) => {
    const [hash = '', parents = '', ...lines] = entry.split('\n');
    return hash === '' ? [] : [{ hash, isMerge: parents.includes(' '), message: lines.join('\n') }];
  });
}

function taskOf({ hash, message }: Commit, workflows: string): IssueFacts['commits'] {
  const task = /^Tamma-Task: (\S+)$/m.exec(message)?.[1];
  return task?.startsWith(workflows) === true ? [{ hash, task }] : [];
}

/** Null when the base branch holds no such file. */
async function readAtMain(repository: string, path: string): Promise<string | null> {
  const listed = await git(repository, ['ls-tree', '--name-only', 'main', path]);
  return listed === '' ? null : git(repository, ['show', `main:${path}`]);
}

const issueSchema = z.object({ state: z.enum(['open', 'closed']) });
const pullRequestSchema = z.object({ number: z.int(), head: z.string(), state: z.string() });

async function readPullRequests(folder: string): Promise<IssueFacts['pullRequests']> {
  const names = (await listFolder(folder)).filter((name) => /^pull-request.*\.md$/.test(name));
  return Promise.all(
    names.map(async (name) => pullRequestSchema.parse(await readFrontMatter(join(folder, name)))),
  );
}

async function readMarkers(folder: string): Promise<readonly string[]> {
  const names = (await listFolder(folder)).filter((name) => name.endsWith('.md'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => /^<!-- (.+) -->\s*$/m.exec(text)?.[1] ?? []);
}

async function readFrontMatter(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8');
  return parse(/^---\n(.*?)\n---/s.exec(text)?.[1] ?? '');
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}

async function git(repository: string, args: readonly string[]): Promise<string> {
  const options = { timeout: GIT_TIMEOUT_MS, maxBuffer: OUTPUT_MAX_BYTES };
  return (await run('git', ['-C', repository, ...args], options)).stdout;
}
