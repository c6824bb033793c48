import type { WorkflowStatus } from '@tamma/domain';
import type { Blow } from '../blows/strike.ts';
import type { WitnessLine } from '../witness/line.ts';

/** What the repository and the issue's files say of one issue. */
export interface IssueFacts {
  readonly project: string;
  readonly issue: number;
  readonly isClosed: boolean;
  /** Whether the base branch holds the issue's file, as the answers wrote it. */
  readonly hasFile: boolean;
  /** Merge commits on the base branch that close it. */
  readonly merges: readonly string[];
  /** Commits on the base branch that carry a task of it. */
  readonly commits: readonly { readonly hash: string; readonly task: string }[];
  readonly pullRequests: readonly {
    readonly head: string;
    readonly number: number;
    readonly state: string;
  }[];
  /** The hidden marker of each comment of ours. */
  readonly markers: readonly string[];
}

export interface RecordedFact {
  readonly type: string;
  readonly taskId: string | null;
  readonly attempt: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What the record says of one workflow. */
export interface RecordFacts {
  readonly workflowId: string;
  readonly project: string;
  readonly issue: number;
  readonly status: WorkflowStatus;
  /** What it waits for, in a word and a sentence; null when it waits for nothing. */
  readonly waiting: { readonly reason: string; readonly why: string } | null;
  readonly events: readonly RecordedFact[];
  /** Whether its chain of hashes holds. */
  readonly isChained: boolean;
}

export interface Evidence {
  /** In the order they were written. */
  readonly witness: readonly WitnessLine[];
  readonly blows: readonly Blow[];
  readonly issues: readonly IssueFacts[];
  readonly record: readonly RecordFacts[];
  /** Step ids in running order. */
  readonly steps: readonly string[];
}
