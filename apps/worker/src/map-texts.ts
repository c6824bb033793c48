/** Deeper values no tool takes; they become one text. */
const DEPTH_MAX = 32;

/** A value of JSON with every text in it, names of members too, as `map` makes it. */
export function mapTexts(value: unknown, map: (text: string) => string, depth = 0): unknown {
  if (typeof value === 'string') return map(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH_MAX) return map(JSON.stringify(value));
  const within = (one: unknown) => mapTexts(one, map, depth + 1);
  if (Array.isArray(value)) return value.map(within);
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [map(key), within(one)]));
}

/** Every text that `mapTexts` would ask for. */
export function textsOf(value: unknown): readonly string[] {
  const texts: string[] = [];
  mapTexts(value, (text) => {
    texts.push(text);
    return text;
  });
  return texts;
}
