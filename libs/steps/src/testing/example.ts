import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createScriptedProvider } from '@tamma/ai-provider/scripted';
import { STEP_HANDLERS, type StepHandler } from '@tamma/contracts';
import { buildProject } from '@tamma/contracts/testing';
import type { Issue } from '@tamma/domain';
import { createLocalPlatform } from '@tamma/git-platform/local';
import type { Attempt } from './attempt.ts';
import { type Bench, type BenchOptions, createBench } from './bench.ts';
import { drive } from './drive.ts';
import type { FileChanges } from './repository.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/textkit/', import.meta.url));

const GATE_MS = 60_000;
/** What its scripts run: npm before it, and a process for each file of tests, would take most of the time. */
const WITHOUT_NPM = {
  build: { command: ['node', 'scripts/build.mjs'], timeout: GATE_MS },
  test: { command: ['node', '--test', '--test-isolation=none'], timeout: GATE_MS },
};

/** One issue of the example project with its canned answers; library, gates and all else are real. */
export async function createExample(
  number: number,
  options: Pick<BenchOptions, 'gates'> = {},
): Promise<Bench> {
  return await createBench({
    issue: await readIssue(number),
    files: await readFiles(join(EXAMPLE, 'repository')),
    ai: createScriptedProvider({ answers: join(EXAMPLE, 'answers') }),
    gates: { ...withoutScanner(), ...WITHOUT_NPM, ...options.gates },
    project: { id: 'textkit' },
  });
}

/** What every project has: the example has no scanner of its own. */
function withoutScanner() {
  const { security: _, ...gates } = buildProject().gates;
  return gates;
}

async function readIssue(number: number): Promise<Issue> {
  const place = {
    repository: join(EXAMPLE, 'repository'),
    issues: join(EXAMPLE, 'issues'),
    account: 'tamma',
  };
  const issue = await createLocalPlatform(place).readIssue(number);
  if (issue === null) throw new Error(`the example has no issue ${number}`);
  return issue;
}

async function readFiles(root: string): Promise<FileChanges> {
  const files = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (!entry.isFile() || /^(dist|node_modules)\//.test(path)) continue;
    files.set(path, await readFile(join(root, path), 'utf8'));
  }
  return Object.fromEntries(files);
}

export interface Walk {
  /** The step that is not done; null when the last one is. */
  readonly stopped: { readonly handler: StepHandler; readonly made: Attempt } | null;
  /** Every step as it ran, by the end of its task's id. */
  readonly ran: readonly string[];
}

/** Goes on with the first step that is not done, until one waits for a person or stops, or `last` is done. */
export async function walkOn(bench: Bench, last: StepHandler = 'merge-and-close'): Promise<Walk> {
  const ran: string[] = [];
  const until = STEP_HANDLERS.indexOf(last) + 1;
  for (const handler of STEP_HANDLERS.slice(0, until)) {
    if (bench.results.has(handler)) continue;
    const made = await drive(bench, handler, { onStep: (name) => void ran.push(name) });
    if (made.outcome.kind !== 'done') return { stopped: { handler, made }, ran };
  }
  return { stopped: null, ran };
}

/** Goes on until a person is needed for this step; gives back what it asks, and fails when it does not. */
export async function walkUntil(bench: Bench, handler: StepHandler): Promise<Attempt> {
  const { stopped } = await walkOn(bench);
  if (stopped?.handler === handler) return stopped.made;
  const found = stopped === null ? 'the end' : `${stopped.handler}: ${JSON.stringify(stopped.made.outcome)}`;
  throw new Error(`expected ${handler} to wait for a person, came to ${found}`);
}
