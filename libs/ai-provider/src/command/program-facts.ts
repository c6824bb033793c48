export interface ProgramFacts {
  readonly program: string;
  readonly model: string;
  /** Values that must not be repeated. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/** What a program said of its failure, and how. */
export interface LastWords {
  readonly exitCode: number | null;
  readonly words: string;
  /**
   * An event of its own that says so; its errors beside its output; or its output, which may be the words of a model: nothing
   * is concluded from those, or a model could have everybody wait.
   */
  readonly from: 'event' | 'stderr' | 'output';
}
