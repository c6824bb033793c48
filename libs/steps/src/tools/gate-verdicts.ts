import type { Gate } from '@tamma/domain';

/** What the gates of a checkout said last in one conversation. */
export interface GateVerdicts {
  heard(gate: Gate, passed: boolean): void;
  /** The same as long as no gate says something else. */
  state(): string;
}

export function createGateVerdicts(): GateVerdicts {
  const verdicts = new Map<Gate, boolean>();
  return {
    heard: (gate, passed) => void verdicts.set(gate, passed),
    state: () => JSON.stringify([...verdicts].toSorted(([one], [other]) => one.localeCompare(other))),
  };
}
