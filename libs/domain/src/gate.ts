export const GATES = ['build', 'test', 'security'] as const;
export type Gate = (typeof GATES)[number];

/** A check's verdict on one exact commit. */
export interface GateResult {
  readonly gate: Gate;
  /** Full commit id the gate ran on. */
  readonly commit: string;
  readonly passed: boolean;
  readonly summary: string;
}

/** Gates that have no pass on this very commit. A pass on any other commit counts for nothing. */
export function gatesMissing(
  commit: string,
  required: readonly Gate[],
  results: readonly GateResult[],
): readonly Gate[] {
  const passed = new Set(results.filter((r) => r.passed && r.commit === commit).map((r) => r.gate));
  return required.filter((gate) => !passed.has(gate));
}
