import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Config, configSchema } from '@tamma/contracts';
import { type Issue, judgeEligibility, normalizeLabels } from '@tamma/domain';
import { type TestFolder, testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { parse } from 'yaml';
import { z } from 'zod';
import { runAgent } from '../agent-loop.ts';
import { type GateRun, readingTools, runGate, writingTools } from '../testing/folder-tools.ts';
import type { Tool } from '../tool.ts';
import { createScriptedProvider } from './index.ts';

const EXAMPLE = fileURLToPath(new URL('../../../../examples/textkit/', import.meta.url));

/** Node starts several times; the machine may be busy. */
const SLOW_MS = 60_000;

const text = z.string().min(1);
const lines = z.array(text).min(1).max(12);

/** The results of the AI steps, as strict as they can be read. */
const RESULTS = {
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

interface Played<Result> {
  readonly result: Result;
  readonly turns: number;
  /** Summaries of the tool calls, in order. */
  readonly calls: readonly string[];
}

/** Runs the canned answers of a step with real tools; fails when the answers, or any call in them, do. */
async function play<Result>(
  step: string,
  schema: z.ZodType<Result>,
  tools: readonly Tool[],
): Promise<Played<Result>> {
  const calls: string[] = [];
  const outcome = await runAgent({
    provider: createScriptedProvider({ answers: `${EXAMPLE}answers` }),
    purpose: { workflowId: 'textkit-1.r1', issue: 1, step, round: 0 },
    system: '',
    prompt: '',
    tools,
    result: schema,
    turnsMax: 40,
    signal: new AbortController().signal,
    onTool: async ({ ok, summary }) => void calls.push(ok ? summary : `FAILED: ${summary}`),
  });
  if (outcome.kind !== 'finished') throw new Error(`${step}: ${outcome.error.message}`);
  expect(calls.filter((call) => call.startsWith('FAILED'))).to.deep.equal([]);
  return { result: outcome.result, turns: outcome.turns, calls };
}

/** A copy of the library that a test may change. */
async function copyOfTextkit(): Promise<TestFolder> {
  const folder = await testFolder();
  await cp(`${EXAMPLE}repository`, folder.path, { recursive: true });
  return folder;
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
    createdAt: created,
  };
}

const frontMatter = z.strictObject({
  title: text,
  state: z.enum(['open', 'closed']),
  labels: z.array(text),
  author: text,
  assignee: text.nullable(),
  created: z.iso.datetime(),
});

async function readConfig(): Promise<Config> {
  return configSchema.parse(parse(await readFile(`${EXAMPLE}tamma.config.yaml`, 'utf8')));
}

describe('the example project', () => {
  it('has a valid configuration whose paths lie beside it', async () => {
    const { projects } = await readConfig();
    expect(projects).to.have.length(1);
    expect(projects[0]).to.deep.include({
      id: 'textkit',
      platform: 'local',
      repository: './repository.git',
      issues: './issues',
      ai: { provider: 'scripted', answers: './answers', turnsMax: 40 },
    });
    expect(await readdir(`${EXAMPLE}issues`)).to.have.length(2);
    expect(await readdir(`${EXAMPLE}answers`)).to.deep.equal(['001.yaml']);
  });

  it('has one issue that is eligible and one that is refused for its label alone', async () => {
    const rules = (await readConfig()).projects[0]?.eligibility;
    if (rules === undefined) throw new Error('the configuration has no project');
    const verdicts = [];
    for (const name of (await readdir(`${EXAMPLE}issues`)).toSorted()) {
      const issue = await readIssue(name);
      const question = { issue, rules, fingerprint: '', self: 'tamma', earlier: null };
      verdicts.push([issue.number, judgeEligibility(question).reasons]);
    }
    expect(verdicts).to.deep.equal([
      [1, []],
      [2, ['it lacks the required label "tamma"']],
    ]);
  });

  it('passes its own tests and builds before anything is changed', async () => {
    await using folder = await copyOfTextkit();
    const runs = [await runGate(folder.path, 'test'), await runGate(folder.path, 'build')];
    expect(runs.map((run) => run.exitCode)).to.deep.equal([0, 0]);
    expect(runs[0]?.output).to.contain('pass 12');
  }).timeout(SLOW_MS);

  it('has a build that fails on a function the README does not list', async () => {
    await using folder = await copyOfTextkit();
    await writeFile(join(folder.path, 'src/slugify.js'), 'export function shorten() {}\n');
    const { exitCode, output } = await runGate(folder.path, 'build');
    expect(exitCode).to.equal(1);
    expect(output).to.contain('README.md does not list shorten');
  }).timeout(SLOW_MS);

  it('has canned answers for every step that only reads', async () => {
    const tools = readingTools(`${EXAMPLE}repository`);
    const { result: clarity } = await play('clarification', RESULTS.clarification, tools);
    const { result: context } = await play('context-research', RESULTS['context-research'], tools);
    const { result: plan } = await play('plan-generation', RESULTS['plan-generation'], tools);
    expect(clarity).to.include({ ambiguity: 10 });
    expect(clarity.questions).to.deep.equal([]);
    expect(context.files.map((file) => file.path)).to.have.members(plan.files);
    expect(plan).to.include({ risk: 'low', breaking: false, deletesFiles: false });
  });

  it('generates code test first: red after the tests are written, green at the end', async () => {
    await using folder = await copyOfTextkit();
    const gates: GateRun[] = [];
    const tools = writingTools(folder.path, (run) => void gates.push(run));
    const played = await play('code-generation', RESULTS['code-generation'], tools);
    expect(gates.map(({ gate, exitCode }) => `${gate} ${exitCode}`)).to.deep.equal([
      'test 1',
      'test 0',
      'build 0',
      'test 0',
    ]);
    expect(gates[0]?.output).to.contain('pass 12').and.contain('fail 2');
    expect(gates.at(-1)?.output).to.contain('pass 14').and.contain('fail 0');
    expect(played.turns).to.equal(8);
    const firstRun = played.calls.indexOf('run_gate test');
    expect(played.calls.slice(0, firstRun).filter((call) => call.startsWith('edit_file'))).to.deep.equal([
      'edit_file src/slugify.test.js',
    ]);
  }).timeout(SLOW_MS);

  it('changes the files of its plan and no other, and names tests that exist', async () => {
    await using folder = await copyOfTextkit();
    const tools = readingTools(folder.path);
    const { result: plan } = await play('plan-generation', RESULTS['plan-generation'], tools);
    const writing = writingTools(folder.path, () => undefined);
    const { result } = await play('code-generation', RESULTS['code-generation'], writing);
    expect(await changedFiles(folder.path)).to.have.members(plan.files);
    const tests = await readFile(join(folder.path, 'src/slugify.test.js'), 'utf8');
    expect(result.tests).to.have.length(2);
    for (const named of result.tests) expect(tests).to.contain(`test('${named.split(': ')[1]}'`);
    expect(await readFile(join(folder.path, 'README.md'), 'utf8')).to.contain('accents');
  }).timeout(SLOW_MS);

  it('reviews the changed code, and its finding points at a line that is about it', async () => {
    await using folder = await copyOfTextkit();
    const writing = writingTools(folder.path, () => undefined);
    await play('code-generation', RESULTS['code-generation'], writing);
    const tools = readingTools(folder.path);
    const { result } = await play('code-review', RESULTS['code-review'], tools);
    const [finding] = result.findings;
    if (finding === undefined) throw new Error('the review has no finding');
    const code = (await readFile(join(folder.path, finding.path), 'utf8')).split('\n');
    expect(code[finding.line - 1]).to.contain(".normalize('NFD')");
  }).timeout(SLOW_MS);
});

/** Files that differ from the library as it was committed first; `dist/` is ignored, as git does. */
async function changedFiles(root: string): Promise<readonly string[]> {
  const changed: string[] = [];
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const path = relative(root, join(entry.parentPath, entry.name));
    if (!entry.isFile() || path.startsWith('dist/')) continue;
    const before = await readFile(`${EXAMPLE}repository/${path}`, 'utf8').catch(() => null);
    if (before !== (await readFile(join(root, path), 'utf8'))) changed.push(path);
  }
  return changed;
}
