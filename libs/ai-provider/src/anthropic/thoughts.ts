import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { AssistantBlock } from '../ai-provider.ts';

/** Whose thoughts they are, wherever the service is reached: its seal holds at every address. */
const PROVIDER = 'anthropic';

/** Sealed by the service: goes back as it came, or not at all. */
const thoughtBlock = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('thinking'), thinking: z.string(), signature: z.string().min(1) }),
  z.strictObject({ type: z.literal('redacted_thinking'), data: z.string().min(1) }),
]);
export type ThoughtBlock = z.infer<typeof thoughtBlock>;

const thought = z.object({ model: z.string(), prefix: z.string(), block: thoughtBlock });

/** Which thoughts a request may send back. */
export interface ThoughtRule {
  readonly model: string;
  /** Whether what stands before a thought has to be what stood there when it was made. */
  readonly bound: boolean;
}

export function toOpaque(block: ThoughtBlock, made: { model: string; prefix: string }): AssistantBlock {
  return { type: 'opaque', provider: PROVIDER, data: { ...made, block } };
}

/** The thought as the service wants to see it again; null where it would refuse it or not understand it. */
export function fromOpaque(
  block: Extract<AssistantBlock, { type: 'opaque' }>,
  rule: ThoughtRule,
  prefix: string,
): ThoughtBlock | null {
  if (block.provider !== PROVIDER) return null;
  const { success, data } = thought.safeParse(block.data);
  if (!success || data.model !== rule.model) return null;
  return rule.bound && data.prefix !== prefix ? null : data.block;
}

/** The digest of a conversation, from that of what was said before and what comes next. */
export function digestOf(before: string, next: unknown): string {
  return createHash('sha256').update(before).update(JSON.stringify(next)).digest('base64url');
}
