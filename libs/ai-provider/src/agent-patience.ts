import type { ErrorReport } from '@tamma/domain';
import { CORRECTIONS_MAX, REPEATS_MAX } from './agent-limits.ts';
import { idle, repeating, SILENT_COMPLAINT, unusable } from './agent-trouble.ts';

/** What a turn came to, as far as patience goes. */
export interface TurnFacts {
  /** Why it was not what was asked; null: it was. */
  readonly complaint: string | null;
  readonly calls: readonly { readonly name: string }[];
  /** The same for the same set of calls with the same answers; null: nothing was called. */
  readonly signature: string | null;
  /** The state of the work after it; null: nobody looks. */
  readonly fingerprint: string | null;
}

/** How much of what makes the loop give up has gathered. */
export interface Patience {
  /** Results that did not fit and answers that were cut, of the whole conversation. */
  readonly corrections: number;
  /** Turns in a row that called nothing. Models that think aloud now and then get on all the same. */
  readonly silentTurns: number;
  /** Turns in a row that were the same, the last one among them. */
  readonly repeats: number;
  /** Turns in a row that left the work as it was. */
  readonly idleTurns: number;
  readonly signature: string | null;
  readonly fingerprint: string | null;
}

/** `fingerprint` is the state of the work before the first turn. */
export function freshPatience(fingerprint: string | null): Patience {
  return { corrections: 0, silentTurns: 0, repeats: 0, idleTurns: 0, signature: null, fingerprint };
}

export function spendPatience(patience: Patience, facts: TurnFacts): Patience {
  // An answer that was not what was asked counts as a correction, and as nothing else.
  const signature = facts.complaint === null ? facts.signature : null;
  const isSame = signature !== null && signature === patience.signature;
  const isIdle = facts.fingerprint !== null && facts.fingerprint === patience.fingerprint;
  const isSilent = facts.complaint === SILENT_COMPLAINT;
  return {
    corrections: patience.corrections + (facts.complaint === null || isSilent ? 0 : 1),
    silentTurns: isSilent ? patience.silentTurns + 1 : 0,
    repeats: isSame ? patience.repeats + 1 : 1,
    idleTurns: isIdle ? patience.idleTurns + 1 : 0,
    signature,
    fingerprint: facts.fingerprint,
  };
}

/** Why to give up after the turn that `facts` tell of; null: go on. */
export function findTrouble(patience: Patience, facts: TurnFacts, idleTurnsMax: number): ErrorReport | null {
  const told = Math.max(patience.corrections, patience.silentTurns);
  if (facts.complaint !== null && told > CORRECTIONS_MAX) return unusable(facts.complaint);
  if (patience.signature !== null && patience.repeats >= REPEATS_MAX) {
    return repeating(facts.calls.map(({ name }) => name));
  }
  if (patience.idleTurns >= idleTurnsMax) return idle(patience.idleTurns);
  return null;
}
