import { z } from 'zod';
import { contentSchema } from './content.ts';

const text = z.string().nullish();

/** What we read of a piece of an answer: servers differ in everything else. */
const chunkSchema = z.object({
  model: z.string().min(1).optional().catch(undefined),
  choices: z
    .array(
      z.object({
        finish_reason: text,
        delta: z
          .object({
            content: contentSchema,
            refusal: text,
            reasoning_content: text,
            reasoning: text.catch(null),
            tool_calls: z
              .array(
                z.object({
                  index: z.int().nullish(),
                  id: text,
                  function: z.object({ name: text, arguments: z.unknown().optional() }).nullish(),
                }),
              )
              .nullish(),
          })
          .nullish(),
      }),
    )
    .nullish(),
  usage: z
    .object({
      prompt_tokens: z.int().min(0),
      completion_tokens: z.int().min(0).default(0),
      prompt_tokens_details: z
        .object({ cached_tokens: z.int().min(0).nullish() })
        .nullish()
        .catch(null),
    })
    .nullish()
    .catch(null),
});
type Chunk = z.infer<typeof chunkSchema>;
type Choice = NonNullable<Chunk['choices']>[number];
export type Delta = NonNullable<Choice['delta']>;
export type CallPiece = NonNullable<Delta['tool_calls']>[number];
export type ChatUsage = NonNullable<Chunk['usage']>;

/** Throws a SyntaxError when it is no piece of an answer at all. */
export function readChunk(chunk: unknown): Chunk {
  const read = chunkSchema.safeParse(chunk);
  if (read.success) return read.data;
  throw new SyntaxError('a piece of the answer has another shape than agreed');
}
