/** Restarts of one process within an hour before it is given up. */
const RESTARTS_MAX = 10;
const HOUR_MS = 3_600_000;

/** Asked before each restart: false when there were too many within the last hour. */
export function createRestartLimit(now: () => number = Date.now): () => boolean {
  let restarts: number[] = [];
  return () => {
    restarts = restarts.filter((at) => now() - at < HOUR_MS);
    restarts.push(now());
    return restarts.length <= RESTARTS_MAX;
  };
}
