import {
  type LiveMessage,
  type LiveMessageName,
  namesOf,
  type RelayedEvent,
  type Topic,
} from '@tamma/contracts';
import type { AnyEvent } from '@tamma/domain';
import type { PlacedEvent } from './read-on.ts';

export type AnyLiveMessage = { readonly [Name in LiveMessageName]: LiveMessage<Name> }[LiveMessageName];

/** An event with every name it answers to. */
export interface NamedEvent extends PlacedEvent {
  readonly names: ReadonlySet<string>;
}

export function nameEvent({ offset, event }: PlacedEvent): NamedEvent {
  return { offset, event, names: new Set(namesOf(event)) };
}

/** What a subscription is sent for an event, in order; nothing when it is not about it. */
export function messagesFor({ workflowId, events }: Topic, named: NamedEvent): readonly AnyLiveMessage[] {
  if (workflowId !== undefined && named.event.workflowId !== workflowId) return [];
  if (events === undefined) return workflowId === undefined ? [] : workflowMessages(workflowId, named);
  // Once per subscription, whatever else of what it asks for the event answers to.
  const eventType = events.find((name) => named.names.has(name));
  return eventType === undefined ? [] : [{ type: 'event', eventType, ...relayed(named) }];
}

function workflowMessages(workflowId: string, placed: PlacedEvent): AnyLiveMessage[] {
  const { event, offset } = placed;
  const told: AnyLiveMessage = { type: 'workflow_event', workflowId, ...relayed(placed) };
  if (event.type !== 'TASK.PROGRESS.UPDATED') return [told];
  const { percent, message } = event.data;
  const { taskId = '', stepId: step = '' } = event;
  return [told, { type: 'progress', workflowId, taskId, step, progress: percent, message, offset }];
}

function relayed({ offset, event }: PlacedEvent): RelayedEvent {
  return { offset, event: toPlain(event) };
}

function toPlain(event: AnyEvent): RelayedEvent['event'] {
  return { ...event, data: { ...event.data } };
}
