import { type LiveMessage, type RelayedEvent, type Topic, topicKeyOf } from '@tamma/contracts';

export interface Listener {
  onEvent(entry: RelayedEvent): void;
  onProgress?(progress: LiveMessage<'progress'>): void;
  onText?(piece: LiveMessage<'chunk'>): void;
  /** The server hears us from here on: after the first connection and after each one that was lost. */
  onSubscribed?(): void;
}

/** Who on this page listens to what; one per topic. */
export interface Listeners {
  add(topic: Topic, listener: Listener): void;
  /** Only if it is still this one that listens. */
  remove(topic: Topic, listener: Listener): boolean;
  of(topic: Topic): Listener | undefined;
  /** Of everything that belongs to one workflow. */
  ofWorkflow(workflowId: string): Listener | undefined;
  /** Of events by their name, whatever their workflow. */
  ofEvent(eventType: string): readonly Listener[];
}

export function createListeners(): Listeners {
  const all = new Map<string, { readonly topic: Topic; readonly listener: Listener }>();
  const of = (topic: Topic) => all.get(topicKeyOf(topic))?.listener;
  return {
    of,
    add: (topic, listener) => void all.set(topicKeyOf(topic), { topic, listener }),
    remove: (topic, listener) => of(topic) === listener && all.delete(topicKeyOf(topic)),
    ofWorkflow: (workflowId) => of({ workflowId }),
    ofEvent: (eventType) =>
      [...all.values()]
        .filter(({ topic }) => topic.events?.includes(eventType))
        .map(({ listener }) => listener),
  };
}
