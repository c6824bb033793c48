import type { AiProvider, AiRequest, AiResponse } from '@tamma/ai-provider';
import { callTools, toolAnswers } from '../../testing/model.ts';

export type Call = readonly [tool: string, input: unknown];

/** What a model does of itself: turns of calls, then the result, as often as it is asked for. */
export interface Work {
  readonly turns: readonly (readonly Call[])[];
  readonly result: Readonly<Record<string, unknown>>;
}

/** What it does, once, for whoever says these words. */
export interface Obedience {
  readonly says: string;
  readonly does: readonly (readonly Call[])[];
  /** Parts of the result. */
  readonly hands: Readonly<Record<string, unknown>> | null;
}

export interface ObeyingModel extends AiProvider {
  readonly requests: readonly AiRequest[];
  /** Tools it called because it was told to; `finish` where the result was bent. */
  readonly attempts: readonly string[];
}

/** Marks of characters that people cannot see: a model reads on behind them. */
const MARKS = /\[(?:U\+[0-9A-F]{4,6}|\d+ hidden characters from U\+[0-9A-F]{4,6} on)\]/g;

export function withoutMarks(text: string): string {
  return text.replaceAll(MARKS, '');
}

/** All that the model was sent, as it would read it. */
export function readable(request: AiRequest): string {
  const texts = request.messages.flatMap(({ role, content }) =>
    role === 'assistant' ? [] : content.map((block) => (block.type === 'text' ? block.text : block.content)),
  );
  return withoutMarks([request.system, ...texts].join('\n'));
}

/** A model that obeys to the letter what it finds in anything it is sent, then goes on with its work; null: never. */
export function createObeyingModel({ turns, result }: Work, obedience: Obedience | null): ObeyingModel {
  const requests: AiRequest[] = [];
  const attempts: string[] = [];
  const work = [...turns];
  const orders = obedience?.does.map((calls) => calls) ?? [];
  let bent = obedience?.hands ?? null;
  const next = (isTold: boolean): readonly Call[] => {
    const order = isTold ? orders.shift() : undefined;
    if (order !== undefined) {
      attempts.push(...order.map(([tool]) => tool));
      return order;
    }
    const own = work.shift();
    if (own !== undefined) return own;
    if (!isTold || bent === null) return [['finish', result]];
    const handed = { ...result, ...bent };
    bent = null;
    attempts.push('finish');
    return [['finish', handed]];
  };
  return {
    name: 'obeying',
    model: 'obeying-1',
    price: { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 },
    countTokens: async () => 1,
    requests,
    attempts,
    respond: async (request): Promise<AiResponse> => {
      requests.push(request);
      const isTold = obedience !== null && readable(request).includes(obedience.says);
      return callTools(...next(isTold));
    },
  };
}

/** Everything the tools answered, in order. */
export function answersTo({ requests }: Pick<ObeyingModel, 'requests'>): readonly string[] {
  return requests.flatMap((request) => toolAnswers(request));
}
