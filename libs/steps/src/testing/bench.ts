import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Agent, AiProvider } from '@tamma/ai-provider';
import {
  type LocalProject,
  type PlannedStep,
  type Project,
  STEP_HANDLERS,
  type WorkflowHead,
} from '@tamma/contracts';
import { buildHead, buildProject, buildStep } from '@tamma/contracts/testing';
import {
  type ArtifactName,
  type GateResult,
  type Issue,
  type Round,
  type StoredDecision,
  type TimedWait,
  workflowIdOf,
} from '@tamma/domain';
import { buildIssue } from '@tamma/domain/testing';
import type { GitPlatform } from '@tamma/git-platform';
import { createLocalPlatform } from '@tamma/git-platform/local';
import { testFolder } from '@tamma/testing';
import type { Workspaces } from '@tamma/workspace';
import { createGitWorkspaces } from '@tamma/workspace/git';
import { abilitiesFor } from '@tamma/workspace/testing';
import { buildAgent, createQueuedModel, type QueuedModel } from './model.ts';
import { createRepository, type FileChanges, type TestRepository } from './repository.ts';
import { createStage, type Stage, stagePlatform } from './stage.ts';

const ACCOUNT = 'tamma';
/** Where node and git are; commands of the gates see nothing else of our environment. */
const PATH = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
const MACHINE = { path: PATH, sandbox: 'none' } as const;
const MINUTE_MS = 60_000;
const FILES = {
  'README.md': '# Sums\n',
  'src/sum.js': 'export const sum = (a, b) => a + b;\n',
};

/** One workflow on a platform, a repository and workspaces of its own, all real; the model alone is played. */
export interface Bench extends AsyncDisposable {
  readonly folder: string;
  readonly head: WorkflowHead;
  readonly repository: TestRepository;
  /** Real, but for what the stage says. */
  readonly platform: GitPlatform;
  readonly stage: Stage;
  readonly workspaces: Workspaces;
  readonly model: QueuedModel;
  /** Whom the steps ask, in this order: one around the model, unless others were given. */
  readonly agents: readonly Agent[];
  /** What is on record: filled by `runStep`, or by hand. Results go by step id. */
  readonly results: Map<string, unknown>;
  readonly artifacts: Map<ArtifactName, string>;
  readonly gates: GateResult[];
  readonly rounds: Round[];
  /** What tasks park for, by task id. */
  readonly waits: Map<string, TimedWait>;
  /** What people decided; each goes to the task that its id names. */
  readonly decisions: StoredDecision[];
  /** Writes the issue as a person does; null deletes it. */
  writeIssue(changes: Partial<Issue> | null): Promise<void>;
  /** Texts of the comments on the issue. */
  readComments(): Promise<readonly string[]>;
  /** Names of the branches, sorted. */
  listBranches(): Promise<readonly string[]>;
  countPullRequests(): Promise<number>;
}

export interface BenchOptions {
  readonly issue?: Partial<Issue>;
  readonly gates?: GatesGiven;
  readonly project?: Partial<LocalProject>;
  /** What the repository holds at first. */
  readonly files?: FileChanges;
  /** In place of the queued model. */
  readonly ai?: AiProvider;
  /** In place of the one agent around it. */
  readonly agents?: readonly Agent[];
}

type Gates = Project['gates'];
type CommandGiven = Omit<Gates['test'], 'network'> & { readonly network?: boolean };
type GatesGiven = Partial<Omit<Gates, 'build' | 'test' | 'security'>> & {
  readonly build?: CommandGiven;
  readonly test?: CommandGiven;
  readonly security?: CommandGiven;
};

export async function createBench(options: BenchOptions = {}): Promise<Bench> {
  const folder = await testFolder();
  const path = (name: string) => join(folder.path, name);
  const issues = path('issues');
  await mkdir(issues);
  const repository = await createRepository(path('project.git'), options.files ?? FILES);
  const project = projectOf(options, { repository: repository.path, issues });
  const issue = buildIssue(options.issue);
  const model = createQueuedModel();
  const stage = createStage();
  const local = createLocalPlatform({ repository: repository.path, issues, account: ACCOUNT });
  const bench = {
    folder: folder.path,
    head: buildHead({
      workflowId: workflowIdOf(project.id, issue.number, 1),
      project,
      issue,
      template: templateOf(),
    }),
    repository,
    platform: stagePlatform(local, stage, ACCOUNT),
    stage,
    workspaces: await createGitWorkspaces({
      root: path('work'),
      author: { name: 'Tamma', email: 'tamma@example.test' },
      ...MACHINE,
      abilities: await abilitiesFor(path('work'), MACHINE),
    }),
    model,
    agents: options.agents ?? [buildAgent(options.ai ?? model)],
    results: new Map(),
    artifacts: new Map(),
    gates: [],
    rounds: [],
    waits: new Map(),
    decisions: [],
    ...handsOn({ issues, issue, repository }),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
  await bench.writeIssue({});
  return bench;
}

function projectOf(
  options: BenchOptions,
  place: { readonly repository: string; readonly issues: string },
): LocalProject {
  const project = buildProject({ ...place, account: ACCOUNT, ...options.project });
  const pass = { command: ['true'], timeout: MINUTE_MS };
  const { build = pass, test = pass, security, ...rest } = options.gates ?? {};
  const commands = { build: offline(build), test: offline(test) };
  const scanner = security === undefined ? {} : { security: offline(security) };
  return { ...project, gates: { ...project.gates, ...rest, ...commands, ...scanner } };
}

/** Commands reach no network unless they say so. */
function offline(given: CommandGiven): Gates['test'] {
  return { network: false, ...given };
}

/** All steps by their own names; phases and capabilities are of no interest here. */
function templateOf(): WorkflowHead['template'] {
  const steps: PlannedStep[] = STEP_HANDLERS.map((handler, index) =>
    buildStep({ id: handler, handler, index, opens: false }),
  );
  return { name: 'issue-to-pr', hash: 'hash', steps };
}

interface Ground {
  readonly issues: string;
  readonly issue: Issue;
  readonly repository: TestRepository;
}

function handsOn({ issues, issue, repository }: Ground) {
  const stem = String(issue.number).padStart(3, '0');
  const issueFile = join(issues, `${stem}-issue.md`);
  return {
    writeIssue: async (changes: Partial<Issue> | null) => {
      if (changes === null) await rm(issueFile);
      else await writeFile(issueFile, issueText({ ...issue, ...changes }));
    },
    readComments: async () => {
      const comments = join(issues, stem, 'comments');
      const names = await namesIn(comments);
      return await Promise.all(names.map((name) => readFile(join(comments, name), 'utf8')));
    },
    listBranches: async () => {
      const names = await repository.git('for-each-ref', '--format=%(refname:short)', 'refs/heads/');
      return names.split('\n');
    },
    countPullRequests: async () => {
      const names = await namesIn(join(issues, stem));
      return names.filter((name) => name.startsWith('pull-request')).length;
    },
  };
}

/** JSON is YAML too, and needs no care about quotes. */
function issueText({ title, state, labels, author, assignee, milestone, createdAt, body }: Issue): string {
  const values = { title, state, labels, author, assignee, milestone, created: createdAt };
  const lines = Object.entries(values).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  return `---\n${lines.join('\n')}\n---\n${body}\n`;
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return (await readdir(folder)).toSorted();
  } catch (error) {
    // Nobody wrote anything there yet.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  }
}
