/** Middle value; the mean of the two middle ones for an even count. Throws a RangeError for no values. */
export function medianOf(values: readonly number[]): number {
  const sorted = sortedOf(values);
  const upper = sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
  const lower = sorted[Math.ceil(sorted.length / 2) - 1] ?? Number.NaN;
  return (lower + upper) / 2;
}

/** Nearest rank: the smallest value that at least `percent` of all values do not exceed. 0 gives the smallest. */
export function percentileOf(values: readonly number[], percent: number): number {
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`${percent} is not a percentage`);
  const sorted = sortedOf(values);
  const rank = Math.max(1, Math.ceil((percent / 100) * sorted.length));
  return sorted[rank - 1] ?? Number.NaN;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = sortedOf(values);
  return { median: medianOf(values), min: sorted[0] ?? Number.NaN, max: sorted.at(-1) ?? Number.NaN };
}

/** Each value as a share of its partner: the two of a pair were measured right after each other. */
export function sharesOf(values: readonly number[], partners: readonly number[]): readonly number[] {
  if (values.length !== partners.length) throw new RangeError('every value needs its partner');
  return values.map((value, index) => value / (partners[index] ?? Number.NaN));
}

export interface Latency {
  readonly p50: number;
  readonly p99: number;
  readonly count: number;
}

export function latencyOf(valuesMs: readonly number[]): Latency {
  return { p50: percentileOf(valuesMs, 50), p99: percentileOf(valuesMs, 99), count: valuesMs.length };
}

function sortedOf(values: readonly number[]): readonly number[] {
  if (values.length === 0) throw new RangeError('nothing was measured');
  return values.toSorted((a, b) => a - b);
}
