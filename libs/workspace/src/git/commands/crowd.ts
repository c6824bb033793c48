import { readFile } from 'node:fs/promises';
import { toError } from '@tamma/domain';
import type { RunMark } from './mark.ts';
import { processesOf } from './process-group.ts';

/** Processes of one command at once. */
export const PROCESSES_MAX = 512;
const LOOK_EVERY_MS = 100;
/** Of so many looks one counts the run's own processes, whatever the machine has. */
const LOOKS_PER_COUNT = 20;

export interface CrowdWatch {
  /** Ends the watch; says whether there were too many, or throws what kept it from looking. */
  over(): boolean;
}

/**
 * Looks now and then whether a run has become a crowd, and says so once. Limits of the kernel for processes count all of a
 * user's, and do not hold for root. `threadsBefore` are those of the machine before the run began: on a busy machine it
 * may be a crowd by the first look.
 */
export function watchCrowd(mark: RunMark, threadsBefore: number, onCrowd: () => void): CrowdWatch {
  let isCrowd = false;
  let isLooking = false;
  let trouble: Error | undefined;
  let looks = 0;

  const look = async () => {
    looks += 1;
    const threads = await countThreads();
    // Cheap to ask: when the whole machine has that many more it is worth to look whose they are.
    const isFuller = threads - threadsBefore > PROCESSES_MAX;
    // Others may have ended while these became more.
    if (isCrowd || !(isFuller || looks % LOOKS_PER_COUNT === 0)) return;
    if ((await processesOf(mark)).length <= PROCESSES_MAX) return;
    isCrowd = true;
    onCrowd();
  };
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    look()
      .catch((thrown: unknown) => {
        trouble = toError(thrown);
      })
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_EVERY_MS);
  return {
    over() {
      clearInterval(timer);
      if (trouble !== undefined) throw trouble;
      return isCrowd;
    },
  };
}

/** Threads of the whole machine: the second number of `running/all`. */
export async function countThreads(): Promise<number> {
  const load = await readFile('/proc/loadavg', 'latin1');
  return Number(/\/(\d+)/.exec(load)?.[1] ?? 0);
}
