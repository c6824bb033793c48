import type { Check } from '@tamma/domain';
import type { GitPlatform } from '../git-platform.ts';
import type { MemoryState } from './memory-state.ts';

type CheckPort = Pick<GitPlatform, 'readChecks' | 'readCheckLog' | 'rerunChecks'>;

export interface MemoryChecks extends CheckPort {
  /** Null, which every commit begins with: nothing is ever checked. */
  setChecks(commit: string, checks: readonly Check[] | null): void;
  setCheckLog(runId: string, text: string): void;
  /** Run ids of the checks that were run again, in that order. */
  rerunsOf(): readonly string[];
}

export function createMemoryChecks({ checks, checkLogs, reruns }: MemoryState): MemoryChecks {
  return {
    setChecks: (commit, given) => {
      if (given === null) checks.delete(commit);
      else checks.set(commit, given);
    },
    setCheckLog: (runId, text) => void checkLogs.set(runId, text),
    rerunsOf: () => [...reruns],
    readChecks: async (commit) => checks.get(commit) ?? null,
    readCheckLog: async ({ runId }, charactersMax) => {
      const log = runId === null ? '' : (checkLogs.get(runId) ?? '');
      return log.slice(Math.max(0, log.length - charactersMax));
    },
    rerunChecks: async (given) => {
      const failed = given.filter(({ state }) => state === 'failed');
      const runIds = failed.map(({ runId }) => runId).filter((runId) => runId !== null);
      for (const [commit, present] of checks) checks.set(commit, present.map(rerunOf(runIds)));
      reruns.push(...runIds);
      return runIds.length > 0;
    },
  };
}

function rerunOf(runIds: readonly string[]): (check: Check) => Check {
  return (check) => {
    const isRerun = check.runId !== null && runIds.includes(check.runId) && check.state === 'failed';
    return isRerun ? { ...check, state: 'pending', attempt: check.attempt + 1 } : check;
  };
}
