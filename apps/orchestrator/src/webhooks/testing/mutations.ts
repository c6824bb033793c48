import { pickFrom } from '@tamma/domain/testing';

type Random = () => number;

const STRANGE: readonly unknown[] = [
  null,
  0,
  -1,
  1.5,
  2 ** 31,
  Number.MAX_SAFE_INTEGER,
  true,
  '',
  '../../etc/passwd',
  "'; drop table tamma.deliveries; --",
  '\u0000',
  '\ud800',
  'x'.repeat(20_000),
  [],
  [[[[]]]],
  {},
  { number: 'seven' },
  { number: -7, login: {}, type: [] },
  { pull_requests: [{ number: 1 }, null] },
];
const NAMES = ['__proto__', 'constructor', 'action', 'repository', 'issue', 'comment', 'ref', 'check_run'];

/** The payload with one of its values, wherever it lies, replaced, taken away or added. */
export function mutateValue(payload: unknown, random: Random): unknown {
  if (!isBranch(payload) || random() < 0.1) return pickFrom(STRANGE, random);
  const keys = Object.keys(payload);
  if (keys.length === 0) return pickFrom(STRANGE, random);
  const key = random() < 0.1 ? pickFrom(NAMES, random) : pickFrom(keys, random);
  const entries = Object.entries(payload).filter(([name]) => name !== key);
  if (random() < 0.1) return Object.fromEntries(entries);
  return Object.fromEntries([...entries, [key, mutateValue(Reflect.get(payload, key), random)]]);
}

function isBranch(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

/** The bytes with one bit turned. */
export function flipBit(text: string, random: Random): Buffer {
  const bytes = Buffer.from(text);
  const place = Math.floor(random() * bytes.length);
  bytes[place] = (bytes[place] ?? 0) ^ (1 << Math.floor(random() * 8));
  return bytes;
}

export function truncate(text: string, random: Random): string {
  return text.slice(0, Math.floor(random() * text.length));
}
