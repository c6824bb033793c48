import type { Agent } from '@tamma/ai-provider';
import type { PlannedStep, StepHandler, TaskHandlerName, WorkflowHead } from '@tamma/contracts';
import type {
  ArtifactName,
  Fact,
  GateResult,
  Order,
  Outcome,
  Round,
  StoredDecision,
  WaitingReason,
} from '@tamma/domain';
import { TammaError } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import type { Workspace } from '@tamma/workspace';
import type { z } from 'zod';

export interface LastWait {
  readonly on: WaitingReason;
  readonly key: string | null;
  readonly isOver: boolean;
}

export interface AgentReport {
  readonly agent: Agent;
  readonly result: 'done' | 'gave-up' | 'failed';
  readonly turns: number;
  readonly durationMs: number;
  readonly costUsd: number;
  readonly why: string;
  /** Set when this conversation had to repair what that agent made before. */
  readonly repairs?: string | undefined;
}

/** Everything a step may use. Ports are handed in; effects through them are fenced by the attempt. */
export interface StepContext {
  readonly head: WorkflowHead;
  readonly step: PlannedStep;
  readonly taskId: string;
  /** Rises with every pick-up of the task. */
  readonly attempt: number;
  readonly round: number;
  /** `signal.reason` is an Error that says why. */
  readonly signal: AbortSignal;
  readonly platform: GitPlatform;
  /**
   * The agents that may do this step, the chosen one first, each with its calls guarded, paid for and recorded. What fails
   * for a reason of its service goes to the next.
   */
  agents(): Promise<readonly Agent[]>;
  /** Told at the end of each conversation; agents are measured by it. */
  reportAgent(report: AgentReport): Promise<void>;
  /** A checkout of the branch at its head, removed when the attempt ends. */
  openWorkspace(branch: string): Promise<Workspace>;
  /** Every round of this workflow so far, oldest first. */
  readonly rounds: readonly Round[];
  /** What people decided about this task, oldest first. */
  readonly decisions: readonly StoredDecision[];
  /** What this task parked for last, and whether its time is up; null when it never did, or for rounds and people. */
  readonly lastWait: LastWait | null;
  /** What a person ordered about this task, null when nobody did. A skipped one never gets here. */
  readonly order: Order | null;
  /** What steps returned, by step id, in their latest round; undefined when that step is not done. */
  resultOf(stepId: string): unknown;
  /** Gate results of this workflow, whatever commit they ran on. */
  readonly gates: readonly GateResult[];
  readArtifact(name: ArtifactName): Promise<string | null>;
  /** Kept with the outcome, all or nothing. */
  writeArtifact(name: ArtifactName, text: string): void;
  recordGate(result: GateResult): void;
  /** Shows a piece of streamed text to whoever watches; never waits, never fails. */
  showText(text: string): void;
  /** Appends a fact to the event log now. */
  tell(fact: Fact): Promise<void>;
  progress(percent: number, message: string): Promise<void>;
  /**
   * A moment at which nothing is half done: throws when a person suspended the workflow. `progress`, `tell` and every
   * effect at the platform are such moments by themselves; long work passes one between its parts.
   */
  safePoint(): void;
  /** Throws when a later attempt took over or the workflow was cancelled. Called right before an outside effect. */
  assertOwner(): Promise<void>;
}

/** One step of a workflow: its code, and the shape of what later steps may read of it. */
export interface Step<Result = unknown> {
  readonly handler: StepHandler | TaskHandlerName;
  readonly result: z.ZodType<Result>;
  /** What stands for its result when a person has it left out; absent: it cannot be. */
  readonly whenSkipped?: Result;
  run(context: StepContext): Promise<Outcome<Result>>;
}

/** What an earlier step returned. Its absence is a bug in the template's `needs`, never a reason to guess. */
export function resultFrom<Result>(context: StepContext, step: Step<Result>): Result {
  const planned = context.head.template.steps.find((one) => one.handler === step.handler);
  const parsed = step.result.safeParse(planned === undefined ? undefined : context.resultOf(planned.id));
  if (parsed.success) return parsed.data;
  throw new TammaError(
    'RESULT_MISSING',
    `step ${context.step.id} needs the result of ${step.handler}, which has none`,
    {
      class: 'validation',
      remedy: `put a step with handler ${step.handler} above ${context.step.id} in the template`,
      cause: parsed.error,
    },
  );
}
