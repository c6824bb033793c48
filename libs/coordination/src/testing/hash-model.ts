import type { StoredOutcome } from '../index.ts';

/** What the scripts do, said a second time in plain words, for one workflow: each command gives the next state and its verdict. */
interface ModelTask {
  readonly attempt: number | null;
  readonly outcome: StoredOutcome['kind'] | null;
  readonly isParked: boolean;
  readonly order: string | null;
  readonly excused: ModelCount;
  readonly holds: ModelCount;
}

interface ModelCount {
  readonly count: number;
  readonly last: number | null;
}

export interface ModelState {
  readonly isCancelled: boolean;
  readonly suspendedUntilMs: number | null;
  readonly merging: string | null;
  readonly activeMs: number;
  /** The attempt whose time was counted last. */
  readonly timed: string | null;
  readonly score: number;
  readonly eventCount: number;
  readonly tasks: Readonly<Record<string, ModelTask>>;
}

export type CommitKind = 'done' | 'stop' | 'wait' | 'hold' | 'excused' | 'events';

export type ModelCommand =
  | { readonly kind: 'begin'; readonly taskId: string; readonly attempt: number }
  | { readonly kind: 'beginMerge'; readonly taskId: string; readonly attempt: number }
  | {
      readonly kind: 'commit';
      readonly taskId: string;
      readonly attempt: number;
      readonly what: CommitKind;
      readonly activeMs: number;
    }
  | { readonly kind: 'cancel' | 'resume' }
  | { readonly kind: 'suspend'; readonly untilMs: number }
  | { readonly kind: 'prioritize'; readonly score: number }
  | { readonly kind: 'order'; readonly taskId: string; readonly why: string }
  | { readonly kind: 'retry'; readonly taskId: string; readonly why: string | null };

export interface Step {
  readonly state: ModelState;
  /** As text, so that verdicts compare. */
  readonly verdict: string;
}

const NONE: ModelCount = { count: 0, last: null };
const FRESH: ModelTask = {
  attempt: null,
  outcome: null,
  isParked: false,
  order: null,
  excused: NONE,
  holds: NONE,
};

export function openModel(taskIds: readonly string[], score: number): ModelState {
  const tasks = Object.fromEntries(taskIds.map((taskId) => [taskId, FRESH]));
  const flags = { isCancelled: false, suspendedUntilMs: null, merging: null, timed: null };
  return { ...flags, activeMs: 0, score, eventCount: 0, tasks };
}

export function step(state: ModelState, command: ModelCommand): Step {
  switch (command.kind) {
    case 'begin':
      return begin(state, command);
    case 'beginMerge':
      return beginMerge(state, command);
    case 'commit':
      return commit(state, command);
    case 'cancel':
      if (state.isCancelled) return { state, verdict: 'unchanged' };
      if (state.merging !== null) return { state, verdict: 'merging' };
      return { state: tell({ ...state, isCancelled: true }), verdict: 'cancelled' };
    case 'suspend':
      return suspend(state, command.untilMs);
    case 'resume':
      if (state.isCancelled) return { state, verdict: 'cancelled' };
      if (state.suspendedUntilMs === null) return { state, verdict: 'unchanged' };
      return { state: tell({ ...state, suspendedUntilMs: null }), verdict: 'changed' };
    case 'prioritize':
      if (state.isCancelled) return { state, verdict: 'cancelled' };
      if (state.score === command.score) return { state, verdict: 'unchanged' };
      return { state: tell({ ...state, score: command.score }), verdict: 'changed' };
    case 'order':
      return order(state, command);
    case 'retry':
      return retry(state, command);
  }
}

type Of<Kind extends ModelCommand['kind']> = Extract<ModelCommand, { kind: Kind }>;

function taskOf(state: ModelState, taskId: string): ModelTask {
  return state.tasks[taskId] ?? FRESH;
}

function withTask(state: ModelState, taskId: string, changes: Partial<ModelTask>): ModelState {
  return { ...state, tasks: { ...state.tasks, [taskId]: { ...taskOf(state, taskId), ...changes } } };
}

/** Every command of a run brings one event. */
function tell(state: ModelState): ModelState {
  return { ...state, eventCount: state.eventCount + 1 };
}

