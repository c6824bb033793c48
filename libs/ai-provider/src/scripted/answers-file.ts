import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { TammaError, toError } from '@tamma/domain';
import { parse } from 'yaml';
import { z } from 'zod';

/** Longest pause before a canned turn: long enough to be killed in the middle of it. */
const DELAY_MS_MAX = 60_000;

const turn = z
  .strictObject({
    text: z.string().min(1).optional(),
    calls: z
      .array(
        z.strictObject({ tool: z.string().min(1), input: z.record(z.string(), z.unknown()).default({}) }),
      )
      .default([]),
    delayMs: z.int().min(0).max(DELAY_MS_MAX).default(0),
  })
  .refine(({ text, calls }) => text !== undefined || calls.length > 0, 'expected text or calls');

/** By step id; `step.round` holds the answers of a later round. */
const answersSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]*(\.[1-9]\d*)?$/, 'expected a step id, or step.round for a later round'),
  z.array(turn).min(1),
);
export type Answers = z.infer<typeof answersSchema>;
export type CannedTurn = z.infer<typeof turn>;

/** The answer that is looked for; every error names it. */
export interface Question {
  readonly issue: number;
  /** A key of the file: `step`, or `step.round`. */
  readonly step: string;
  /** Counted from one. */
  readonly turn: number;
}

const REMEDY =
  "Scripted answers are canned and only know the example's issues: add an answer, or configure another provider.";

/** Trouble with the path itself; other file errors (a full table of open files, say) keep their own class. */
const PATH_CODES = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM', 'ELOOP']);

/** Finds `NNN.yaml` or `NNN-anything.yaml`; throws a TammaError of class `validation` unless there is exactly one. */
export async function findAnswersFile(folder: string, question: Question): Promise<string> {
  const names = await readdir(folder).catch((thrown: unknown) => {
    throw pathProblem(question, folder, thrown);
  });
  const found = names.filter((name) => issueOf(name) === question.issue).toSorted();
  const [only, twin] = found;
  if (only === undefined) {
    const wanted = join(folder, `${String(question.issue).padStart(3, '0')}.yaml`);
    throw missing(question, `${wanted} does not exist`);
  }
  if (twin === undefined) return join(folder, only);
  throw unreadable(question, `${folder} holds more than one file for this issue: ${found.join(', ')}`);
}

/** Throws a TammaError of class `validation` that names the file and what is wrong in it. */
export async function readAnswersFile(file: string, question: Question): Promise<Answers> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    throw pathProblem(question, file, thrown);
  });
  const answers = answersSchema.safeParse(parseYaml(file, text, question));
  if (answers.success) return answers.data;
  const problems = answers.error.issues.map(describeProblem).join('; ');
  throw unreadable(question, `${file} does not fit: ${problems}`);
}

export function missing(question: Question, reason: string): TammaError {
  return new TammaError('AI_ANSWER_MISSING', describe(question, reason), {
    class: 'validation',
    remedy: REMEDY,
  });
}

function unreadable(question: Question, reason: string, cause?: unknown): TammaError {
  const options = { class: 'validation', remedy: REMEDY, cause } as const;
  return new TammaError('AI_ANSWERS_UNREADABLE', describe(question, reason), options);
}

function describe({ issue, step, turn: number }: Question, reason: string): string {
  return `no canned answer for issue ${issue}, step "${step}", turn ${number}: ${reason}`;
}

function parseYaml(file: string, text: string, question: Question): unknown {
  try {
    return parse(text, { logLevel: 'error' });
  } catch (thrown) {
    throw unreadable(question, `${file} is not YAML: ${toError(thrown).message}`, thrown);
  }
}

function issueOf(name: string): number | null {
  const digits = /^(\d+)(?:-.*)?\.yaml$/.exec(name)?.[1];
  return digits === undefined ? null : Number(digits);
}

function describeProblem(issue: z.core.$ZodIssue): string {
  // "Invalid key in record" would not say what a key has to be.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return `${describePath(issue.path)}: ${message}`;
}

/** People count turns from one, as the rest of the message does. */
function describePath(path: readonly PropertyKey[]): string {
  const [step, turnIndex, ...field] = path;
  if (step === undefined) return 'the file';
  const place = typeof turnIndex === 'number' ? [`turn ${turnIndex + 1}`] : [];
  const rest = field.length === 0 ? [] : [field.map(String).join('.')];
  return [`step "${String(step)}"`, ...place, ...rest].join(', ');
}

function pathProblem(question: Question, path: string, thrown: unknown): unknown {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  if (typeof code !== 'string' || !PATH_CODES.has(code)) return thrown;
  return unreadable(question, `${path} cannot be read: ${code}`, thrown);
}
