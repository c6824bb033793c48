import { execFile } from 'node:child_process';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ConfigInput } from '@tamma/contracts';
import { stringify } from 'yaml';
import { renderAnswers } from './answers.ts';
import { issueFileOf, renderIssue } from './issues.ts';

const run = promisify(execFile);
const ISSUES_PER_REPOSITORY = 10;
const GIT_TIMEOUT_MS = 30_000;

export interface SceneRequest {
  /** Must exist; everything is written below it. */
  readonly folder: string;
  readonly workflows: number;
  readonly delayMs: number;
  readonly searchPath: string;
  /** Everything of the configuration but its projects. */
  readonly settings: Omit<ConfigInput, 'projects'>;
}

export interface SceneProject {
  readonly id: string;
  /** Path of the bare repository. */
  readonly repository: string;
  readonly issuesFolder: string;
  readonly issues: readonly number[];
}

export interface Scene {
  readonly configFile: string;
  readonly projects: readonly SceneProject[];
}

/** Repositories with ten issues each, the model's answers, and the configuration that names them. */
export async function writeScene(request: SceneRequest): Promise<Scene> {
  const count = Math.ceil(request.workflows / ISSUES_PER_REPOSITORY);
  const answers = join(request.folder, 'answers');
  await writeAnswers(answers, request.delayMs);
  const seed = await makeSeed(request);
  const projects: SceneProject[] = [];
  for (let i = 0; i < count; i += 1) {
    const left = request.workflows - i * ISSUES_PER_REPOSITORY;
    projects.push(
      await writeProject(request, { index: i, issues: Math.min(left, ISSUES_PER_REPOSITORY), seed }),
    );
  }
  await rm(seed, { recursive: true });
  const configFile = join(request.folder, 'tamma.config.yaml');
  const config: ConfigInput = {
    ...request.settings,
    projects: projects.map((project) => configOf(project, answers)),
  };
  await writeFile(configFile, stringify(config));
  return { configFile, projects };
}

function configOf({ id, repository, issuesFolder }: SceneProject, answers: string) {
  const command = ['true'];
  return {
    id,
    platform: 'local' as const,
    repository,
    issues: issuesFolder,
    gates: { build: { command }, test: { command } },
    ai: { provider: 'scripted' as const, answers },
  };
}

async function writeAnswers(folder: string, delayMs: number): Promise<void> {
  await mkdir(folder);
  for (let issue = 1; issue <= ISSUES_PER_REPOSITORY; issue += 1) {
    await writeFile(
      join(folder, `${String(issue).padStart(3, '0')}.yaml`),
      renderAnswers(issue, { delayMs }),
    );
  }
}

interface ProjectPlan {
  readonly index: number;
  readonly issues: number;
  readonly seed: string;
}

async function writeProject({ folder, searchPath }: SceneRequest, plan: ProjectPlan): Promise<SceneProject> {
  const id = `notes-${String(plan.index + 1).padStart(2, '0')}`;
  const repository = join(folder, `${id}.git`);
  await git(searchPath, ['clone', '--quiet', '--bare', plan.seed, repository]);
  const issuesFolder = join(folder, `${id}-issues`);
  await mkdir(issuesFolder);
  const issues = Array.from({ length: plan.issues }, (_, i) => i + 1);
  for (const issue of issues) await writeFile(join(issuesFolder, issueFileOf(issue)), renderIssue(issue));
  return { id, repository, issuesFolder, issues };
}

/** The one repository that all others begin as. */
async function makeSeed({ folder, searchPath }: SceneRequest): Promise<string> {
  const seed = join(folder, 'seed');
  await git(searchPath, ['init', '--quiet', '--initial-branch=main', seed]);
  await writeFile(join(seed, 'README.md'), '# Notes\n');
  await git(searchPath, ['-C', seed, 'add', '--all']);
  await git(searchPath, ['-C', seed, 'commit', '--quiet', '--no-gpg-sign', '--message', 'Begin']);
  return seed;
}

async function git(searchPath: string, args: readonly string[]): Promise<void> {
  const identity = [
    '-c',
    'user.name=Mira',
    '-c',
    'user.email=mira@localhost',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  const env = { PATH: searchPath, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  await run('git', [...identity, ...args], { env, timeout: GIT_TIMEOUT_MS });
}
