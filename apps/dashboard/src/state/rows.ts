import { type AnyEvent, applyEvent, type WorkflowState } from '@tamma/domain';

/** A workflow as the list shows it. */
export interface Row {
  readonly state: WorkflowState;
  /** When an event moved it further than the record had it, on this page's clock; null when it is what the record said. */
  readonly movedAtMs: number | null;
  /** The last change that the record told of; null when only events have told of it. */
  readonly recordedAt: string | null;
}

export type Rows = ReadonlyMap<string, Row>;

/** The record is this far behind the events at most, unless PostgreSQL is away. */
const RECORD_LAG_MS = 2000;

/**
 * Moves a row by an event, of which each comes once. What the record told last may have this one in it already: one that is
 * not newer is left to the next look at the record. Events among themselves may be of the same millisecond.
 */
export function applyToRows(rows: Rows, event: AnyEvent, nowMs: number): Rows {
  const { workflowId } = event;
  if (workflowId === undefined) return rows;
  const { state = null, recordedAt = null } = rows.get(workflowId) ?? {};
  if (recordedAt !== null && Date.parse(event.at) <= Date.parse(recordedAt)) return rows;
  const next = applyEvent(state, event);
  if (next === state || next === null) return rows;
  return new Map(rows).set(workflowId, { state: next, movedAtMs: nowMs, recordedAt });
}

/** Takes in what the record said when asked, except of rows that events moved further a moment before. */
export function mergeFetched(rows: Rows, fetched: readonly WorkflowState[], askedAtMs: number): Rows {
  const merged = new Map(rows);
  for (const state of fetched) {
    if (isTrustworthy(state, merged.get(state.id), askedAtMs))
      merged.set(state.id, { state, movedAtMs: null, recordedAt: state.updatedAt });
  }
  return merged;
}

function isTrustworthy(fetched: WorkflowState, row: Row | undefined, askedAtMs: number): boolean {
  if (row === undefined || row.movedAtMs === null) return true;
  if (askedAtMs - row.movedAtMs >= RECORD_LAG_MS) return true;
  return Date.parse(fetched.updatedAt) >= Date.parse(row.state.updatedAt);
}

const ORDER = { paused: 0, running: 1, pending: 2, failed: 3, completed: 4, cancelled: 4 } as const;

/** What needs a person first, then what moves, then what ended; the newest first among equals. */
export function sortRows(rows: Rows): WorkflowState[] {
  const states = [...rows.values()].map(({ state }) => state);
  return states.sort(
    (a, b) =>
      ORDER[a.status] - ORDER[b.status] || b.createdAt.localeCompare(a.createdAt) || a.id.localeCompare(b.id),
  );
}
