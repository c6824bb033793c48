import { type AnyEvent, escalate, type Outcome } from '@tamma/domain';
import type { Fate } from '@tamma/queue';
import type { Step } from '@tamma/steps';
import { attemptSignal } from './abort.ts';
import type { AttemptRequest } from './attempt.ts';
import { commitAttempt, commitEvents, fateOfRefusal } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { performStep } from './perform.ts';
import { buildStepContext, type Gathered } from './step-context.ts';

export interface StepRun {
  readonly step: Step;
  readonly queueSignal: AbortSignal;
}

/** From the first fact people see of an attempt to its commit point. */
export async function runStep(deps: ExecutorDeps, request: AttemptRequest, run: StepRun): Promise<Fate> {
  const opened = await commitEvents(deps, request, openingEvents(deps, request));
  if (opened !== 'committed') return fateOfRefusal(opened, deps.now());
  const startedAt = deps.now();
  const { fence, step } = request;
  const { queueSignal } = run;
  using abort = attemptSignal({ queueSignal, timeoutMs: step.timeoutMs, fence, hashes: deps.hashes });
  await using gathered = buildStepContext(deps, request, abort.signal);
  const performed = await performStep(run.step, gathered);
  await gathered.shown();
  if (performed.kind !== 'aborted') {
    const outcome = requireArtifacts(request, gathered, performed);
    return commitAttempt(deps, request, gathered, { outcome, durationMs: deps.now() - startedAt });
  }
  return performed.by === 'overtaken' ? { kind: 'abandon' } : handBack(deps, request);
}

/** What people see first: the session with the first step, a phase with its first step, and who took it. */
function openingEvents(deps: ExecutorDeps, request: AttemptRequest): AnyEvent[] {
  const { begun, step, task, teller, capability } = request;
  const { sessionKey } = begun.head;
  const { phase } = step;
  const data = { capability, workerId: deps.workerId };
  const events = [teller.event({ type: 'TASK.DEQUEUED.SUCCESS', data })];
  // A step that runs again opens nothing anew.
  if (task.payload.round > 0) return events;
  if (step.index === 0) {
    events.push(teller.startEvent({ type: 'SESSION.STARTED.SUCCESS', data: { sessionKey } }, 'session'));
  }
  if (step.opens) {
    events.push(teller.startEvent({ type: 'PHASE.STARTED.SUCCESS', data: { phase } }, 'phase'));
  }
  return events;
}

/** Fenced like every other end: an attempt that lost its task meanwhile has nothing to hand back. */
async function handBack(deps: ExecutorDeps, request: AttemptRequest): Promise<Fate> {
  const why = 'the worker shut down; another one goes on';
  const interrupted = request.teller.event({ type: 'TASK.INTERRUPTED.SUCCESS', data: { why } });
  const verdict = await commitEvents(deps, request, [interrupted]);
  return verdict === 'committed' ? { kind: 'hand-back' } : fateOfRefusal(verdict, deps.now());
}

/** A phase ends only when it left what the template promises. */
function requireArtifacts(
  { begun, step, task }: AttemptRequest,
  gathered: Gathered,
  outcome: Outcome<unknown>,
): Outcome<unknown> {
  if (outcome.kind !== 'done' || step.closes === null || task.payload.round > 0) return outcome;
  const missing = step.closes.artifactsRequired.filter(
    (name) => !begun.artifacts.has(name) && !gathered.artifacts.has(name),
  );
  if (missing.length === 0) return outcome;
  return escalate({
    code: 'ARTIFACTS_MISSING',
    class: 'validation',
    message: `phase ${step.phase} cannot end: ${missing.join(', ')} was not written`,
    remedy: 'correct the template: either a step of the phase writes it, or it is not required',
  });
}
