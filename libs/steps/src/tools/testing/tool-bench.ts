import { dirname } from 'node:path';
import { type Tool, ToolRefusal } from '@tamma/ai-provider';
import type { LocalProject } from '@tamma/contracts';
import { buildHead, buildProject } from '@tamma/contracts/testing';
import { type Fact, TammaError } from '@tamma/domain';
import { testFolder } from '@tamma/testing';
import type { Workspace } from '@tamma/workspace';
import { createGitWorkspaces } from '@tamma/workspace/git';
import { abilitiesFor } from '@tamma/workspace/testing';
import { createRepository, type FileChanges } from '../../testing/repository.ts';
import { readTools } from '../read-tools.ts';
import { runTools } from '../run-tools.ts';
import { writeTools } from '../write-tools.ts';

const PATH = [dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(':');
const MACHINE = { path: PATH, sandbox: 'none' } as const;

/** All tools on a checkout of a repository of its own. */
export interface ToolBench extends AsyncDisposable {
  readonly folder: string;
  readonly workspace: Workspace;
  readonly tools: readonly Tool[];
  /** What was told, in order. */
  readonly facts: readonly Fact[];
  /** What a tool answers; fails as the tool does. */
  call(name: string, input: unknown): Promise<string>;
  /** The error a tool answers with; fails when it went well, or broke in a way that no model could act on. */
  refuse(name: string, input: unknown): Promise<TammaError>;
}

export interface ToolBenchOptions {
  readonly files?: FileChanges;
  readonly gates?: Partial<LocalProject['gates']>;
  readonly ai?: Partial<LocalProject['ai']>;
}

export async function createToolBench(options: ToolBenchOptions = {}): Promise<ToolBench> {
  const folder = await testFolder();
  const repository = await createRepository(`${folder.path}/project.git`, {
    'README.md': '# Sums\n',
    ...options.files,
  });
  const author = { name: 'Tamma', email: 'tamma@example.test' };
  const root = `${folder.path}/work`;
  const abilities = await abilitiesFor(root, MACHINE);
  const workspaces = await createGitWorkspaces({ root, author, ...MACHINE, abilities });
  const workspace = await workspaces.open({ key: 'k', cloneUrl: repository.path, branch: 'main' });
  const project = projectOf(options);
  const facts: Fact[] = [];
  const context = {
    head: buildHead({ project }),
    signal: new AbortController().signal,
    tell: async (fact: Fact) => void facts.push(fact),
  };
  const tools = [
    ...readTools(workspace),
    ...writeTools(workspace, project.gates.patch),
    ...runTools(context, workspace),
  ];
  const call = (name: string, input: unknown) => callTool(tools, name, input);
  return {
    folder: folder.path,
    workspace,
    tools,
    facts,
    call,
    refuse: (name, input) => errorOf(call(name, input)),
    [Symbol.asyncDispose]: async () => {
      await workspace[Symbol.asyncDispose]();
      await folder[Symbol.asyncDispose]();
    },
  };
}

function projectOf({ gates, ai }: ToolBenchOptions): LocalProject {
  const project = buildProject();
  return { ...project, gates: { ...project.gates, ...gates }, ai: { ...project.ai, ...ai } };
}

async function callTool(tools: readonly Tool[], name: string, input: unknown): Promise<string> {
  const tool = tools.find((one) => one.name === name);
  if (tool === undefined) throw new Error(`there is no tool ${name}`);
  return tool.run(tool.input.parse(input));
}

async function errorOf(action: Promise<string>): Promise<TammaError> {
  try {
    throw new Error(`it went well: ${await action}`);
  } catch (error) {
    if (error instanceof TammaError) return error;
    throw error;
  }
}

/** The kind of limit an error speaks of; null when it is a mere failure. */
export function ruleOf(error: TammaError): string | null {
  return error instanceof ToolRefusal ? error.rule : null;
}
