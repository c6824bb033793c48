import type { Hands } from './hands.ts';

/** An account at a server, and what its calls go through. */
export interface Person {
  readonly login: string;
  readonly token: string;
  readonly fetch: typeof globalThis.fetch;
}

/** A live server, or what answers like one. */
export interface World {
  readonly apiUrl: string;
  readonly serverUrl: string;
  /** The product's account. */
  readonly ours: Person;
  /** Somebody who may make repositories. */
  readonly other: Person;
  /** Name of the repository that the test gets. */
  readonly repository: string;
}

export interface Ground {
  /** Of the other person. */
  readonly hands: Hands;
  readonly world: World;
  /** Path of the repository in the API. */
  readonly root: string;
}
