export type MemberKind = 'worker' | 'orchestrator' | 'redis' | 'postgres';

/** One process that can be hit. It comes back by itself. */
export interface Member {
  readonly name: string;
  readonly kind: MemberKind;
  /** Null while there is nothing to hit: it is being started, or frozen. */
  target(): number | null;
  /** Kills it with SIGKILL. */
  kill(): void;
  /** Stops it with SIGSTOP and lets it go on with SIGCONT after that time. Only for processes of the product. */
  freeze(forMs: number): void;
  /** Asks it to end, and waits until it is gone. */
  stop(): Promise<void>;
}
