/** Anything that lives as long as the process. */
export interface Service {
  readonly name: string;
  /** Safe to call twice; both callers see the same result. */
  start(): Promise<void>;
  /** Resolves when work in flight has settled; safe before start, and twice. */
  stop(): Promise<void>;
}
