import type { SentMessage } from './messages.ts';

const CACHED = { type: 'ephemeral' } as const;

/** What stands up to its last item is kept by the service, and read again by a request that begins the same. */
export function markLast<Item extends object>(items: readonly Item[]): Item[] {
  return items.map((item, index) => (index === items.length - 1 ? { ...item, cache_control: CACHED } : item));
}

/**
 * Marks the end of the last two messages of the user: what the next request may read, and what the request before
 * wrote, which the service would not find by itself behind many blocks. With system prompt and tools these are the
 * four marks that the API allows.
 */
export function markConversation(messages: readonly SentMessage[]): SentMessage[] {
  const marked = messages.flatMap(({ role }, index) => (role === 'user' ? [index] : [])).slice(-2);
  return messages.map(({ role, content }, index) => ({
    role,
    content: marked.includes(index) ? markLast(content) : content,
  }));
}
