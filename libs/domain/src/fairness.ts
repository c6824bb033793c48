/** The best of what waits in one project. */
export interface Candidate<Work> {
  readonly project: string;
  readonly agedScore: number;
  readonly work: Work;
}

export interface SlotRules {
  /** Workflows that hold a slot, by project. */
  readonly running: ReadonlyMap<string, number>;
  readonly maxConcurrent: number;
  /** Limits of projects that have one. */
  readonly limits: ReadonlyMap<string, number>;
}

/**
 * Who gets the next slot: of the projects that are below their limit the one with the fewest running, and among those
 * the best score. So a project with many issues never keeps another from its turn. Null when no slot is free.
 */
export function chooseNext<Work>(candidates: readonly Candidate<Work>[], rules: SlotRules): Work | null {
  const { running, maxConcurrent, limits } = rules;
  const taken = [...running.values()].reduce((sum, count) => sum + count, 0);
  if (taken >= maxConcurrent) return null;
  const runningOf = (project: string) => running.get(project) ?? 0;
  const allowed = candidates.filter(
    ({ project }) => runningOf(project) < (limits.get(project) ?? Number.POSITIVE_INFINITY),
  );
  const best = allowed.toSorted(
    (a, b) => runningOf(a.project) - runningOf(b.project) || b.agedScore - a.agedScore,
  )[0];
  return best?.work ?? null;
}
