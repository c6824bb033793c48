import type { Verdict } from './judge/judge.ts';
import type { TakeOver } from './take-over/measure.ts';

/** Sentences shown of each kind. */
const SHOWN_MAX = 20;

export interface TableRequest {
  readonly verdict: Verdict;
  readonly workflows: number;
  readonly hitsMin: number;
}

/** The result as a small table, with what was found below it. */
export function renderTable({ verdict, workflows, hitsMin }: TableRequest): string {
  const rows: readonly (readonly [string, string])[] = [
    [
      'kills that hit a running step',
      `${verdict.hits} (wanted: at least ${hitsMin}), and ${verdict.freezes} freezes`,
    ],
    ['finished', `${verdict.finished} of ${workflows}`],
    ['merged exactly once', `${verdict.mergedOnce} of ${workflows}`],
    ['duplicates', String(verdict.duplicates.length)],
    ['order violations', String(verdict.disorder.length)],
    ['events missing', String(verdict.missing.length)],
    ['stuck', String(verdict.stuck.length)],
  ];
  const width = Math.max(...rows.map(([name]) => name.length));
  const table = rows.map(([name, value]) => `${name.padEnd(width)}  ${value}`);
  return [...table, ...renderFindings(verdict)].join('\n');
}

function renderFindings({
  duplicates,
  disorder,
  missing,
  stuck,
  unfinished,
  unseen,
}: Verdict): readonly string[] {
  return Object.entries({ duplicates, disorder, missing, stuck, unfinished, unseen }).flatMap(
    ([name, found]) => {
      if (found.length === 0) return [];
      const shown = found.slice(0, SHOWN_MAX).map((one) => `  ${one}`);
      const rest = found.length - shown.length;
      return ['', `${name}:`, ...shown, ...(rest > 0 ? [`  and ${rest} more`] : [])];
    },
  );
}

/** All is well when everything was finished once, nothing was found, and enough was tried. */
export function isSound({ verdict, workflows, hitsMin }: TableRequest): boolean {
  const { finished, mergedOnce, hits, duplicates, disorder, missing, stuck, unseen } = verdict;
  const found = [...duplicates, ...disorder, ...missing, ...stuck, ...unseen];
  return finished === workflows && mergedOnce === workflows && found.length === 0 && hits >= hitsMin;
}

/** A step of a worker that died, and the duties of a leader that died, are taken over within this time. */
const STEP_WITHIN_MS = 40_000;
const LEADER_WITHIN_MS = 15_000;

export function renderTakeOver({ stepMs, leaderMs }: TakeOver): string {
  const steps = stepMs.map((ms) => seconds(ms)).join(', ');
  return [
    `steps of a killed worker taken over after  ${steps} (wanted: within ${seconds(STEP_WITHIN_MS)})`,
    `duties of a killed leader taken over after  ${seconds(leaderMs)} (wanted: within ${seconds(LEADER_WITHIN_MS)})`,
  ].join('\n');
}

export function isInTime({ stepMs, leaderMs }: TakeOver): boolean {
  const isMeasured = stepMs.length > 0;
  return isMeasured && Math.max(...stepMs) <= STEP_WITHIN_MS && leaderMs <= LEADER_WITHIN_MS;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
