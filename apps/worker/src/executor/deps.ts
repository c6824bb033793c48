import type { Project } from '@tamma/contracts';
import type { AgentRecords, Budgets, Circuits, LiveText, WorkflowHashes } from '@tamma/coordination';
import type { EventLog } from '@tamma/event-log';
import type { GitPlatform } from '@tamma/git-platform';
import type { Step } from '@tamma/steps';
import type { Logger } from '@tamma/telemetry';
import type { Workspaces } from '@tamma/workspace';
import type { AgentOf } from '../agents.ts';
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
  /** The agents of a project by their names, not guarded yet. */
  readonly agentOf: AgentOf;
  /** Every secret that this process holds for a project: none may get into what leaves this machine. */
  readonly secretsOf: (project: Project) => readonly string[];
  readonly agentRecords: AgentRecords;
  readonly budgets: Budgets;
  /** US dollars a day for the models of all projects together; null: no limit. */
  readonly dayBudgetUsd: number | null;
  /** Which services are left alone now. */
  readonly circuits: Pick<Circuits, 'listHolds' | 'listCircuits'>;
  readonly findStep: (handler: string) => Step | undefined;
  readonly now: () => number;
  /** Rejects when the signal aborts. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly logger: Logger;
}
