import { setTimeout as delay } from 'node:timers/promises';
import { compareOffsets, type Topic } from '@tamma/contracts';
import { toError } from '@tamma/domain';
import { LOG_START } from '@tamma/event-log';
import type { Audience, Listener, StreamedText } from './audience.ts';
import { type AnyLiveMessage, messagesFor, type NamedEvent, nameEvent } from './delivery.ts';
import type { LiveLimits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import type { PastPage, PlacedEvent } from './read-on.ts';

/** Where subscriptions get their events from. */
export interface Reading {
  readonly audience: Pick<Audience, 'add' | 'delete'>;
  /** Of the last event the audience was told of. */
  readonly livePlace: () => string;
  readonly readOn: (since: string, workflowId: string | undefined) => Promise<PastPage>;
  readonly lastOffset: () => Promise<string>;
  readonly onTrouble: (error: Error) => void;
}

export interface SubscriptionOptions {
  readonly topic: Topic;
  readonly reading: Reading;
  readonly outbox: Outbox;
  readonly send: (message: AnyLiveMessage) => void;
  /** Ends the connection with a word for the client, who may come back. */
  readonly giveUp: (why: string) => void;
  readonly limits: Pick<LiveLimits, 'readTries' | 'readRestMs'>;
}

/**
 * A place in the log that moves with what its client was sent. At the head of the log it listens; behind it, after
 * `since` or because the client is slow, it reads page by page as the client takes them. So nobody's messages pile
 * up here, and nobody misses one.
 */
export class Subscription implements Listener {
  readonly topic: Topic;
  readonly #options: SubscriptionOptions;
  readonly #ending = new AbortController();
  /** While it listens: what lies up to here was sent before it began to. */
  #sentTo: string;

  constructor(options: SubscriptionOptions) {
    this.topic = options.topic;
    this.#options = options;
    this.#sentTo = LOG_START;
  }

  /** From now on, or first what came after `since`. */
  begin(since: string | undefined): void {
    if (since === undefined) this.#options.reading.audience.add(this);
    else this.#run(this.#replay(since));
  }

  end(): void {
    this.#ending.abort();
    this.#options.reading.audience.delete(this);
  }

  hear(event: NamedEvent, before: string): void {
    if (compareOffsets(event.offset, this.#sentTo) <= 0) return;
    if (!this.#options.outbox.isBehind()) {
      this.#send(event);
      return;
    }
    this.#options.reading.audience.delete(this);
    this.#run(this.#catchUp(later(before, this.#sentTo)));
  }

  hearText({ taskId, stepId: step, text: chunk, at }: StreamedText): void {
    const { workflowId } = this.topic;
    if (workflowId === undefined || !this.#options.outbox.hasRoom()) return;
    this.#options.send({ type: 'chunk', workflowId, taskId, step, chunk, at });
  }

  #run(work: Promise<void>): void {
    work.catch((thrown: unknown) => {
      this.#options.reading.onTrouble(toError(thrown));
      this.#options.giveUp('something went wrong here; connect again and give the last offset as "since"');
    });
  }

  get #isOver(): boolean {
    return this.#ending.signal.aborted;
  }

  #send(event: NamedEvent): void {
    for (const message of messagesFor(this.topic, event)) this.#options.send(message);
  }

  async #replay(since: string): Promise<void> {
    const newest = await this.#patiently(this.#options.reading.lastOffset);
    if (newest === null) return;
    // A place that the log has not reached is none of this log; waiting for it would be silence. An empty log was lost.
    const isAhead = newest !== LOG_START && compareOffsets(since, newest) > 0;
    await this.#catchUp(isAhead ? newest : since);
  }

  async #catchUp(since: string): Promise<void> {
    let place = since;
    while (await this.#hasRoom()) {
      const told = this.#options.reading.livePlace();
      const page = await this.#patiently(() => this.#options.reading.readOn(place, this.topic.workflowId));
      if (page === null || this.#isOver) return;
      const stoppedAt = this.#sendWhileRoom(page.items);
      if (stoppedAt !== null) {
        // The rest is read again when it can be sent, which costs less than keeping it.
        place = stoppedAt;
        continue;
      }
      // Nothing after our place: then what the others were told before we read was not after it either.
      place = page.next ?? later(place, told);
      if (compareOffsets(place, this.#options.reading.livePlace()) >= 0) return this.#listenFrom(place);
    }
  }

  /** The place of the last event that was sent when the client had no room for the next; null when all were. */
  #sendWhileRoom(items: readonly PlacedEvent[]): string | null {
    let last: string | null = null;
    for (const item of items) {
      if (last !== null && this.#options.outbox.isBehind()) return last;
      this.#send(nameEvent(item));
      last = item.offset;
    }
    return null;
  }

  #listenFrom(place: string): void {
    this.#sentTo = place;
    this.#options.reading.audience.add(this);
  }

  async #hasRoom(): Promise<boolean> {
    const hasRoom = await this.#options.outbox.room();
    if (this.#isOver) return false;
    if (!hasRoom)
      this.#options.giveUp('you read too slowly; connect again and give the last offset as "since"');
    return hasRoom;
  }

  /** Null when it is over, or when the servers stayed away too long. */
  async #patiently<Value>(read: () => Promise<Value>): Promise<Value | null> {
    const { readTries, readRestMs } = this.#options.limits;
    for (let attempt = 1; !this.#isOver; attempt += 1) {
      try {
        return await read();
      } catch (thrown) {
        if (attempt === 1) this.#options.reading.onTrouble(toError(thrown));
        if (attempt >= readTries) {
          this.#options.giveUp(
            'past events cannot be read now; connect again and give the last offset as "since"',
          );
          return null;
        }
      }
      await delay(readRestMs, undefined, { signal: this.#ending.signal }).catch(() => {
        // Over: the loop sees it.
      });
    }
    return null;
  }
}

function later(a: string, b: string): string {
  return compareOffsets(a, b) > 0 ? a : b;
}
