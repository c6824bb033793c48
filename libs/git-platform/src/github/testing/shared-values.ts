import { z } from 'zod';

type Json = z.infer<ReturnType<typeof z.json>>;

/** A JSON value, and the objects that stand in it more than once; `{"$shared": n}` is in place of the n-th. */
export interface Packed {
  readonly shared: Json[];
  readonly value: Json;
}

/** Shortest object worth sharing, in characters of JSON. */
const LENGTH_MIN = 120;

const reference = z.strictObject({ $shared: z.int().nonnegative() });

/** GitHub repeats accounts and repositories in full wherever they come up: written once, recordings stay readable. */
export function pack(value: Json): Packed {
  const counts = new Map<string, number>();
  walk(value, (text) => counts.set(text, (counts.get(text) ?? 0) + 1));
  const shared: Json[] = [];
  const places = new Map<string, number>();
  const packed = rewrite(value, (text, inner) => {
    if ((counts.get(text) ?? 0) < 2) return inner;
    const place = places.get(text) ?? shared.push(inner) - 1;
    places.set(text, place);
    return { $shared: place };
  });
  return { shared, value: packed };
}

export function unpack({ shared, value }: Packed): Json {
  const known: Json[] = [];
  const resolve = (one: Json): Json => {
    if (Array.isArray(one)) return one.map(resolve);
    if (one === null || typeof one !== 'object') return one;
    const parsed = reference.safeParse(one);
    if (parsed.success) return known[parsed.data.$shared] ?? null;
    return mapValues(one, resolve);
  };
  // What one refers to was shared before it.
  for (const one of shared) known.push(resolve(one));
  return resolve(value);
}

function walk(value: Json, see: (text: string) => void): void {
  if (value === null || typeof value !== 'object') return;
  for (const inner of Object.values(value)) walk(inner, see);
  const text = JSON.stringify(value);
  if (!Array.isArray(value) && text.length >= LENGTH_MIN) see(text);
}

function rewrite(value: Json, replace: (text: string, inner: Json) => Json): Json {
  if (Array.isArray(value)) return value.map((one) => rewrite(one, replace));
  if (value === null || typeof value !== 'object') return value;
  return replace(
    JSON.stringify(value),
    mapValues(value, (one) => rewrite(one, replace)),
  );
}

function mapValues(value: { readonly [key: string]: Json }, change: (one: Json) => Json): Json {
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, change(one)]));
}
