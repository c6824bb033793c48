/** Bounds of what clients may cost. */
export interface LiveLimits {
  /** Connections of all clients together. */
  readonly socketsMax: number;
  /** For a connection to say who it is. */
  readonly signInMs: number;
  readonly subscriptionsPerSocketMax: number;
  /** Messages a client may send at once, and how many a second it may send after that. */
  readonly messageBurst: number;
  readonly messagesPerSecond: number;
  /** Pages of the past that are read at the same time, for all clients together. */
  readonly readsAtOnceMax: number;
  /** Events in one such page. */
  readonly pageSize: number;
  /** Characters waiting to be sent from which on a client counts as behind, and gets no more until it has room. */
  readonly behindFrom: number;
  /** Characters waiting to be sent below which a client that is behind gets the next page. */
  readonly roomBelow: number;
  /** How long a client may stay behind without having room. */
  readonly behindMs: number;
  /** How long a connection that is closed may take to send what is left. */
  readonly closeGraceMs: number;
  /** Tries to read a page of the past, and the rest between two of them. */
  readonly readTries: number;
  readonly readRestMs: number;
}

export const LIVE_LIMITS: LiveLimits = {
  socketsMax: 500,
  signInMs: 5000,
  subscriptionsPerSocketMax: 50,
  messageBurst: 200,
  messagesPerSecond: 50,
  readsAtOnceMax: 8,
  pageSize: 100,
  behindFrom: 512 * 1024,
  roomBelow: 128 * 1024,
  behindMs: 10_000,
  closeGraceMs: 1000,
  readTries: 30,
  readRestMs: 1000,
};