function once(count: ModelCount, attempt: number): ModelCount {
  return count.last === attempt ? count : { count: count.count + 1, last: attempt };
}

function begin(before: ModelState, { taskId, attempt }: Of<'begin'>): Step {
  const task = taskOf(before, taskId);
  if (task.attempt !== null && task.attempt > attempt) return { state: before, verdict: 'overtaken' };
  const state = withTask(before, taskId, { attempt });
  if (task.outcome !== null) return { state, verdict: `replay ${task.outcome}` };
  if (state.isCancelled) return { state, verdict: 'cancelled' };
  if (state.suspendedUntilMs !== null) {
    const excused = once(task.excused, attempt);
    return { state: withTask(state, taskId, { excused }), verdict: `suspended ${state.suspendedUntilMs}` };
  }
  const seen = [state.activeMs, state.score, task.holds.count, task.excused.count, task.order, task.isParked];
  return { state: task.isParked ? state : tell(state), verdict: `begun ${JSON.stringify(seen)}` };
}

function beginMerge(state: ModelState, { taskId, attempt }: Of<'beginMerge'>): Step {
  const standsStill = state.isCancelled || state.suspendedUntilMs !== null;
  if (standsStill || taskOf(state, taskId).attempt !== attempt) return { state, verdict: 'false' };
  return { state: { ...state, merging: taskId }, verdict: 'true' };
}

function commit(before: ModelState, { taskId, attempt, what, activeMs }: Of<'commit'>): Step {
  const task = taskOf(before, taskId);
  if (task.attempt !== null && task.attempt > attempt) return { state: before, verdict: 'overtaken' };
  if (task.outcome !== null) return { state: before, verdict: 'committed' };
  if (before.isCancelled) return { state: before, verdict: 'cancelled' };
  const isParked = what === 'wait' || what === 'hold';
  const changes: Partial<ModelTask> = {
    outcome: what === 'done' || what === 'stop' ? what : null,
    isParked: task.isParked || isParked,
    excused: isParked || what === 'excused' ? once(task.excused, attempt) : task.excused,
    holds: what === 'hold' ? once(task.holds, attempt) : task.holds,
  };
  const endsMerge = what === 'stop' || (what === 'wait' && before.merging === taskId);
  const merging = endsMerge ? null : before.merging;
  const state = { ...withTime(before, activeMs, `${taskId}#${attempt}`), merging };
  return { state: tell(withTask(state, taskId, changes)), verdict: 'committed' };
}

function withTime(state: ModelState, ms: number, attempt: string): ModelState {
  if (ms === 0 || state.timed === attempt) return state;
  return { ...state, activeMs: state.activeMs + ms, timed: attempt };
}

function suspend(state: ModelState, untilMs: number): Step {
  if (state.isCancelled) return { state, verdict: 'cancelled' };
  if (state.suspendedUntilMs !== null) return { state, verdict: 'unchanged' };
  if (state.merging !== null) return { state, verdict: 'merging' };
  return { state: tell({ ...state, suspendedUntilMs: untilMs }), verdict: 'changed' };
}

function order(state: ModelState, { taskId, why }: Of<'order'>): Step {
  const task = taskOf(state, taskId);
  if (state.isCancelled) return { state, verdict: 'cancelled' };
  if (task.outcome === 'done') return { state, verdict: 'done' };
  if (task.order !== null) return { state, verdict: 'unchanged' };
  return { state: tell(withTask(state, taskId, { order: why })), verdict: 'ordered' };
}

function retry(before: ModelState, { taskId, why }: Of<'retry'>): Step {
  const task = taskOf(before, taskId);
  if (before.isCancelled) return { state: before, verdict: 'cancelled' };
  if (task.outcome !== 'stop') return { state: before, verdict: 'not-stopped' };
  const excused = { count: task.attempt ?? 0, last: task.attempt ?? 0 };
  const changes = { outcome: null, isParked: false, excused, holds: NONE, order: why ?? task.order };
  return {
    state: tell(withTask({ ...before, activeMs: 0, timed: null }, taskId, changes)),
    verdict: 'retried',
  };
}
