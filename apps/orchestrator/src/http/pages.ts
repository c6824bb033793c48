import { TammaError } from '@tamma/domain';

interface PageRequest {
  readonly limit: number;
  readonly after?: string | undefined;
}

/** A page of a list that is at hand as a whole, in the order of its keys. What has gone meanwhile is no gap. */
export function pageOf<Item>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
  { limit, after }: PageRequest,
): { items: Item[]; next: string | null } {
  const from = after === undefined ? '' : parseKey(after);
  const sorted = items
    .map((item) => ({ item, key: keyOf(item) }))
    .filter(({ key }) => key > from)
    .toSorted((one, other) => (one.key < other.key ? -1 : 1));
  const part = sorted.slice(0, limit);
  const last = part.at(-1);
  const next = sorted.length > limit && last !== undefined ? formatKey(last.key) : null;
  return { items: part.map(({ item }) => item), next };
}

function formatKey(key: string): string {
  return Buffer.from(key).toString('base64url');
}

function parseKey(text: string): string {
  const key = Buffer.from(text, 'base64url').toString();
  if (key !== '' && formatKey(key) === text) return key;
  throw new TammaError('CURSOR_INVALID', 'the value of "after" is not one that a list gave', {
    class: 'validation',
  });
}
