import type { ProjectView } from '@tamma/contracts';
import { hasWorkflowEnded, type WorkflowState } from '@tamma/domain';

/** What the launcher sees of the whole at one moment. */
export interface Scene {
  readonly workflows: readonly WorkflowState[];
  readonly projects: readonly ProjectView[];
}

/** A reviewer that is a program has said its word by then, and what was said is being taken up. */
const REVIEW_MS = 5 * 60_000;

export interface IdleQuestion {
  readonly scene: Scene;
  readonly nowMs: number;
  /** Keep waiting for people too. */
  readonly waitForPeople: boolean;
  /** A project could not be looked at for so long that waiting for it would be waiting for ever. */
  readonly isTroubleLasting: boolean;
}

/** A step failed for good and nobody has answered: only a person moves it. */
export function isEscalated(state: WorkflowState): boolean {
  return state.status === 'paused' && state.steps.some((step) => step.status === 'failed');
}

/** Whether nothing can move any more without a person. */
export function isIdle(question: IdleQuestion): boolean {
  const { isTroubleLasting } = question;
  const { workflows, projects } = question.scene;
  const open = workflows.filter((state) => !hasWorkflowEnded(state.status));
  const started = open.filter((state) => state.status !== 'pending');
  if (started.some((state) => canMove(state, question))) return false;
  if (open.length > started.length && !isTroubleLasting) return false;
  return projects.every((project) =>
    hasTrouble(project) ? isTroubleLasting : hasSeenAll(project, workflows),
  );
}

function canMove(state: WorkflowState, { waitForPeople, nowMs }: IdleQuestion): boolean {
  if (isEscalated(state)) return false;
  if (waitForPeople) return true;
  return state.status !== 'paused' && !waitsForReviewer(state, nowMs) && !waitsForMoney(state, nowMs);
}

/** A wait this short is for calls under way, or for a midnight that is near; what is longer only a person ends. */
const MONEY_MS = 5 * 60_000;

function waitsForMoney({ waitingFor }: WorkflowState, nowMs: number): boolean {
  if (waitingFor?.reason !== 'budget' || waitingFor.until === null) return false;
  return Date.parse(waitingFor.until) - nowMs > MONEY_MS;
}

/** Only a person goes on with it: the review was not there when programs would have been done. */
function waitsForReviewer({ waitingFor }: WorkflowState, nowMs: number): boolean {
  return waitingFor?.reason === 'review' && nowMs - Date.parse(waitingFor.since) > REVIEW_MS;
}

/** The last look at this project failed; it is looked at again soon. */
export function hasTrouble({ intake }: ProjectView): boolean {
  return intake.problem !== null;
}

/** Intake looked after the last workflow ended, left nothing it could have taken, and all it took is on record. */
function hasSeenAll({ intake }: ProjectView, workflows: readonly WorkflowState[]): boolean {
  if (intake.lastPassAt === null || Date.parse(intake.lastPassAt) <= lastEnd(workflows)) return false;
  // The record follows the claim by a moment: a workflow that is not there yet has not ended.
  const recorded = new Set(workflows.map((state) => state.id));
  return intake.issues.every(
    (issue) => !issue.eligible || (issue.workflowId !== null && recorded.has(issue.workflowId)),
  );
}

function lastEnd(workflows: readonly WorkflowState[]): number {
  return Math.max(0, ...workflows.map((state) => (state.endedAt === null ? 0 : Date.parse(state.endedAt))));
}

/** The exit code of `--once`: 1 when anything failed, is escalated, or could not be looked at. */
export function exitCodeOf(scene: Scene, sinceMs: number): 0 | 1 {
  const isBad = scene.workflows.some((state) => isEscalated(state) || hasFailedSince(state, sinceMs));
  const isBlind = scene.projects.some(hasTrouble);
  return isBad || isBlind ? 1 : 0;
}

function hasFailedSince(state: WorkflowState, sinceMs: number): boolean {
  return state.status === 'failed' && state.endedAt !== null && Date.parse(state.endedAt) >= sinceMs;
}
