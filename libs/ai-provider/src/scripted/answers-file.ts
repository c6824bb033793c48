import { readdir, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { TammaError, toError } from '@tamma/domain';
import { parse } from 'yaml';
import type { z } from 'zod';
import { type Answers, answersSchema } from './answers-schema.ts';

/** The answer that is looked for; every error names it. */
export interface Question {
  readonly project: string;
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

/**
 * Finds `NNN.yaml` or `NNN-anything.yaml` in the project's own folder, else in the folder itself; throws a TammaError
 * of class `validation` unless there is exactly one.
 */
export async function findAnswersFile(folder: string, question: Question): Promise<string> {
  const own = projectFolder(folder, question.project);
  const ofProject = await filesIn(own, question).catch((thrown: unknown) => {
    if (codeOf(thrown) === 'ENOENT') return [];
    throw pathProblem(question, own, thrown);
  });
  if (ofProject.length > 0) return onlyOne(ofProject, question);
  const ofAll = await filesIn(folder, question).catch((thrown: unknown) => {
    throw pathProblem(question, folder, thrown);
  });
  if (ofAll.length > 0) return onlyOne(ofAll, question);
  throw missing(question, `${join(folder, fileNameOf(question.issue))} does not exist`);
}

/** Where a project keeps answers of its own; its name cannot lead out of the folder. */
export function projectFolder(folder: string, project: string): string {
  return join(folder, encodeURIComponent(project).replaceAll('.', '%2E'));
}

/** `007.yaml` */
export function fileNameOf(issue: number): string {
  return `${String(issue).padStart(3, '0')}.yaml`;
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

async function filesIn(folder: string, question: Question): Promise<readonly string[]> {
  const names = await readdir(folder);
  const found = names.filter((name) => issueOf(name) === question.issue).toSorted();
  return found.map((name) => join(folder, name));
}

function onlyOne(files: readonly string[], question: Question): string {
  const [only = '', twin] = files;
  if (twin === undefined) return only;
  const names = files.map((file) => basename(file)).join(', ');
  throw unreadable(question, `${dirname(only)} holds more than one file for this issue: ${names}`);
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
  const code = codeOf(thrown);
  if (code === undefined || !PATH_CODES.has(code)) return thrown;
  return unreadable(question, `${path} cannot be read: ${code}`, thrown);
}

function codeOf(thrown: unknown): string | undefined {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
