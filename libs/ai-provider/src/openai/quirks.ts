import { THOUGHT_FIELDS } from './thought.ts';

/** Fields that some servers do not know, or refuse beside a model of theirs. */
const FIELDS = [
  'tool_choice',
  'stream_options',
  'max_tokens',
  'max_completion_tokens',
  ...THOUGHT_FIELDS,
] as const;
export type QuirkField = (typeof FIELDS)[number];

const REFUSED =
  /unsupported|support|unrecognized|unknown|unexpected|not (?:permitted|allowed)|extra|invalid field/i;

/** The field that a refusal is about, as far as it was sent; null: it is about something else. */
export function findQuirk(refusal: string, sent: ReadonlySet<QuirkField>): QuirkField | null {
  if (!REFUSED.test(refusal)) return null;
  // The one that is named first is the one refused: "Unsupported parameter: max_tokens. Use max_completion_tokens."
  const named = FIELDS.filter((field) => sent.has(field) && new RegExp(`\\b${field}\\b`).test(refusal));
  const [first = null] = named.toSorted(
    (a, b) => refusal.search(`\\b${a}\\b`) - refusal.search(`\\b${b}\\b`),
  );
  return first;
}
