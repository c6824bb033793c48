import type { Fence } from '@tamma/coordination';
import { type AnyEvent, type Capability, type ErrorReport, escalate, type Outcome } from '@tamma/domain';
import type { Fate, TaskAttempt, TaskHandler } from '@tamma/queue';
import type { Step } from '@tamma/steps';
import { attemptSignal } from './abort.ts';
import { commitAttempt, fateOfStored } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { judgeWait, refuseAttempt } from './guards.ts';
import { performStep } from './perform.ts';
import { type AttemptRequest, type BegunAttempt, buildStepContext, type Gathered } from './step-context.ts';
import { createTeller, type Teller } from './teller.ts';

/**
 * The one pipeline that every task goes through: begin (fence, flags, results in one read) → guards → step →
 * settle → commit → fate. States and words are in docs/states.md, "Attempt".
 */
export function createExecutor(deps: ExecutorDeps, capability: Capability): TaskHandler {
  return async (task, queueSignal) => {
    const { workflowId, taskId, stepId } = task.payload;
    const fence = { workflowId, taskId, attempt: task.attempt };
    const teller = createTeller({ ...fence, stepId, workerId: deps.workerId, now: deps.now });
    const taken = { capability, workerId: deps.workerId };
    const begun = await deps.hashes.begin(fence, [
      teller.event({ type: 'TASK.DEQUEUED.SUCCESS', data: taken }),
    ]);
    switch (begun.kind) {
      case 'begun':
        return runAttempt(deps, { task, fence, begun, teller }, queueSignal);
      case 'replay':
        return fateOfStored(begun.outcome);
      case 'overtaken':
        return { kind: 'abandon' };
      case 'cancelled':
        return { kind: 'stop', why: 'the workflow is cancelled' };
      case 'missing':
        return { kind: 'stop', why: `workflow ${workflowId} is not known any more` };
    }
  };
}

interface Pass {
  readonly task: TaskAttempt;
  readonly fence: Fence;
  readonly begun: BegunAttempt;
  readonly teller: Teller;
}

async function runAttempt(deps: ExecutorDeps, pass: Pass, queueSignal: AbortSignal): Promise<Fate> {
  const { task, begun } = pass;
  const planned = begun.head.template.steps.find((one) => one.id === task.payload.stepId);
  const step = planned === undefined ? undefined : deps.findStep(planned.handler);
  if (planned === undefined || step === undefined) {
    // Without a plan there is nothing to settle against; the queue shows it, the reconciler tells it.
    return { kind: 'stop', why: `this worker has no code for step ${task.payload.stepId}` };
  }
  const request = { ...pass, step: planned };
  const stopped = stopBeforeRunning(deps, request);
  if (stopped !== null && 'kind' in stopped) return stopped;
  using abort = attemptSignal({
    queueSignal,
    timeoutMs: planned.timeoutMs,
    fence: pass.fence,
    hashes: deps.hashes,
  });
  await using gathered = buildStepContext(deps, request, abort.signal);
  if (stopped !== null) {
    return commitAttempt(deps, request, gathered, { outcome: escalate(stopped), durationMs: 0 });
  }
  return runStep(deps, request, { step, gathered });
}

/** A fate when the task only parks again, an error when it must not run, null when it may. */
function stopBeforeRunning(deps: ExecutorDeps, request: AttemptRequest): Fate | ErrorReport | null {
  const { begun, step, task } = request;
  if (begun.wait !== null) return judgeWait(begun.wait, deps.now());
  const { sandbox } = deps.workspaces;
  return refuseAttempt(begun.head, step, {
    attempt: task.attempt,
    done: new Set(begun.results.keys()),
    sandbox,
  });
}

async function runStep(
  deps: ExecutorDeps,
  request: AttemptRequest,
  run: { readonly step: Step; readonly gathered: Gathered },
): Promise<Fate> {
  await deps.eventLog.append(openingEvents(request));
  const startedAt = deps.now();
  const performed = await performStep(run.step, run.gathered);
  if (performed.kind !== 'aborted') {
    const outcome = requireArtifacts(request, run.gathered, performed);
    return commitAttempt(deps, request, run.gathered, { outcome, durationMs: deps.now() - startedAt });
  }
  if (performed.by === 'overtaken') return { kind: 'abandon' };
  const why = 'the worker shut down; another one goes on';
  await deps.eventLog.append([request.teller.event({ type: 'TASK.INTERRUPTED.SUCCESS', data: { why } })]);
  return { kind: 'hand-back' };
}

/** What people see first: the session with the first step, a phase with its first step. */
function openingEvents({ begun, step, teller }: AttemptRequest): AnyEvent[] {
  const events: AnyEvent[] = [];
  const { sessionKey } = begun.head;
  if (step.index === 0) events.push(teller.event({ type: 'SESSION.STARTED.SUCCESS', data: { sessionKey } }));
  if (step.opens) events.push(teller.event({ type: 'PHASE.STARTED.SUCCESS', data: { phase: step.phase } }));
  return events;
}

/** A phase ends only when it left what the template promises. */
function requireArtifacts(
  { begun, step }: AttemptRequest,
  gathered: Gathered,
  outcome: Outcome<unknown>,
): Outcome<unknown> {
  if (outcome.kind !== 'done' || step.closes === null) return outcome;
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
