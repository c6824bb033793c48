import { EVENT_DATA, type PlannedStep, type StepHandler, type TaskHandlerName } from '@tamma/contracts';
import {
  type ArtifactName,
  type ErrorReport,
  type Fact,
  type GateResult,
  type Order,
  type Outcome,
  taskIdOf,
} from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import type { Workspace } from '@tamma/workspace';
import { findStep } from '../registry.ts';
import type { AgentReport, LastWait, Step, StepContext } from '../step.ts';
import type { Bench } from './bench.ts';

/** One execution of a step, and all it would hand to the commit point. */
export interface Attempt {
  readonly outcome: Outcome<unknown>;
  readonly facts: readonly Fact[];
  readonly artifacts: ReadonlyMap<ArtifactName, string>;
  readonly gates: readonly GateResult[];
  /** Everything a watcher saw of the model's text. */
  readonly shown: string;
  /** What was told of each conversation's end. */
  readonly reports: readonly AgentReport[];
  /** Messages of the progress made. */
  readonly steps: readonly string[];
}

export interface AttemptOptions {
  readonly platform?: GitPlatform;
  readonly signal?: AbortSignal;
  readonly assertOwner?: () => Promise<void>;
  /** Zero by default; the task of a later round goes by its own id. */
  readonly round?: number;
  /** Whether the time of what the task parked for last is up. */
  readonly isTimeUp?: boolean;
  /** What a person ordered about the task. */
  readonly order?: Order;
  /** Ids of the steps whose results can be seen; all of them by default. */
  readonly visible?: ReadonlySet<string>;
}

/** Runs a step and forgets the outcome, as if the process had died before its commit point; effects stay. */
export async function attempt(
  bench: Bench,
  handler: StepHandler | TaskHandlerName,
  options: AttemptOptions = {},
): Promise<Attempt> {
  const { step, planned } = lookUp(bench, handler);
  await using gathered = gather(bench, planned, options);
  const { context, facts, artifacts, gates, shown, reports, steps } = gathered;
  const outcome = await step.run(context);
  for (const fact of facts) EVENT_DATA[fact.type].parse(fact.data);
  if (outcome.kind === 'done') step.result.parse(outcome.result);
  return { outcome, facts, artifacts, gates, shown: shown.join(''), reports, steps };
}

/** Runs a step and commits what it gave, as the executor does: gates, artifacts and a round with any outcome. */
export async function runStep(
  bench: Bench,
  handler: StepHandler,
  options: AttemptOptions = {},
): Promise<Attempt> {
  const made = await attempt(bench, handler, options);
  for (const [name, text] of made.artifacts) bench.artifacts.set(name, text);
  bench.gates.push(...made.gates);
  if (made.outcome.kind === 'done') bench.results.set(handler, made.outcome.result);
  const taskId = taskIdOf(bench.head.workflowId, handler, options.round);
  noteWait(bench, taskId, made.outcome);
  return made;
}

function noteWait(bench: Bench, taskId: string, outcome: Outcome<unknown>): void {
  bench.waits.delete(taskId);
  if (outcome.kind !== 'wait') return;
  if (outcome.on !== 'dependency') bench.waits.set(taskId, outcome);
  else bench.rounds.push({ number: bench.rounds.length + 1, askedBy: taskId, ...outcome.round });
}

function lastWaitOf(bench: Bench, taskId: string, { isTimeUp = false }: AttemptOptions): LastWait | null {
  const wait = bench.waits.get(taskId);
  if (wait === undefined || wait.approval !== undefined) return null;
  return { on: wait.on, key: wait.key ?? null, isOver: isTimeUp };
}

function lookUp(bench: Bench, handler: StepHandler | TaskHandlerName): { step: Step; planned: PlannedStep } {
  const step = findStep(handler);
  const planned = bench.head.template.steps.find((one) => one.handler === handler);
  if (step === undefined || planned === undefined) throw new Error(`there is no step ${handler}`);
  return { step, planned };
}

function gather(bench: Bench, step: PlannedStep, options: AttemptOptions) {
  const facts: Fact[] = [];
  const artifacts = new Map<ArtifactName, string>();
  const gates: GateResult[] = [];
  const shown: string[] = [];
  const reports: AgentReport[] = [];
  const steps: string[] = [];
  const opened = new Map<string, Promise<Workspace>>();
  const round = options.round ?? 0;
  const taskId = taskIdOf(bench.head.workflowId, step.id, round);
  const { cloneUrl } = bench.platform;
  const context: StepContext = {
    head: bench.head,
    step,
    taskId,
    attempt: 1,
    round,
    order: options.order ?? null,
    rounds: [...bench.rounds],
    lastWait: lastWaitOf(bench, taskId, options),
    decisions: bench.decisions.filter(({ approvalId }) => approvalId.startsWith(`${taskId}.a`)),
    signal: options.signal ?? new AbortController().signal,
    platform: options.platform ?? bench.platform,
    agents: async () => bench.agents,
    reportAgent: async (report) => void reports.push(report),
    gates: [...bench.gates],
    openWorkspace: (branch) => {
      const workspace = opened.get(branch) ?? bench.workspaces.open({ key: taskId, cloneUrl, branch });
      opened.set(branch, workspace);
      return workspace;
    },
    resultOf: (id) => (options.visible?.has(id) === false ? undefined : bench.results.get(id)),
    readArtifact: async (name) => artifacts.get(name) ?? bench.artifacts.get(name) ?? null,
    writeArtifact: (name, text) => void artifacts.set(name, text),
    recordGate: (result) => void gates.push(result),
    showText: (text) => void shown.push(text),
    tell: async (fact) => void facts.push(fact),
    progress: async (percent, message) => void steps.push(`${percent} ${message}`),
    safePoint: () => {},
    assertOwner: options.assertOwner ?? (async () => {}),
  };
  const dispose = async () => {
    for (const one of await Promise.allSettled(opened.values())) {
      if (one.status === 'fulfilled') await one.value[Symbol.asyncDispose]();
    }
  };
  return { context, facts, artifacts, gates, shown, reports, steps, [Symbol.asyncDispose]: dispose };
}

/** The error a step stopped for a person with; fails when it did anything else, or leaves them without advice. */
export function errorOf({ outcome }: Attempt): ErrorReport {
  if (outcome.kind !== 'stop' || outcome.reason.kind !== 'escalate') {
    throw new Error(`the step did not escalate: ${JSON.stringify(outcome)}`);
  }
  const { error } = outcome.reason;
  if (error.remedy === undefined) throw new Error(`${error.code} does not say what to do`);
  return error;
}

/** Why a step found that the work is no longer wanted; fails when it did anything else. */
export function unwantedWhy({ outcome }: Attempt): string {
  if (outcome.kind === 'stop' && outcome.reason.kind === 'unwanted') return outcome.reason.why;
  throw new Error(`the step did not find the work unwanted: ${JSON.stringify(outcome)}`);
}

/** Types of the facts told, in order. */
export function typesOf({ facts }: Attempt): readonly Fact['type'][] {
  return facts.map((fact) => fact.type);
}
