import { type AnyEvent, type EventType, PHASES, type Phase } from '@tamma/domain';
import { EVENT_DATA, isEventType } from './event-schema.ts';
import type { StepHandler } from './template.ts';

/** A published name for facts that are stored under another. */
export interface EventAlias {
  readonly name: string;
  /** The stored types it may stand for. */
  readonly types: readonly EventType[];
  /** Which of those it means; without it all of them. */
  readonly means?: (event: AnyEvent) => boolean;
}

/** Every event, whatever its type. */
export const ANY_EVENT = '*';

/** May move a workflow from one status to another (docs/states.md). */
const STATUS_MOVES: readonly EventType[] = [
  'WORKFLOW.STARTED.SUCCESS',
  'WORKFLOW.COMPLETED.SUCCESS',
  'WORKFLOW.FAILED.PERMANENT',
  'WORKFLOW.CANCELLED.SUCCESS',
  'APPROVAL.REQUESTED.SUCCESS',
  'APPROVAL.PROVIDED.SUCCESS',
  'QUESTION.ASKED.SUCCESS',
  'QUESTION.ANSWERED.SUCCESS',
  'ESCALATION.TRIGGERED.SUCCESS',
  'ESCALATION.RESOLVED.SUCCESS',
  'WORKFLOW.SUSPENDED.SUCCESS',
  'WORKFLOW.RESUMED.SUCCESS',
];

/** What a workflow's state shows: its status, its phase and its steps. */
const STATE_CHANGES: readonly EventType[] = [
  ...STATUS_MOVES,
  'PHASE.STARTED.SUCCESS',
  'PHASE.COMPLETED.SUCCESS',
  'TASK.DEQUEUED.SUCCESS',
  'TASK.COMPLETED.SUCCESS',
  'TASK.RETRY.SCHEDULED',
  'TASK.PARKED.SUCCESS',
  'TASK.INTERRUPTED.SUCCESS',
  'TASK.FAILED.PERMANENT',
  'TASK.SKIP.ORDERED',
  'TASK.OVERRIDE.ORDERED',
  'ESCALATION.RAISED.SUCCESS',
  'ROUND.STARTED.SUCCESS',
];

/** What is kept beside it: score, session, branch, commits, pull request, artifacts. */
const WORK_CHANGES: readonly EventType[] = [
  'WORKFLOW.PRIORITIZED.SUCCESS',
  'SESSION.STARTED.SUCCESS',
  'SESSION.ENDED.SUCCESS',
  'RISK.ASSESSED.SUCCESS',
  'BRANCH.CREATED.SUCCESS',
  'COMMIT.CREATED.SUCCESS',
  'PR.OPENED.SUCCESS',
  'PR.MERGED.SUCCESS',
  'ARTIFACT.WRITTEN.SUCCESS',
];

const TROUBLE: readonly EventType[] = ['TASK.RETRY.SCHEDULED', 'TASK.FAILED.PERMANENT'];

/** Where each step lies in the template that ships; its events do not say. */
export const PHASE_OF_STEP: Readonly<Record<StepHandler, Phase>> = {
  'issue-intake': 'INTAKE',
  clarification: 'INTAKE',
  'context-research': 'RESEARCH',
  'plan-generation': 'PLAN',
  'plan-approval': 'PLAN',
  'branch-setup': 'EXECUTE',
  'code-generation': 'EXECUTE',
  'build-gate': 'EXECUTE',
  'test-gate': 'REVIEW',
  'security-gate': 'REVIEW',
  'code-review': 'REVIEW',
  'pull-request': 'REVIEW',
  'merge-approval': 'REVIEW',
  'merge-and-close': 'CLOSE',
};

/** Asked of every event that is relayed, with step ids of strangers' templates. */
const PHASES_BY_STEP: ReadonlyMap<string, Phase> = new Map(Object.entries(PHASE_OF_STEP));

