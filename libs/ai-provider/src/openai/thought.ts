import { z } from 'zod';
import type { AssistantBlock } from '../ai-provider.ts';

/** Names that servers give to what a model thought; some want it back with the calls it led to. */
export const THOUGHT_FIELDS = ['reasoning_content', 'reasoning'] as const;
export type ThoughtField = (typeof THOUGHT_FIELDS)[number];

const thought = z.object({ field: z.enum(THOUGHT_FIELDS), text: z.string() });

export function toThought(service: string, field: ThoughtField, text: string): AssistantBlock {
  return { type: 'opaque', provider: service, data: { field, text } };
}

/** The thought of that service among the blocks, under the name it came by; nothing without a service. */
export function readThought(
  blocks: readonly AssistantBlock[],
  service: string | null,
): Readonly<Record<string, string>> {
  for (const block of blocks) {
    if (block.type !== 'opaque' || block.provider !== service) continue;
    const read = thought.safeParse(block.data);
    if (read.success) return { [read.data.field]: read.data.text };
  }
  return {};
}
