import { responseOf } from './recorder.ts';
import { type Exchange, RECORDED, type Recording, requestOf, type Who } from './recording.ts';

export interface Replayer {
  fetchAs(who: Who): typeof globalThis.fetch;
  /** What was asked for and is not in the recording, and what is in it and was not asked for; empty when all is well. */
  differences(): readonly string[];
}

/**
 * Answers from a recording: the same request by the same person gets the answers that it got, in their order. Any
 * other is an error that names it.
 */
export function createReplayer({ test, exchanges }: Recording): Replayer {
  const waiting = new Map<string, Exchange[]>();
  for (const exchange of exchanges) {
    const key = keyOf(exchange);
    waiting.set(key, [...(waiting.get(key) ?? []), exchange]);
  }
  const unexpected: string[] = [];
  return {
    differences: () => [
      ...unexpected,
      ...[...waiting.values()].flat().map((one) => `never asked for: ${describeRequest(one)}`),
    ],
    fetchAs: (who) => async (url, init) => {
      const request = { who, ...requestOf(RECORDED.apiUrl, url, init) };
      const exchange = waiting.get(keyOf(request))?.shift();
      if (exchange === undefined) {
        // Told twice: whoever asked may take a failed call for an answer.
        unexpected.push(`not recorded: ${describeRequest(request)}`);
        throw new Error(`"${test}" was recorded without ${describeRequest(request)}`);
      }
      return responseOf(exchange);
    },
  };
}

type Request = Pick<Exchange, 'who' | 'method' | 'path' | 'body'>;

function describeRequest({ who, method, path, body }: Request): string {
  return `${method} ${path}${body === null ? '' : ` ${JSON.stringify(body)}`} by ${who}`;
}

function keyOf({ who, method, path, body }: Request): string {
  return JSON.stringify([who, method, path, body]);
}
