/** One check that the platform ran on a commit: a check run, a job of a pipeline, or a commit status. */
export interface Check {
  readonly name: string;
  /** `neutral` was skipped or says nothing; it counts as passed. */
  readonly state: 'pending' | 'passed' | 'failed' | 'neutral';
  readonly summary: string;
  readonly url: string | null;
  /** Names it to its platform, which can show its log or run it again; null where it can do neither. */
  readonly runId: string | null;
  /** How often it ran, from one. */
  readonly attempt: number;
}

export interface ChecksQuestion {
  readonly checks: readonly Check[];
  /** Names that the base branch's protection demands; empty: every check counts. */
  readonly required: readonly string[];
}

export interface ChecksVerdict {
  /** `none`: nothing has reported, and nothing has to. */
  readonly verdict: 'none' | 'pending' | 'passed' | 'failed';
  readonly failed: readonly Check[];
  /** Names of those that are still awaited. */
  readonly awaited: readonly string[];
}

/** What the checks of one commit come to. A required one that has not reported is awaited; red waits for nobody. */
export function judgeChecks({ checks, required }: ChecksQuestion): ChecksVerdict {
  const counted = required.length === 0 ? checks : checks.filter(({ name }) => required.includes(name));
  const failed = counted.filter(({ state }) => state === 'failed');
  const silent = required.filter((name) => !counted.some((check) => check.name === name));
  const running = counted.filter(({ state }) => state === 'pending').map(({ name }) => name);
  const awaited = [...new Set([...running, ...silent])];
  return { verdict: verdictOf(counted.length, failed.length, awaited.length), failed, awaited };
}

function verdictOf(counted: number, failed: number, awaited: number): ChecksVerdict['verdict'] {
  if (failed > 0) return 'failed';
  if (awaited > 0) return 'pending';
  return counted === 0 ? 'none' : 'passed';
}
