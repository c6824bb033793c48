import { distance } from 'fastest-levenshtein';

const SHOWN_MAX = 3;
/** A word further away than this share of its length is no slip of the fingers. */
const SLIP_SHARE = 0.4;

/** Known ids that a wrong one may stand for, nearest first: those it is a part of, or that are a few letters away. */
export function nearestIds(wanted: string, known: readonly string[]): readonly string[] {
  const near = [...new Set(known)]
    .map((id) => ({ id, letters: id.includes(wanted) ? 0 : distance(wanted, id) }))
    .filter(({ id, letters }) => letters <= Math.max(1, Math.floor(id.length * SLIP_SHARE)));
  return near
    .toSorted((a, b) => a.letters - b.letters)
    .slice(0, SHOWN_MAX)
    .map(({ id }) => id);
}
