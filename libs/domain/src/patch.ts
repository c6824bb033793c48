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
}

/** Every limit a change breaks, as sentences; empty when it keeps them all. */
export function judgePatch(files: readonly ChangedFile[], limits: PatchLimits): readonly string[] {
  const lines = files.reduce((sum, file) => sum + file.additions + file.deletions, 0);
  const sensitive = files.filter((file) => isSensitivePath(file.path)).map((file) => file.path);
  const problems: string[] = [];
  if (files.length === 0) problems.push('the change is empty');
  if (files.length > limits.filesMax) {
    problems.push(`${files.length} files changed, at most ${limits.filesMax} are allowed`);
  }
  if (lines > limits.linesMax)
    problems.push(`${lines} lines changed, at most ${limits.linesMax} are allowed`);
  if (sensitive.length > 0 && !limits.allowSensitivePaths) {
    problems.push(`protected paths changed: ${sensitive.join(', ')}`);
  }
  return problems;
}
