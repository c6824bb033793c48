import type { AiProvider } from '@tamma/ai-provider';
import type { CallGuard } from './call-guard.ts';

/**
 * A model service whose calls go through its circuit. An answer that broke off after its first words was paid for
 * already: it is not asked for once more at once, which is for the task's own retries to decide.
 */
export function guardAi(ai: AiProvider, guard: CallGuard): AiProvider {
  return {
    name: ai.name,
    respond: (request, { signal, onText }) => {
      let hasBegun = false;
      const hear = (text: string) => {
        hasBegun = true;
        onText?.(text);
      };
      const call = { service: ai.name, operation: 'respond', mayRetry: () => !hasBegun };
      return guard.call(call, () => ai.respond(request, { signal, onText: hear }));
    },
  };
}
