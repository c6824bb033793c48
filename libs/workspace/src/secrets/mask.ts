import { writingsOf } from './known.ts';
import { scanText } from './scan.ts';

export const SECRET_REMOVED = '[secret removed]';

/** Shorter ones occur in ordinary text. */
const KNOWN_MIN_CHARACTERS = 8;

export interface MaskOptions {
  /** Values that must never be seen, such as keys of providers; those shorter than 8 characters are left alone. */
  readonly known: readonly string[];
}

/** Makes what takes out of a text the secrets that are known, also as base64 or in a URL, and whatever looks like one. */
export function createMask({ known }: MaskOptions): (text: string) => Promise<string> {
  const writings = writingsOf(known.filter((value) => value.length >= KNOWN_MIN_CHARACTERS));
  return async (text) => {
    const plain = writings.reduce((masked, value) => masked.replaceAll(value, SECRET_REMOVED), text);
    return withoutSpans(plain, await scanText(plain, 'text'));
  };
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function withoutSpans(text: string, spans: readonly Span[]): string {
  let masked = '';
  let at = 0;
  for (const { start, end } of spans.toSorted((a, b) => a.start - b.start)) {
    if (start >= at) masked += text.slice(at, start) + SECRET_REMOVED;
    at = Math.max(at, end);
  }
  return masked + text.slice(at);
}
