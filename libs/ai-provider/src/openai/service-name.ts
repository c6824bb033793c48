import { type ServicePlace, serviceNameOf } from '../service-name.ts';

const USUAL = { provider: 'openai', host: 'api.openai.com', keyVariable: 'OPENAI_API_KEY' };

export function openAiNameOf(place: ServicePlace): string {
  return serviceNameOf(place, USUAL);
}

export function isOpenAiItself(baseUrl: string): boolean {
  return new URL(baseUrl).host === USUAL.host;
}
