/** A piece of text that a model is streaming. */
export interface TextChunk {
  readonly workflowId: string;
  readonly taskId: string;
  readonly stepId: string;
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

/**
 * Streamed model text on its way to whoever watches. Not events: capped, never recorded, and lost when nobody
 * looks in time.
 */
export interface LiveText {
  append(chunks: readonly TextChunk[]): Promise<void>;
  /** Chunks after a place, oldest first, at most `limit`; waits up to `waitMs` for the first. Null starts at the end. */
  next(after: string | null, options: { limit: number; waitMs: number }): Promise<TextPage>;
  close(): Promise<void>;
}

export interface TextPage {
  readonly chunks: readonly TextChunk[];
  /** Where the next call goes on. */
  readonly after: string;
}
