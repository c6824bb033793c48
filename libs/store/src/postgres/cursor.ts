import { TammaError } from '@tamma/domain';

/** The last row of a page: the next page begins after it, whatever was added in between. */
export interface Cursor {
  readonly createdAt: string;
  readonly id: string;
}

const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

export function formatCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(`${createdAt} ${id}`).toString('base64url');
}

/** Throws a TammaError with code `CURSOR_INVALID` for what `formatCursor` did not make. */
export function parseCursor(text: string): Cursor {
  const plain = Buffer.from(text, 'base64url').toString();
  const blank = plain.indexOf(' ');
  const cursor = { createdAt: plain.slice(0, Math.max(0, blank)), id: plain.slice(blank + 1) };
  const isOurs = MOMENT.test(cursor.createdAt) && isMoment(cursor.createdAt) && formatCursor(cursor) === text;
  if (isOurs && !cursor.id.includes('\u0000')) return cursor;
  throw new TammaError('CURSOR_INVALID', 'the value of "after" is not one that a list gave', {
    class: 'validation',
    remedy: 'Pass the "next" of the page before, unchanged.',
  });
}

function isMoment(text: string): boolean {
  return !Number.isNaN(Date.parse(text)) && new Date(text).toISOString() === text;
}
