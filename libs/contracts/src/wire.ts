import type { AnyEvent } from '@tamma/domain';
import { parseEvent } from './event-schema.ts';

/** The one field of an entry in the event log; its value is the event as JSON. */
export const EVENT_FIELD = 'event';

/** Names of what lies in Redis, so that every process agrees. */
export interface RedisKeys {
  /** The event log, one stream. */
  readonly events: string;
  /** The workers' registry, a hash of worker id to its last report. */
  readonly workers: string;
  /** Streamed text of models, one capped stream. */
  readonly liveText: string;
  /** Channel on which processes tell each other to look at a workflow again. */
  readonly control: string;
  /** Circuits, a hash of `service:operation` to its state. */
  readonly circuits: string;
  /** Services that asked to be left alone, a hash of service to until when and why. */
  readonly holds: string;
  /** Queues that a person paused, a hash of queue to who and why. */
  readonly pauses: string;
  /** What was measured of agents, a hash of project, step, agent and model (as JSON) to counters. */
  readonly agents: string;
  /** The budgets that are known, a sorted set of level and id by when they were last used. */
  readonly budgets: string;
  /** One budget: its limit, what is spent and what is reserved. */
  budget(level: string, id: string): string;
  /** The hash of one workflow. */
  workflow(workflowId: string): string;
}

export function redisKeysOf(prefix: string): RedisKeys {
  return {
    events: `${prefix}:events`,
    workers: `${prefix}:workers`,
    liveText: `${prefix}:live-text`,
    control: `${prefix}:control`,
    circuits: `${prefix}:circuits`,
    holds: `${prefix}:holds`,
    pauses: `${prefix}:pauses`,
    agents: `${prefix}:agents`,
    budgets: `${prefix}:budgets`,
    budget: (level, id) => `${prefix}:budget:${level}:${id}`,
    workflow: (workflowId) => `${prefix}:wf:${workflowId}`,
  };
}

/** Largest event accepted, in characters of JSON; bodies belong in artifacts. */
export const EVENT_LENGTH_MAX = 64 * 1024;

/** Checks an event against the catalogue and writes it down; refuses what no reader could parse. */
export function encodeEvent(event: AnyEvent): string {
  const text = JSON.stringify(parseEvent(event));
  if (text.length > EVENT_LENGTH_MAX) {
    throw new Error(
      `event ${event.id} (${event.type}) has ${text.length} characters, at most ${EVENT_LENGTH_MAX} fit`,
    );
  }
  return text;
}

export function decodeEvent(text: string): AnyEvent {
  return parseEvent(JSON.parse(text));
}
