import type { AiProvider, AiRequest, AiResponse } from '../ai-provider.ts';
import { keepExchange, keepFailure } from './exchanges.ts';
import { keepTurn } from './keep-turn.ts';
import { createTurnstile } from './turnstile.ts';

export interface RecordOptions {
  /** Told once, of the first trouble: a recording is worth less than the call it is of. */
  readonly onError: (error: unknown) => void;
  /** Takes secrets out of an answer before it is kept: a model may quote what it read. */
  readonly maskAnswer: (response: AiResponse) => Promise<AiResponse>;
}

/** One for all: the agents of a project write to the same files. */
const inTurn = createTurnstile();

/**
 * Keeps each exchange of a provider. In the folder's `<project>/NNN.yaml` stands what `scripted` plays back, and in
 * `<project>/exchanges` what was asked and answered. What is asked has to be masked already; an answer is masked here, and
 * goes on as it came.
 */
export function recordExchanges(provider: AiProvider, folder: string, options: RecordOptions): AiProvider {
  let hasTold = false;
  const keep = (work: () => Promise<void>) =>
    inTurn(work).catch((thrown: unknown) => {
      if (hasTold) return;
      hasTold = true;
      options.onError(thrown);
    });
  return {
    name: provider.name,
    model: provider.model,
    price: provider.price,
    countTokens: (request, countOptions) => provider.countTokens(request, countOptions),
    async respond(request, respondOptions) {
      const response = await provider.respond(request, respondOptions).catch(async (thrown: unknown) => {
        await keep(() => keepFailure(folder, request, thrown));
        throw thrown;
      });
      await keep(async () => keepAnswer(folder, request, await options.maskAnswer(response)));
      return response;
    },
  };
}

async function keepAnswer(folder: string, request: AiRequest, response: AiResponse): Promise<void> {
  await keepExchange(folder, request, response);
  await keepTurn(folder, request.purpose, response);
}
