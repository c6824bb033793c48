import { cp, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, configSchema } from '@tamma/contracts';
import { type Issue, normalizeLabels } from '@tamma/domain';
import { type TestFolder, testFolder } from '@tamma/testing';
import { parse } from 'yaml';
import { z } from 'zod';
import { runAgent } from '../agent-loop.ts';
import { createScriptedProvider } from '../scripted/index.ts';
import type { Tool } from '../tool.ts';

export const EXAMPLE = fileURLToPath(new URL('../../../../examples/textkit/', import.meta.url));

/** Far more than canned answers and small gates take. */
const PLAY_TIME_MS = 60_000;

const text = z.string().min(1);
const lines = z.array(text).min(1).max(12);

const SCHEMAS = {
  clarification: z.strictObject({
    ambiguity: z.int().min(0).max(100),
    goal: text,
    acceptance: lines,
    questions: z.array(text),
  }),
  'context-research': z.strictObject({
    summary: text,
    files: z.array(z.strictObject({ path: text, why: text })),
    risks: z.array(text),
  }),
  'plan-generation': z.strictObject({
    summary: text,
    steps: lines,
    files: z.array(text),
    risk: z.enum(['low', 'medium', 'high']),
    breaking: z.boolean(),
    deletesFiles: z.boolean(),
    testPlan: text,
  }),
  'code-generation': z.strictObject({ summary: text, tests: z.array(text), commitMessage: text }),
  'code-review': z.strictObject({
    summary: text,
    findings: z.array(
      z.strictObject({
        severity: z.enum(['info', 'minor', 'serious']),
        path: text,
        line: z.int().min(0),
        note: text,
      }),
    ),
    changes: text,
  }),
};
export type AiStep = keyof typeof SCHEMAS;
type Results = { readonly [Step in AiStep]: z.infer<(typeof SCHEMAS)[Step]> };

/** The results of the AI steps, as strict as they can be read. */
const RESULTS: { readonly [Step in AiStep]: z.ZodType<Results[Step]> } = SCHEMAS;

export interface Scene<Step extends AiStep> {
  readonly issue: number;
  readonly step: Step;
  readonly round?: number;
  readonly tools: readonly Tool[];
}

export interface Played<Result> {
  readonly result: Result;
  readonly turns: number;
  /** Summaries of the tool calls, in order. */
  readonly calls: readonly string[];
}

/** Runs the canned answers of a step with real tools; fails when the answers, or any call in them, do. */
export async function play<Step extends AiStep>(scene: Scene<Step>): Promise<Played<Results[Step]>> {
  const { issue, step, round = 0, tools } = scene;
  const calls: string[] = [];
  const outcome = await runAgent<Results[Step]>({
    agent: {
      name: 'scripted',
      provider: createScriptedProvider({ answers: `${EXAMPLE}answers` }),
      outputTokensMax: 16_384,
      contextTokensMax: 150_000,
    },
    purpose: { project: 'textkit', workflowId: `textkit-${issue}.r1`, issue, step, round },
    system: 'Play.',
    prompt: 'Play.',
    tools,
    result: RESULTS[step],
    limits: { turnsMax: 40, idleTurnsMax: 40, timeMaxMs: PLAY_TIME_MS },
    signal: new AbortController().signal,
    heard: { onTool: async ({ ok, summary }) => void calls.push(ok ? summary : `FAILED: ${summary}`) },
  });
  const where = `issue ${issue}, ${step}.${round}`;
  if (outcome.kind === 'asked') throw new Error(`${where}: ${outcome.question}`);
  if (outcome.kind !== 'finished') throw new Error(`${where}: ${outcome.error.message}`);
  const failed = calls.filter((call) => call.startsWith('FAILED'));
  if (failed.length > 0) throw new Error(`${where}: ${failed.join(', ')}`);
  return { result: outcome.result, turns: outcome.turns, calls };
}

/** A copy of the library that a test may change. */
export async function copyOfTextkit(): Promise<TestFolder> {
  const folder = await testFolder();
  await cp(`${EXAMPLE}repository`, folder.path, { recursive: true });
  return folder;
}

/** Text by path of every file of a library; `dist/` is ignored, as git does. */
export async function readLibrary(root: string): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (entry.isFile() && !path.startsWith('dist/'))
      texts.set(path, await readFile(join(root, path), 'utf8'));
  }
  return texts;
}

/** Files that differ from the library as it was committed first. */
export async function changedFiles(root: string): Promise<readonly string[]> {
  const [before, after] = [await readLibrary(`${EXAMPLE}repository`), await readLibrary(root)];
  return [...after.keys()].filter((path) => after.get(path) !== before.get(path));
}

export async function readConfig(): Promise<Config> {
  return configSchema.parse(parse(await readFile(`${EXAMPLE}tamma.config.yaml`, 'utf8')));
}

const frontMatter = z.strictObject({
  title: text,
  state: z.enum(['open', 'closed']),
  labels: z.array(text),
  author: text,
  assignee: text.nullable(),
  created: z.iso.datetime(),
});

/** Every issue, by number. */
export async function readIssues(): Promise<readonly Issue[]> {
  const names = (await readdir(`${EXAMPLE}issues`)).toSorted();
  return await Promise.all(names.map(readIssue));
}

async function readIssue(name: string): Promise<Issue> {
  const file = await readFile(`${EXAMPLE}issues/${name}`, 'utf8');
  const [, head, body = ''] = /^---\n(.*?)\n---\n(.*)$/s.exec(file) ?? [];
  const { created, labels, ...rest } = frontMatter.parse(parse(head ?? ''));
  return {
    ...rest,
    number: Number.parseInt(name, 10),
    body,
    labels: normalizeLabels(labels),
    authorKind: 'person',
    authorRole: 'owner',
    milestone: null,
    isLocked: false,
    blockedBy: [],
    createdAt: created,
  };
}