/** The published names whose fact is told today. Those whose fact is not are listed in docs/events.md. */
export const EVENT_ALIASES: readonly EventAlias[] = [
  // A task is added only when it fits its schema, and straight into the queue that it is routed to.
  { name: 'task:submitted', types: ['TASK.ENQUEUED.SUCCESS'] },
  { name: 'task:validated', types: ['TASK.ENQUEUED.SUCCESS'] },
  { name: 'task:routed', types: ['TASK.ENQUEUED.SUCCESS'] },
  { name: 'task:started', types: ['TASK.DEQUEUED.SUCCESS'] },
  { name: 'task:completed', types: ['TASK.COMPLETED.SUCCESS'] },
  { name: 'task:failed', types: ['TASK.FAILED.PERMANENT'] },
  { name: 'task:retry', types: ['TASK.RETRY.SCHEDULED', 'ESCALATION.RESOLVED.SUCCESS'], means: isRetry },
  { name: 'task:cancelled', types: ['WORKFLOW.CANCELLED.SUCCESS'] },
  { name: 'task:suspended', types: ['WORKFLOW.SUSPENDED.SUCCESS'] },
  { name: 'task:resumed', types: ['WORKFLOW.RESUMED.SUCCESS'] },
  { name: 'task:failure', types: TROUBLE },
  { name: 'task:timeout', types: TROUBLE, means: (event) => errorOf(event)?.code === 'TIMEOUT' },
  { name: 'task:validation_error', types: TROUBLE, means: (event) => errorOf(event)?.class === 'validation' },
  { name: 'orchestration.session.start', types: ['SESSION.STARTED.SUCCESS'] },
  { name: 'orchestration.session.end', types: ['SESSION.ENDED.SUCCESS'] },
  // What these names call a task is the work on one issue, which has phases, commits and a pull request: our workflow.
  { name: 'orchestration.task.created', types: ['WORKFLOW.STATE.CREATED'] },
  { name: 'orchestration.task.updated', types: [...STATE_CHANGES, ...WORK_CHANGES] },
  { name: 'orchestration.task.status_updated', types: STATUS_MOVES },
  ...PHASES.flatMap(phaseAliases),
  // What a phase checks before it ends are its gates and its review.
  { name: 'orchestration.phase.override', types: ['TASK.OVERRIDE.ORDERED'] },
  { name: 'WORKFLOW.STATE.UPDATED', types: STATE_CHANGES },
  { name: 'TASK_STARTED', types: ['TASK.DEQUEUED.SUCCESS'] },
  { name: 'TASK_COMPLETED', types: ['TASK.COMPLETED.SUCCESS'] },
  { name: 'WORKFLOW_COMPLETED', types: ['WORKFLOW.COMPLETED.SUCCESS'] },
  { name: 'BUILD_FAILED', types: ['GATE.RAN.FAILED'], means: (event) => gateOf(event) === 'build' },
  { name: 'TEST_FAILED', types: ['GATE.RAN.FAILED'], means: (event) => gateOf(event) === 'test' },
  { name: 'AI_ERROR', types: TROUBLE, means: (event) => isModelTrouble(event) },
];

/** The long names, and the short ones that expand to them. */
function phaseAliases(phase: Phase): EventAlias[] {
  const isOfPhase = (event: AnyEvent) => 'phase' in event.data && event.data.phase === phase;
  const isStepOfPhase = ({ stepId = '' }: AnyEvent) => PHASES_BY_STEP.get(stepId) === phase;
  const short = phase.toLowerCase();
  return [`orchestration.phase.${short}`, short].flatMap((name) => [
    { name: `${name}.start`, types: ['PHASE.STARTED.SUCCESS'], means: isOfPhase },
    { name: `${name}.step_complete`, types: ['TASK.COMPLETED.SUCCESS'], means: isStepOfPhase },
    { name: `${name}.end`, types: ['PHASE.COMPLETED.SUCCESS'], means: isOfPhase },
  ]);
}

/** A person may decide otherwise about a step that failed: then it is not tried again as it was. */
function isRetry(event: AnyEvent): boolean {
  return event.type !== 'ESCALATION.RESOLVED.SUCCESS' || event.data.decision === 'retry';
}

function errorOf(event: AnyEvent) {
  return 'error' in event.data ? event.data.error : undefined;
}

function gateOf(event: AnyEvent) {
  return event.type === 'GATE.RAN.FAILED' ? event.data.gate : undefined;
}

/** An answer that is not what was asked, a limit on asking, or canned answers that do not fit. */
function isModelTrouble(event: AnyEvent): boolean {
  const error = errorOf(event);
  return error?.class === 'model' || error?.code.startsWith('AI_') === true;
}

const STORED: readonly EventType[] = Object.keys(EVENT_DATA).filter(isEventType);
const ALIASES_OF: ReadonlyMap<EventType, readonly EventAlias[]> = new Map(
  STORED.map((type) => [type, EVENT_ALIASES.filter((alias) => alias.types.includes(type))]),
);

const BEGINNINGS: ReadonlyMap<EventType, readonly string[]> = new Map(
  STORED.map((type) => [type, beginningsOf(type)]),
);

/** Every name that can be asked for: stored types, their beginnings (`TASK.*`), aliases, and `*`. */
export const EVENT_NAMES: ReadonlySet<string> = new Set([
  ...STORED,
  ...STORED.flatMap(beginningsOf),
  ...EVENT_ALIASES.map((alias) => alias.name),
  ANY_EVENT,
]);

/** Every name that a stored event answers to, its type first. */
export function namesOf(event: AnyEvent): readonly string[] {
  const aliases = (ALIASES_OF.get(event.type) ?? []).filter(({ means }) => means?.(event) ?? true);
  const beginnings = BEGINNINGS.get(event.type) ?? beginningsOf(event.type);
  return [event.type, ...aliases.map(({ name }) => name), ...beginnings, ANY_EVENT];
}

/** Whether a stored event is what somebody asks for by this name. */
export function answersTo(event: AnyEvent, name: string): boolean {
  return namesOf(event).includes(name);
}

/** `TASK.*` and `TASK.COMPLETED.*` for `TASK.COMPLETED.SUCCESS`. */
function beginningsOf(type: string): string[] {
  const parts = type.split('.');
  return parts.slice(1).map((_, index) => `${parts.slice(0, index + 1).join('.')}.*`);
}
