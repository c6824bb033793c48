import { compareOffsets, parseEvent, type RelayedEvent } from '@tamma/contracts';
import { type AnyEvent, foldWorkflow, type WorkflowState } from '@tamma/domain';

/** The event log and the record made of it, in memory. */
export interface FakeLog {
  tell(event: AnyEvent): void;
  /** What came after an offset, in order. */
  after(offset: string): readonly RelayedEvent[];
  listen(listener: (entry: RelayedEvent) => void): () => void;
  /** The events of a workflow that are on record. */
  recorded(workflowId: string): readonly RelayedEvent[];
  /** Every workflow as the record has it. */
  states(): readonly WorkflowState[];
  /** From now on the record stays behind. */
  holdRecord(): void;
  catchUp(): void;
  /** Up to here the record has everything. */
  recordedTo(): string;
}

const START_MS = Date.parse('2026-01-01T00:00:00.000Z');
const START = `${START_MS}-0`;

export function createFakeLog(): FakeLog {
  const entries: RelayedEvent[] = [];
  const listeners = new Set<(entry: RelayedEvent) => void>();
  let held: number | null = null;
  const record = () => entries.slice(0, held ?? entries.length);
  return {
    tell: (event) => {
      const place = entries.length + 1;
      const checked = parseEvent(event);
      const entry = { offset: `${START_MS + place}-0`, event: { ...checked, data: { ...checked.data } } };
      entries.push(entry);
      for (const listener of [...listeners]) listener(entry);
    },
    after: (offset) => entries.filter((entry) => compareOffsets(entry.offset, offset) > 0),
    listen: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    recorded: (workflowId) => record().filter(({ event }) => event.workflowId === workflowId),
    states: () => foldAll(record()),
    holdRecord: () => {
      held = entries.length;
    },
    catchUp: () => {
      held = null;
    },
    recordedTo: () => record().at(-1)?.offset ?? START,
  };
}

function foldAll(entries: readonly RelayedEvent[]): readonly WorkflowState[] {
  const byWorkflow = Map.groupBy(entries, ({ event }) => event.workflowId ?? '');
  return [...byWorkflow.values()].flatMap((own) => {
    const state = foldWorkflow(own.map(({ event }) => parseEvent(event)));
    return state === null ? [] : [state];
  });
}
