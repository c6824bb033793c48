import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { type Issue, TammaError, type UnreadableIssue } from '@tamma/domain';
import type { IssueList } from '../git-platform.ts';
import type { Parsed } from './front-matter.ts';
import { issueNumberOf, type ParsedIssue, parseIssue } from './issue-file.ts';
import { errorCodeOf, fileError, type Problem, readTextFile } from './text-file.ts';

/** Files read at the same time. */
const READ_BATCH = 32;

interface Candidate {
  readonly name: string;
  readonly number: number | null;
}

export interface OpenedIssue {
  readonly path: string;
  readonly text: string;
  readonly modifiedAt: Date;
  readonly parsed: ParsedIssue;
}

export async function listOpenIssues(folder: string): Promise<IssueList> {
  const candidates = await listCandidates(folder);
  const issues: Issue[] = [];
  const unreadable: UnreadableIssue[] = [];
  for (let first = 0; first < candidates.length; first += READ_BATCH) {
    const batch = candidates.slice(first, first + READ_BATCH);
    const opened = await Promise.all(batch.map((candidate) => openCandidate(folder, candidate, candidates)));
    for (const [index, result] of opened.entries()) {
      if (result === null) continue;
      if (!result.ok) unreadable.push({ source: sourceOf(folder, batch[index]), ...result.problem });
      else if (result.value.parsed.issue.state === 'open') issues.push(result.value.parsed.issue);
    }
  }
  return { issues: issues.toSorted((one, other) => one.number - other.number), unreadable };
}

export async function readIssue(folder: string, number: number): Promise<Issue | null> {
  const opened = await openIssue(folder, number);
  return opened === null ? null : opened.parsed.issue;
}

/** True when a file carries the number, readable or not. */
export async function hasIssue(folder: string, number: number): Promise<boolean> {
  const candidates = await listCandidates(folder);
  return candidates.some((candidate) => candidate.number === number);
}

/** Numbers that files carry, readable or not, in order. */
export async function listIssueNumbers(folder: string): Promise<readonly number[]> {
  const numbers = (await listCandidates(folder)).map(({ number }) => number);
  return [...new Set(numbers.filter((number) => number !== null))];
}

/** Null when there is no such issue; throws when its file is unreadable. */
export async function openIssue(folder: string, number: number): Promise<OpenedIssue | null> {
  const candidates = await listCandidates(folder);
  const candidate = candidates.find((one) => one.number === number);
  if (candidate === undefined) return null;
  const opened = await openCandidate(folder, candidate, candidates);
  if (opened === null || opened.ok) return opened?.value ?? null;
  throw issueUnreadable(sourceOf(folder, candidate), opened.problem);
}

/** Null when the file is gone since it was listed. */
async function openCandidate(
  folder: string,
  candidate: Candidate,
  all: readonly Candidate[],
): Promise<Parsed<OpenedIssue> | null> {
  const problem = nameProblem(candidate, all);
  if (problem !== null) return { ok: false, problem };
  const path = join(folder, candidate.name);
  const file = await readTextFile(path);
  if (file.kind === 'absent') return null;
  if (file.kind === 'unreadable') return { ok: false, problem: file.problem };
  const { text, modifiedAt } = file;
  const parsed = parseIssue({ number: candidate.number ?? 0, text, modifiedAt });
  return parsed.ok ? { ok: true, value: { path, text, modifiedAt, parsed: parsed.value } } : parsed;
}

function nameProblem({ name, number }: Candidate, all: readonly Candidate[]): Problem | null {
  if (number === null) {
    const reason = 'its name is not that of an issue';
    return { reason, remedy: 'Name it NNN-title.md, such as 007-fix-the-door.md, or move it elsewhere.' };
  }
  const twin = all.find((other) => other.number === number && other.name !== name);
  if (twin === undefined) return null;
  return { reason: `its number ${number} is also that of ${twin.name}`, remedy: 'Rename one of the two.' };
}

/** Every file that is, or should be, an issue, by number. Hidden files and the README are neither. */
async function listCandidates(folder: string): Promise<readonly Candidate[]> {
  const names = await readFolder(folder);
  return names
    .filter((name) => /\.md$/i.test(name) && !name.startsWith('.') && name.toLowerCase() !== 'readme.md')
    .map((name) => ({ name, number: issueNumberOf(name) }))
    .toSorted((one, other) => (one.number ?? 0) - (other.number ?? 0) || (one.name < other.name ? -1 : 1));
}

async function readFolder(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (!['ENOENT', 'ENOTDIR'].includes(errorCodeOf(error) ?? '')) throw fileError(folder, error);
    throw issuesMissing(folder, error);
  }
}

export function issuesMissing(folder: string, cause?: unknown): TammaError {
  return new TammaError('ISSUES_FOLDER_MISSING', `${folder} is not a folder`, {
    class: 'validation',
    remedy: `Correct the project's "issues", or make the folder with: mkdir -p ${folder}`,
    cause,
  });
}

function issueUnreadable(source: string, { reason, remedy }: Problem): TammaError {
  return new TammaError('ISSUE_UNREADABLE', `${source}: ${reason}`, { class: 'validation', remedy });
}

function sourceOf(folder: string, candidate: Candidate | undefined): string {
  return join(folder, candidate?.name ?? '');
}
