import { TammaError } from '@tamma/domain';

/** Fifteen digits stay exact as a number. */
const PATTERN = /^(\d{1,15})-(\d{1,15})$/;
const SHOWN_LENGTH_MAX = 40;

/** Throws a TammaError with code `OFFSET_INVALID` for anything but `<milliseconds>-<sequence>`. */
export function parseOffset(text: string): { readonly ms: number; readonly seq: number } {
  const match = PATTERN.exec(text);
  if (match === null) {
    const shown = text.slice(0, SHOWN_LENGTH_MAX);
    throw new TammaError('OFFSET_INVALID', `"${shown}" is not a place in the event log`, {
      class: 'validation',
      remedy: 'Give an offset as an event carried it, such as 1767225600000-0.',
    });
  }
  return { ms: Number(match[1]), seq: Number(match[2]) };
}
