/** Whoever wants more asks again, from where the last answer ended. */
const PAGE_MAX = 1000;

export function pageSize(limit: number): number {
  return Math.min(Math.max(1, Math.trunc(limit) || 1), PAGE_MAX);
}
