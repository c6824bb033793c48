import { TammaError } from '@tamma/domain';

/** An entry's place, taken apart: milliseconds since 1970 and a number among the entries of that millisecond. */
export interface Offset {
  readonly ms: number;
  readonly seq: number;
}

/** Fifteen digits stay exact as a number, and leave room for thirty thousand years. */
const PATTERN = /^(\d{1,15})-(\d{1,15})$/;
const SEQ_MAX = 999_999_999_999_999;
const SHOWN_LENGTH_MAX = 40;

/** Throws a TammaError with code `OFFSET_INVALID` for anything but `<milliseconds>-<sequence>`. */
export function parseOffset(text: string): Offset {
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

export function formatOffset({ ms, seq }: Offset): string {
  return `${ms}-${seq}`;
}

/** Negative when `a` lies before `b`. */
export function compareOffsets(a: string, b: string): number {
  const left = parseOffset(a);
  const right = parseOffset(b);
  return left.ms - right.ms || left.seq - right.seq;
}

/** The first place after `text`. */
export function placeAfter(text: string): string {
  const { ms, seq } = parseOffset(text);
  return formatOffset({ ms, seq: seq + 1 });
}

/** The last place before `text`: what to give as `since` so that `text` itself comes first. */
export function placeBefore(text: string): string {
  const { ms, seq } = parseOffset(text);
  if (seq > 0) return formatOffset({ ms, seq: seq - 1 });
  return ms > 0 ? formatOffset({ ms: ms - 1, seq: SEQ_MAX }) : formatOffset({ ms, seq });
}
