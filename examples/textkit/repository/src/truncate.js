const ELLIPSIS = '…';

/** Cuts to at most `max` characters, the ellipsis included; a text that fits is left alone. */
export function truncate(text, max) {
  if (!Number.isInteger(max) || max < 1) throw new RangeError(`max must be a positive integer, got ${max}`);
  if (text.length <= max) return text;
  return text.slice(0, max - ELLIPSIS.length).trimEnd() + ELLIPSIS;
}
