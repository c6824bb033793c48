/**
 * Why work goes back: a gate or the review refused the change, a person wants another plan, or another change; the
 * platform's checks are red, reviewers want changes, the base moved on, or somebody else moved the branch.
 */
export const ROUND_KINDS = ['repair', 'plan', 'rework', 'ci', 'review', 'rebase', 'regate'] as const;
export type RoundKind = (typeof ROUND_KINDS)[number];

/** Rounds of one kind that a workflow gets; then a person is asked. Bounds cost, whichever gate keeps failing. */
export const ROUNDS_MAX = 3;

/** Steps that run again, as tasks of their own, because a step that is not done yet asked for them. */
export interface Round {
  /** Counts all rounds of a workflow, from one, so that no two tasks share an id. */
  readonly number: number;
  readonly kind: RoundKind;
  /** Id of the task that asked, and that runs again when the round is over. */
  readonly askedBy: string;
  /** Ids of the steps in running order. */
  readonly steps: readonly string[];
}

/** Which round of its kind the next one would be, counted from one; null when the limit is reached. */
export function nextRound(rounds: readonly Round[], kind: RoundKind): number | null {
  const made = rounds.filter((round) => round.kind === kind).length;
  return made < ROUNDS_MAX ? made + 1 : null;
}
