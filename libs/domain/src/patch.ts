import { fitsPattern } from './path-pattern.ts';
import { isSensitivePath } from './risk.ts';

export interface ChangedFile {
  readonly path: string;
  readonly additions: number;
  readonly deletions: number;
}

export interface PatchLimits {
  readonly filesMax: number;
  readonly linesMax: number;
  /** Whether paths that steer builds and permissions may be touched. */
  readonly allowSensitivePaths: boolean;
  /** Patterns of further paths nobody but a person changes, whatever is allowed otherwise. */
  readonly protectedPaths: readonly string[];
}

type PathLimits = Pick<PatchLimits, 'allowSensitivePaths' | 'protectedPaths'>;

/** Paths that a problem names; the rest is counted. */
const NAMED_MAX = 20;

/** Every limit a change breaks, as sentences; empty when it keeps them all. */
export function judgePatch(files: readonly ChangedFile[], limits: PatchLimits): readonly string[] {
  const lines = files.reduce((sum, file) => sum + file.additions + file.deletions, 0);
  const kept = files.map(({ path }) => path).filter((path) => isKeptPath(path, limits));
  const problems: string[] = [];
  if (files.length === 0) problems.push('the change is empty');
  if (files.length > limits.filesMax) {
    problems.push(`${files.length} files changed, at most ${limits.filesMax} are allowed`);
  }
  if (lines > limits.linesMax)
    problems.push(`${lines} lines changed, at most ${limits.linesMax} are allowed`);
  if (kept.length > 0) problems.push(`protected paths changed: ${listSome(kept)}`);
  return problems;
}

/** Whether nobody but a person may change the path. */
export function isKeptPath(path: string, limits: PathLimits): boolean {
  const { allowSensitivePaths, protectedPaths } = limits;
  if (!allowSensitivePaths && isSensitivePath(path)) return true;
  return protectedPaths.some((pattern) => fitsPattern(path, pattern));
}

function listSome(paths: readonly string[]): string {
  const named = paths.slice(0, NAMED_MAX).join(', ');
  return paths.length <= NAMED_MAX ? named : `${named} and ${paths.length - NAMED_MAX} more`;
}
