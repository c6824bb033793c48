import { z } from 'zod';

const part = z.looseObject({ type: z.string(), text: z.string().nullish() });

/** Words, or a list of parts, as from models of Mistral that think. */
export const contentSchema = z.union([z.string(), z.array(part)]).nullish();
type Content = z.infer<typeof contentSchema>;

export interface Said {
  readonly text: string;
  /** Characters of parts that are no text, such as thoughts: they are left out, but are paid for. */
  readonly leftOut: number;
}

export function readContent(content: Content): Said {
  if (typeof content === 'string') return { text: content, leftOut: 0 };
  const parts = content ?? [];
  const isText = ({ type }: z.infer<typeof part>) => type === 'text';
  const others = parts.filter((one) => !isText(one));
  return {
    text: parts
      .filter(isText)
      .map(({ text }) => text ?? '')
      .join(''),
    leftOut: others.reduce((sum, one) => sum + JSON.stringify(one).length, 0),
  };
}
