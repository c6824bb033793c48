import { z } from 'zod';
import { type Exchange, requestOf, type Who } from './recording.ts';

/** Headers that an answer means something by; the rest is the server's own business. */
const HEADERS_KEPT = ['content-type', 'link', 'location', 'retry-after'] as const;
/** What an answer without a body may not have. */
const BODILESS: readonly number[] = [204, 205, 304];

export interface Recorder {
  fetchAs(who: Who): typeof globalThis.fetch;
  readonly exchanges: readonly Exchange[];
}

/**
 * Passes calls on and writes them down. Whoever asks gets what was written and nothing more, so that a replay cannot
 * differ: without ETags, for one, by which an answer would be kept.
 */
export function createRecorder(apiUrl: string): Recorder {
  const exchanges: Exchange[] = [];
  return {
    exchanges,
    fetchAs: (who) => async (url, init) => {
      const response = await fetch(url, init);
      const exchange = { who, ...requestOf(apiUrl, url, init), ...(await answerOf(response)) };
      exchanges.push(exchange);
      return responseOf(exchange);
    },
  };
}

export function responseOf({ status, headers, answer, text }: Omit<Exchange, 'who'>): Response {
  const body = text ?? (answer === null ? '' : JSON.stringify(answer));
  return new Response(BODILESS.includes(status) ? null : body, { status, headers });
}

async function answerOf(
  response: Response,
): Promise<Pick<Exchange, 'status' | 'headers' | 'answer' | 'text'>> {
  const { status } = response;
  const kept = HEADERS_KEPT.map((name) => [name, response.headers.get(name)] as const);
  const headers = Object.fromEntries(
    kept.filter((entry): entry is [(typeof entry)[0], string] => entry[1] !== null),
  );
  const text = await response.text();
  const isJson = /\bjson\b/.test(headers['content-type'] ?? '');
  if (text === '') return { status, headers, answer: null };
  return isJson
    ? { status, headers, answer: z.json().parse(JSON.parse(text)) }
    : { status, headers, answer: null, text };
}
