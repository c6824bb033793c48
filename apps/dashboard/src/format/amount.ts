const COST_SHOWN_MIN_USD = 0.01;
const BYTES_IN_KIB = 1024;

/** `950`, `12.3k`, `1.2M`. */
export function formatCount(count: number): string {
  if (count < 1000) return String(count);
  if (count < 999_950) return `${trimZero((count / 1000).toFixed(1))}k`;
  return `${trimZero((count / 1_000_000).toFixed(1))}M`;
}

/** Dollars with cents; what is above zero never looks like nothing. */
export function formatCost(costUsd: number): string {
  if (costUsd > 0 && costUsd < COST_SHOWN_MIN_USD) return '< $0.01';
  return `$${costUsd.toFixed(2)}`;
}

export function formatBytes(bytes: number): string {
  if (bytes < BYTES_IN_KIB) return `${bytes} B`;
  const kib = bytes / BYTES_IN_KIB;
  return kib < BYTES_IN_KIB
    ? `${trimZero(kib.toFixed(1))} KiB`
    : `${trimZero((kib / BYTES_IN_KIB).toFixed(1))} MiB`;
}

/** `1 token`, `2 tokens`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

function trimZero(text: string): string {
  return text.replace(/\.0$/, '');
}
