import { cutMiddle } from '@tamma/domain';

/** Longest answer of ours, in characters; the platform takes more. */
const LENGTH_MAX = 4000;
/** Nothing a person sees: behind an @ it keeps somebody from being called. */
const ZERO_WIDTH_SPACE = '\u200b';

/**
 * A text of ours that repeats words of strangers: it calls nobody, hides nothing, and carries no marker or command.
 */
export function withoutEffects(text: string): string {
  const calm = text
    .replaceAll(/[\p{Cc}\p{Cf}]/gu, (one) => (one === '\n' ? one : ''))
    .replaceAll(/@(?=\w)/g, `@${ZERO_WIDTH_SPACE}`)
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/^\s*\//gm, (start) => `${start.slice(0, -1)}${ZERO_WIDTH_SPACE}/`);
  return cutMiddle(calm, LENGTH_MAX);
}
