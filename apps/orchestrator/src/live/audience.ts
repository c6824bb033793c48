import type { Topic } from '@tamma/contracts';
import type { NamedEvent } from './delivery.ts';

/** Somebody who is told of events as they happen. */
export interface Listener {
  readonly topic: Topic;
  /** `before` is the place of whatever came right before in the log. */
  hear(event: NamedEvent, before: string): void;
  /** A piece of streamed text of its workflow. */
  hearText(text: StreamedText): void;
}

export interface StreamedText {
  readonly taskId: string;
  readonly stepId: string;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/** Who listens, by what to: an event finds its listeners without asking everyone. */
export interface Audience {
  add(listener: Listener): void;
  delete(listener: Listener): void;
  /** Each of them once. */
  of(event: NamedEvent): ReadonlySet<Listener>;
  /** Who follows a workflow with all that belongs to it. */
  followers(workflowId: string): readonly Listener[];
}

export function createAudience(): Audience {
  const byWorkflow = new Map<string, Set<Listener>>();
  const byName = new Map<string, Set<Listener>>();
  const placesOf = ({ workflowId, events = [] }: Topic): [Map<string, Set<Listener>>, readonly string[]] =>
    workflowId === undefined ? [byName, events] : [byWorkflow, [workflowId]];

  return {
    add: (listener) => {
      const [index, keys] = placesOf(listener.topic);
      for (const key of keys) {
        const listeners = index.get(key) ?? new Set();
        index.set(key, listeners.add(listener));
      }
    },
    delete: (listener) => {
      const [index, keys] = placesOf(listener.topic);
      for (const key of keys) {
        const listeners = index.get(key);
        listeners?.delete(listener);
        if (listeners?.size === 0) index.delete(key);
      }
    },
    of: ({ event, names }) => {
      const found = new Set(byWorkflow.get(event.workflowId ?? ''));
      for (const name of names) {
        for (const listener of byName.get(name) ?? []) found.add(listener);
      }
      return found;
    },
    followers: (workflowId) =>
      [...(byWorkflow.get(workflowId) ?? [])].filter(({ topic }) => topic.events === undefined),
  };
}
