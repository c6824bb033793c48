/**
 * Whether a path (relative, with slashes) fits a pattern: `*` stands for anything within a folder's name or a file's,
 * `**` for any folders, also none. A pattern that ends in a plain name or a slash also fits everything below it. Case
 * does not count: some file systems fold it. Takes time by the product of both lengths at most.
 */
export function fitsPattern(path: string, pattern: string): boolean {
  const wanted = segmentsOf(pattern);
  if (wanted.length === 0) return false;
  const isFolder = pattern.endsWith('/') || !(wanted.at(-1) ?? '').includes('*');
  const segments = segmentsOf(path);
  const ends = wanted.reduce<readonly number[]>((reached, part) => advance(reached, part, segments), [0]);
  return isFolder ? ends.length > 0 : ends.includes(segments.length);
}

function segmentsOf(path: string): readonly string[] {
  return path
    .toLowerCase()
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
}

/** Places in the path, each a number of segments from its start, that are reached with one more part of a pattern. */
function advance(reached: readonly number[], part: string, segments: readonly string[]): readonly number[] {
  const [first] = reached;
  if (first === undefined) return [];
  if (part === '**') return Array.from({ length: segments.length - first + 1 }, (_, i) => first + i);
  return reached
    .filter((at) => at < segments.length && fitsName(segments[at] ?? '', part))
    .map((at) => at + 1);
}

/** Takes each piece between stars at its first place: a later one would leave less room for the rest. */
function fitsName(name: string, part: string): boolean {
  const [first = '', ...rest] = part.split('*');
  const last = rest.pop();
  if (last === undefined) return name === first;
  if (!name.startsWith(first) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of rest) {
    const found = name.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return at + last.length <= name.length && name.endsWith(last);
}
