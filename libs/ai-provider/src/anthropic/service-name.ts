import { serviceNameOf } from '../service-name.ts';

export const ANTHROPIC_URL = 'https://api.anthropic.com';
export const KEY_VARIABLE = 'ANTHROPIC_API_KEY';
const USUAL = { provider: 'anthropic', host: new URL(ANTHROPIC_URL).host, keyVariable: KEY_VARIABLE };

export function anthropicNameOf(place: {
  readonly baseUrl?: string | undefined;
  readonly keyVariable?: string | undefined;
}): string {
  return serviceNameOf({ ...place, baseUrl: place.baseUrl ?? ANTHROPIC_URL }, USUAL);
}
