import { type Subscribe, type Topic, topicKeyOf } from '@tamma/contracts';
import type { AnyLiveMessage } from './delivery.ts';
import type { LiveLimits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import { type Reading, Subscription } from './subscription.ts';

export interface SubscriptionsOptions {
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly send: (message: AnyLiveMessage) => void;
  /** Ends the connection with a word for the client, who may come back. */
  readonly giveUp: (why: string) => void;
  readonly limits: LiveLimits;
}

/** What can be done, or why it cannot. */
export type Answer = { readonly ok: true; go(): void } | { readonly ok: false; readonly error: string };

/** What one client is subscribed to. */
export interface Subscriptions {
  /** Takes the place of an earlier one about the same. */
  add(request: Subscribe): Answer;
  remove(topic: Topic): Answer;
  end(): void;
}

export function createSubscriptions(options: SubscriptionsOptions): Subscriptions {
  const { limits, send } = options;
  const max = limits.subscriptionsPerSocketMax;
  const held = new Map<string, Subscription>();

  const begin = (key: string, { since, ...topic }: Subscribe) => {
    held.get(key)?.end();
    const subscription = new Subscription({ ...options, topic });
    held.set(key, subscription);
    send({ type: 'subscribed', workflowId: topic.workflowId ?? null, events: topic.events ?? [] });
    subscription.begin(since);
  };
  const stop = (key: string) => {
    held.get(key)?.end();
    held.delete(key);
  };

  return {
    add: (request) => {
      const key = topicKeyOf(request);
      if (!held.has(key) && held.size >= max) {
        return { ok: false, error: `a connection has at most ${max} subscriptions` };
      }
      return { ok: true, go: () => begin(key, request) };
    },
    remove: (topic) => {
      const key = topicKeyOf(topic);
      if (!held.has(key)) return { ok: false, error: 'there is no subscription to exactly this' };
      return { ok: true, go: () => stop(key) };
    },
    end: () => {
      for (const key of [...held.keys()]) stop(key);
    },
  };
}
