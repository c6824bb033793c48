import type { AiProvider } from '@tamma/ai-provider';
import { FREE, type TammaError } from '@tamma/domain';

/** Stands for a model that cannot be asked: each call says why. */
export function unusableAi(name: string, model: string, why: TammaError): AiProvider {
  const refuse = () => Promise.reject(why);
  return { name, model, price: FREE, countTokens: refuse, respond: refuse };
}
