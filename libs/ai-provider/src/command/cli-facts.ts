import type { TokenCounts } from '@tamma/domain';

/** A tool that it says it calls; `ok` is set where it says in one go how that went. */
export interface CliTool {
  readonly id?: string | undefined;
  readonly name: string;
  readonly input: unknown;
  readonly ok?: boolean | undefined;
}

/** What a program tells in one event; everything may be missing. */
export interface CliFacts {
  /** A piece of its answer. */
  readonly text?: string | undefined;
  /** The whole of its last answer, which may have come in pieces before. */
  readonly final?: string | undefined;
  readonly model?: string | undefined;
  /** Of the whole run so far, or of what came since it told last. */
  readonly tokens?: TokenCounts | undefined;
  readonly moreTokens?: TokenCounts | undefined;
  readonly costUsd?: number | undefined;
  readonly moreCostUsd?: number | undefined;
  /** Tools that it calls. */
  readonly tools?: readonly CliTool[] | undefined;
  /** How tools that it called before went. */
  readonly answered?: readonly { readonly id: string; readonly ok: boolean }[] | undefined;
  /** It says that it failed. */
  readonly failure?: string | undefined;
  /** Trouble that it may have got over; it counts when the run failed. */
  readonly trouble?: string | undefined;
}

/** Reads one event of a program's output; what it does not know says nothing. */
export type ReadEvent = (event: unknown) => CliFacts;
export const NO_FACTS: CliFacts = {};
