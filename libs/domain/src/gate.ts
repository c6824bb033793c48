export const GATES = ['build', 'test', 'security'] as const;
export type Gate = (typeof GATES)[number];

/** A check's verdict on one exact commit. */
export interface GateResult {
  readonly gate: Gate;
  /** Full commit id the gate ran on. */
  readonly commit: string;
  readonly passed: boolean;
  readonly summary: string;
  /** Set when a person let this very commit pass though the gate did not: never `passed`, and never silent. */
  readonly override?: { readonly by: string; readonly why: string };
}

/** Gates that neither passed nor were overridden on this very commit. What holds for another commit counts for nothing. */
export function gatesMissing(
  commit: string,
  required: readonly Gate[],
  results: readonly GateResult[],
): readonly Gate[] {
  const settled = results.filter(
    (one) => one.commit === commit && (one.passed || one.override !== undefined),
  );
  return required.filter((gate) => !settled.some((one) => one.gate === gate));
}
