const LINES_MAX = 20_000;
const LINE_MAX_CHARACTERS = 200;
const ALIKE_MIN = 0.5;

/** Where a text that a file does not hold exactly most likely was meant to be. */
export function describeNearest(text: string, find: string): string {
  const lines = text.split('\n').slice(0, LINES_MAX);
  const wanted = find.split('\n').filter((line) => line.trim() !== '');
  const spaced = findSpaced(lines, wanted);
  if (spaced !== null)
    return `lines ${spaced} to ${spaced + wanted.length - 1} differ from it in white space only`;
  // The longest line says most about the place.
  const longest = wanted.reduce((best, line) => (line.trim().length > best.trim().length ? line : best), '');
  const nearest = findAlike(lines, longest.trim());
  if (nearest === null) return 'no line of it is like it';
  const shown = JSON.stringify((lines[nearest - 1] ?? '').slice(0, LINE_MAX_CHARACTERS));
  return `the line most like it is line ${nearest}: ${shown}`;
}

/** Number of the first line from which on all wanted ones follow, whatever their white space; blank lines do not count. */
function findSpaced(lines: readonly string[], wanted: readonly string[]): number | null {
  const kept = lines
    .map((line, index) => ({ bare: bare(line), number: index + 1 }))
    .filter(({ bare }) => bare !== '');
  const bareWanted = wanted.map(bare);
  const [first] = bareWanted;
  if (first === undefined) return null;
  const at = kept.findIndex((_, start) =>
    bareWanted.every((line, index) => kept[start + index]?.bare === line),
  );
  return kept[at]?.number ?? null;
}

function bare(line: string): string {
  return line.replaceAll(/\s+/g, '');
}

function findAlike(lines: readonly string[], wanted: string): number | null {
  const pairs = pairsOf(wanted.slice(0, LINE_MAX_CHARACTERS));
  if (pairs.size === 0) return null;
  let best = { number: 0, share: ALIKE_MIN };
  for (const [index, line] of lines.entries()) {
    const share = shareOf(pairs, pairsOf(line.trim().slice(0, LINE_MAX_CHARACTERS)));
    if (share > best.share) best = { number: index + 1, share };
  }
  return best.number === 0 ? null : best.number;
}

/** Every two characters in a row. */
function pairsOf(text: string): ReadonlySet<string> {
  return new Set(Array.from({ length: Math.max(text.length - 1, 0) }, (_, i) => text.slice(i, i + 2)));
}

function shareOf(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const pair of b) if (a.has(pair)) common += 1;
  return (2 * common) / Math.max(a.size + b.size, 1);
}
