import { execFile } from 'node:child_process';
import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { defineTool, type Tool } from '../tool.ts';

export interface GateRun {
  readonly gate: 'build' | 'test';
  readonly exitCode: number;
  readonly output: string;
}

const COMMAND_TIMEOUT_MS = 60_000;
const NO_FILES = new Set(['.git', 'dist', 'node_modules']);

/** The tools of the reading steps on a plain folder. No safety whatever: for canned answers in tests. */
export function readingTools(root: string): readonly Tool[] {
  return [
    defineTool({
      name: 'list_files',
      description: 'Lists all files.',
      input: z.strictObject({}),
      run: async () => (await listFiles(root)).join('\n'),
    }),
    defineTool({
      name: 'read_file',
      description: 'Reads a file.',
      input: z.strictObject({ path: z.string() }),
      run: ({ path }) => readFile(join(root, path), 'utf8'),
    }),
    defineTool({
      name: 'search',
      description: 'Finds the lines that hold a text.',
      input: z.strictObject({ text: z.string() }),
      run: ({ text }) => search(root, text),
    }),
  ];
}

/** The tools of code generation; `onGate` hears of every command that ran. */
export function writingTools(root: string, onGate: (run: GateRun) => void): readonly Tool[] {
  return [
    ...readingTools(root),
    defineTool({
      name: 'write_file',
      description: 'Writes a file.',
      input: z.strictObject({ path: z.string(), text: z.string() }),
      async run({ path, text }) {
        await writeFile(join(root, path), text);
        return 'written';
      },
    }),
    defineTool({
      name: 'edit_file',
      description: 'Replaces a text that occurs once.',
      input: z.strictObject({ path: z.string(), find: z.string().min(1), replace: z.string() }),
      run: (edit) => editFile(root, edit),
    }),
    defineTool({
      name: 'delete_file',
      description: 'Deletes a file.',
      input: z.strictObject({ path: z.string() }),
      async run({ path }) {
        await rm(join(root, path));
        return 'deleted';
      },
    }),
    defineTool({
      name: 'run_gate',
      description: "Runs the project's command.",
      input: z.strictObject({ gate: z.enum(['build', 'test']) }),
      async run({ gate }) {
        const run = await runGate(root, gate);
        onGate(run);
        return `exit code ${run.exitCode}\n${run.output}`;
      },
    }),
  ];
}

/** The tools of code generation without its gates: they judge nothing that a test of the edits is about. */
export function editingTools(root: string): readonly Tool[] {
  const gate = defineTool({
    name: 'run_gate',
    description: 'Runs nothing.',
    input: z.strictObject({ gate: z.enum(['build', 'test']) }),
    run: async () => 'not run',
  });
  return [...writingTools(root, () => undefined).filter((tool) => tool.name !== gate.name), gate];
}

const packageSchema = z.object({ scripts: z.object({ build: z.string(), test: z.string() }) });

/** Runs the script of package.json, whose program has to be `node`, on the Node that runs this. */
export async function runGate(root: string, gate: GateRun['gate']): Promise<GateRun> {
  const { scripts } = packageSchema.parse(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')));
  const [program, ...args] = scripts[gate].split(' ');
  if (program !== 'node') throw new Error(`the script "${gate}" does not start node: ${scripts[gate]}`);
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, timeout: COMMAND_TIMEOUT_MS }, (error, stdout, stderr) => {
      const exitCode = error === null ? 0 : typeof error.code === 'number' ? error.code : 1;
      resolve({ gate, exitCode, output: stdout + stderr });
    });
  });
}

async function listFiles(root: string): Promise<readonly string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(root, join(entry.parentPath, entry.name)));
  return paths.filter((path) => !path.split('/').some((part) => NO_FILES.has(part))).toSorted();
}

async function search(root: string, text: string): Promise<string> {
  const hits: string[] = [];
  for (const path of await listFiles(root)) {
    const lines = (await readFile(join(root, path), 'utf8')).split('\n');
    lines.forEach((line, index) => {
      if (line.includes(text)) hits.push(`${path}:${index + 1}: ${line}`);
    });
  }
  if (hits.length === 0) throw new Error(`nothing found for "${text}"`);
  return hits.join('\n');
}

async function editFile(
  root: string,
  edit: { path: string; find: string; replace: string },
): Promise<string> {
  const file = join(root, edit.path);
  const parts = (await readFile(file, 'utf8')).split(edit.find);
  if (parts.length !== 2) throw new Error(`the text occurs ${parts.length - 1} times, it has to occur once`);
  await writeFile(file, parts.join(edit.replace));
  return 'edited';
}
