import { createHash } from 'node:crypto';
import { tokensOfText } from '../estimate-tokens.ts';
import type { PreparedRequest } from './request.ts';

type Body = PreparedRequest['body'];

/** Conversations that are remembered; each takes some hundred bytes. */
const CONVERSATIONS_MAX = 200;

interface Known {
  /** How many messages were sent. */
  readonly sent: number;
  /** Of those messages: when they change, they are counted anew. */
  readonly digest: string;
  readonly promptTokens: number;
  readonly answerTokens: number;
}

/** Remembers how long conversations are, so that only the first turn of each has to be counted by the service. */
export interface Counter {
  /** Tokens of the whole request, rather too many; null where the conversation is not known. */
  estimate(body: Body): number | null;
  /** What the service says of the prompt, and the length of its answer where there was one. */
  remember(body: Body, promptTokens: number, answerTokens?: number): void;
}

export function createCounter(): Counter {
  const known = new Map<string, Known>();
  return {
    estimate(body) {
      const entry = known.get(keyOf(body));
      if (entry === undefined || digestOf(body.messages.slice(0, entry.sent)) !== entry.digest) return null;
      const [answer, ...later] = body.messages.slice(entry.sent);
      // Thoughts come back longer than they were when they were counted.
      const answerTokens = Math.max(entry.answerTokens, lengthOf(answer));
      return entry.promptTokens + answerTokens + later.reduce((sum, message) => sum + lengthOf(message), 0);
    },
    remember(body, promptTokens, answerTokens = 0) {
      const key = keyOf(body);
      known.delete(key);
      const { messages } = body;
      known.set(key, { sent: messages.length, digest: digestOf(messages), promptTokens, answerTokens });
      const [oldest] = known.keys();
      if (known.size > CONVERSATIONS_MAX && oldest !== undefined) known.delete(oldest);
    },
  };
}

function lengthOf(message: Body['messages'][number] | undefined): number {
  return message === undefined ? 0 : tokensOfText(JSON.stringify(message));
}

/** What a conversation begins with. */
function keyOf({ system, tools, messages }: Body): string {
  return digestOf([system, tools, messages[0]]);
}

/** Marks for the cache move on from turn to turn and count for nothing. */
function digestOf(value: unknown): string {
  const text = JSON.stringify(value, (name, member: unknown) =>
    name === 'cache_control' ? undefined : member,
  );
  return createHash('sha256').update(text).digest('base64url');
}
