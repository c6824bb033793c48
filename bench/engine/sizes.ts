/** How much is measured. */
export interface Sizes {
  /** Attempts at once, of each queue; also the slots of the backlog. */
  readonly concurrency: number;
  readonly ladder: { readonly workflows: number; readonly rounds: number; readonly warmUp: number };
  readonly idle: number;
  readonly redisBytes: number;
  /** Waiting claims: the second is compared with the first. */
  readonly waiting: readonly [number, number];
  readonly slotWorkflows: number;
  readonly browser: { readonly perSecond: number; readonly seconds: number };
  /** Repetitions of single calls. */
  readonly calls: number;
}

/** What `npm run bench` measures: some minutes. */
export const FULL: Sizes = {
  concurrency: 50,
  ladder: { workflows: 1000, rounds: 5, warmUp: 200 },
  idle: 150,
  redisBytes: 500,
  waiting: [1000, 100_000],
  slotWorkflows: 500,
  browser: { perSecond: 1000, seconds: 10 },
  calls: 2000,
};

/** `--quick`: about twenty seconds, for a look; its figures are rough. */
export const QUICK: Sizes = {
  concurrency: 50,
  ladder: { workflows: 100, rounds: 2, warmUp: 20 },
  idle: 20,
  redisBytes: 50,
  waiting: [500, 5000],
  slotWorkflows: 50,
  browser: { perSecond: 1000, seconds: 2 },
  calls: 200,
};

/** So little that only one thing can be seen: that everything is measured. */
export const TINY: Sizes = {
  concurrency: 5,
  ladder: { workflows: 4, rounds: 1, warmUp: 0 },
  idle: 2,
  redisBytes: 4,
  waiting: [10, 20],
  slotWorkflows: 4,
  browser: { perSecond: 100, seconds: 0.2 },
  calls: 10,
};
