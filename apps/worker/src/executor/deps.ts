import type { AiProvider } from '@tamma/ai-provider';
import type { Project } from '@tamma/contracts';
import type { LiveText, WorkflowHashes } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import type { GitPlatform } from '@tamma/git-platform';
import type { Step } from '@tamma/steps';
import type { Logger } from '@tamma/telemetry';
import type { Workspaces } from '@tamma/workspace';
import type { CallBooks } from './call-books.ts';
import type { Hints } from './hints.ts';

/** Everything the executor stands on. Built in main.ts; tests hand in what they like. */
export interface ExecutorDeps {
  readonly workerId: string;
  readonly hashes: WorkflowHashes;
  readonly eventLog: EventLog;
  readonly liveText: LiveText;
  /** Says which workflows to look at again. */
  readonly hints: Hints;
  /** What is known of the services that steps call. */
  readonly books: CallBooks;
  readonly workspaces: Workspaces;
  readonly platformOf: (project: Project) => GitPlatform;
  readonly aiOf: (project: Project) => AiProvider;
  readonly findStep: (handler: string) => Step | undefined;
  readonly now: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
}
