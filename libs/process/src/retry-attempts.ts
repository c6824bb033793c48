/** Tasks that are remembered; the one that ran least recently goes. */
const TASKS_MAX = 1000;

export interface RetryStats {
  readonly operations: number;
  readonly successes: number;
  readonly failures: number;
  readonly retries: number;
}

/** What a retry handler counts. */
export interface RetryCounts {
  count(what: keyof RetryStats): void;
  countAttempt(taskId: string): void;
  attemptsOf(taskId: string): number;
  stats(): RetryStats;
}

export function createRetryCounts(tasksMax = TASKS_MAX): RetryCounts {
  const stats = { operations: 0, successes: 0, failures: 0, retries: 0 };
  const attempts = new Map<string, number>();
  return {
    count(what) {
      stats[what] += 1;
    },
    countAttempt(taskId) {
      const made = attempts.get(taskId) ?? 0;
      attempts.delete(taskId);
      attempts.set(taskId, made + 1);
      const [oldest] = attempts.keys();
      if (attempts.size > tasksMax && oldest !== undefined) attempts.delete(oldest);
    },
    attemptsOf: (taskId) => attempts.get(taskId) ?? 0,
    stats: () => ({ ...stats }),
  };
}
