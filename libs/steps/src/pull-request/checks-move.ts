import { type Check, judgeChecks, type TimedWait } from '@tamma/domain';
import type { LastWait } from '../step.ts';

export interface ChecksState {
  /** Null where the platform never checks anything. */
  readonly checks: readonly Check[] | null;
  /** Names that the base branch's protection demands. */
  readonly required: readonly string[];
  readonly headCommit: string;
  readonly lastWait: LastWait | null;
  /** The commit whose red checks were run again. */
  readonly rerun: string | null;
  readonly settings: ChecksSettings;
}

/** Durations in milliseconds. */
interface ChecksSettings {
  readonly deadline: number;
  readonly recheck: number;
  readonly grace: number;
  readonly rerunOnce: boolean;
}

export type ChecksMove =
  /** `isGreen` is false where nothing was checked. */
  | { readonly kind: 'pass'; readonly isGreen: boolean; readonly summary: string }
  | { readonly kind: 'wait'; readonly wait: TimedWait }
  | { readonly kind: 'rerun'; readonly failed: readonly Check[] }
  | { readonly kind: 'repair'; readonly failed: readonly Check[] };

/** What is waited for on `ci` beside the checks themselves: each is a wait of its own, with a deadline of its own. */
type Key = 'grace' | 'ready' | 'rerun';

/** What to do about the platform's checks of the head. */
export function checksMove(state: ChecksState): ChecksMove {
  const { checks, required } = state;
  if (checks === null) return { kind: 'pass', isGreen: false, summary: 'the platform checks nothing' };
  const { verdict, failed, awaited } = judgeChecks({ checks, required });
  switch (verdict) {
    case 'none':
      return silenceMove(state);
    case 'pending':
      return { kind: 'wait', wait: waitForChecks(state, awaited) };
    case 'failed':
      return redMove(state, failed, checks);
    case 'passed':
      return isStillOn(state, 'ready')
        ? wait(state, 'ready', 'checks may begin now that it is ready')
        : { kind: 'pass', isGreen: true, summary: describeGreen(checks.length) };
  }
}

/** Checks that begin when a pull request becomes ready show only after a while. */
export function waitAfterReady(state: Pick<ChecksState, 'headCommit' | 'settings'>): TimedWait {
  return timedWait(state, 'ready', 'checks may begin now that it is ready');
}

/** What was run again shows only after a while. */
export function waitAfterRerun(state: Pick<ChecksState, 'headCommit' | 'settings'>): TimedWait {
  return timedWait(state, 'rerun', 'red checks were asked to run again');
}

/** Nothing has reported: after the grace nobody will. */
function silenceMove(state: ChecksState): ChecksMove {
  if (isStillOn(state, 'ready')) return wait(state, 'ready', 'checks may begin now that it is ready');
  if (isGraceOver(state)) return { kind: 'pass', isGreen: false, summary: 'no check has reported' };
  return wait(state, 'grace', 'no check has reported yet');
}

/** The wait for the reviewers begins after that of the checks, and stays one of the same head. */
function isGraceOver({ headCommit, lastWait, settings }: ChecksState): boolean {
  if (settings.grace === 0) return true;
  const key = lastWait?.key ?? '';
  if (lastWait?.on === 'review') return key === headCommit || key.startsWith(`${headCommit}:`);
  const ours = [keyOf(headCommit, 'grace'), keyOf(headCommit, 'ready')];
  return lastWait?.on === 'ci' && lastWait.isOver && ours.includes(key);
}

/** Red once may be chance; what is still at work is left to end, because a run that goes on cannot be run again. */
function redMove(state: ChecksState, failed: readonly Check[], all: readonly Check[]): ChecksMove {
  const { settings, headCommit, rerun } = state;
  const isFirstTime = failed.every(({ attempt }) => attempt === 1);
  if (!settings.rerunOnce || !isFirstTime) return { kind: 'repair', failed };
  if (rerun === headCommit) {
    return isStillOn(state, 'rerun')
      ? wait(state, 'rerun', 'red checks were asked to run again')
      : { kind: 'repair', failed };
  }
  const running = all.filter((check) => check.state === 'pending').map(({ name }) => name);
  if (running.length > 0) return { kind: 'wait', wait: waitForChecks(state, running) };
  return failed.some(({ runId }) => runId !== null) ? { kind: 'rerun', failed } : { kind: 'repair', failed };
}

/** Names shown of what is awaited. */
const NAMES_MAX = 10;

function waitForChecks({ headCommit, settings }: ChecksState, awaited: readonly string[]): TimedWait {
  const { deadline: forMs, recheck: recheckMs } = settings;
  const names = awaited.slice(0, NAMES_MAX).join(', ');
  const why = `checks of ${headCommit.slice(0, 7)} are awaited: ${names}`;
  return { kind: 'wait', on: 'ci', key: headCommit, forMs, recheckMs, why };
}

function isStillOn({ headCommit, lastWait }: ChecksState, key: Key): boolean {
  return lastWait?.on === 'ci' && lastWait.key === keyOf(headCommit, key) && !lastWait.isOver;
}

function wait(state: ChecksState, key: Key, why: string): ChecksMove {
  return { kind: 'wait', wait: timedWait(state, key, why) };
}

function timedWait(
  { headCommit, settings }: Pick<ChecksState, 'headCommit' | 'settings'>,
  key: Key,
  why: string,
): TimedWait {
  const { grace, recheck: recheckMs } = settings;
  // A platform needs a moment to begin what it was asked for, however short the grace is.
  const forMs = key === 'rerun' ? Math.max(grace, recheckMs) : grace;
  return { kind: 'wait', on: 'ci', key: keyOf(headCommit, key), forMs, recheckMs, atDeadline: 'run', why };
}

function keyOf(headCommit: string, key: Key): string {
  return `${headCommit}:${key}`;
}

function describeGreen(count: number): string {
  return count === 1 ? 'the one check is green' : `all ${count} checks are green`;
}
