import type { Capability } from '@tamma/domain';
import type { Fate, FlowTask, TaskHandler } from '@tamma/queue';
import type { AttemptPass, AttemptRequest, AttemptStart } from './attempt.ts';
import { stopBroken } from './broken.ts';
import { fateOfStored } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { commitParkAgain, commitRefusal, commitSkip } from './end-attempt.ts';
import {
  refuseAttempt,
  refuseCrashLoop,
  refuseHandler,
  refuseOutOfOrder,
  refuseSkip,
  refuseUnplanned,
} from './guards.ts';
import { parkSuspended } from './interrupt.ts';
import { openingEvents } from './openings.ts';
import { runStep } from './run-step.ts';
import { createTeller } from './teller.ts';
import { refuseOvertime } from './time-limit.ts';
import { judgeWait } from './waiting.ts';

/**
 * The one pipeline that every task goes through: begin (fence, flags, results in one read) → guards → step →
 * settle → commit → fate. States and words are in docs/states.md, "Attempt".
 */
export function createExecutor(deps: ExecutorDeps, capability: Capability): TaskHandler {
  return async (task, queueSignal) => {
    const { workflowId, taskId, stepId } = task.payload;
    const fence = { workflowId, taskId, attempt: task.attempt };
    const teller = createTeller({ ...fence, stepId, workerId: deps.workerId, now: deps.now });
    const openings = openingEvents({ task, teller, capability }, deps.workerId);
    using ear = deps.hints.listen(workflowId);
    const start = { task, fence, teller, capability, openings, ear };
    try {
      return await beginAttempt(deps, start, queueSignal);
    } catch (thrown) {
      return stopBroken(deps, start, thrown);
    }
  };
}

async function beginAttempt(
  deps: ExecutorDeps,
  start: AttemptStart,
  queueSignal: AbortSignal,
): Promise<Fate> {
  const begun = await deps.hashes.begin(start.fence, start.openings);
  switch (begun.kind) {
    case 'begun':
      return runAttempt(deps, { ...start, begun }, queueSignal);
    case 'replay':
      return fateOfStored(begun.outcome);
    case 'overtaken':
      return { kind: 'abandon' };
    case 'suspended':
      return parkSuspended(deps, start, begun.untilMs);
    case 'cancelled':
      return { kind: 'stop', why: 'the workflow is cancelled' };
    case 'missing':
      return { kind: 'stop', why: `workflow ${start.fence.workflowId} is not known any more` };
  }
}

async function runAttempt(deps: ExecutorDeps, pass: AttemptPass, queueSignal: AbortSignal): Promise<Fate> {
  const { begun, task } = pass;
  const { stepId } = task.payload;
  const step = begun.head.template.steps.find((one) => one.id === stepId);
  if (step === undefined) return commitRefusal(deps, pass, refuseUnplanned(begun.head, stepId));
  const request = { ...pass, step };
  const verdict = judgeWait(begun, deps.now());
  // Behind its round only: the queue does not let a task end while others below it have still to run.
  if (begun.order?.kind === 'skip' && verdict.kind !== 'spawn') return skipUnlessRefused(deps, request);
  switch (verdict.kind) {
    case 'run':
      return runUnlessRefused(deps, request, queueSignal);
    case 'park':
      return commitParkAgain(deps, pass, verdict.wait);
    case 'spawn':
      return spawnAgain(deps, request, verdict.tasks);
    case 'refuse':
      return commitRefusal(deps, pass, verdict.error);
  }
}

/** An earlier attempt committed the round and died before its tasks were queued, or before it parked. */
async function spawnAgain(
  deps: ExecutorDeps,
  request: AttemptRequest,
  tasks: readonly FlowTask[],
): Promise<Fate> {
  const refusal = refuseCrashLoop(request.step, pickUpsOf(request));
  return refusal === null ? { kind: 'spawn', tasks } : commitRefusal(deps, request, refusal);
}

async function runUnlessRefused(
  deps: ExecutorDeps,
  request: AttemptRequest,
  queueSignal: AbortSignal,
): Promise<Fate> {
  const { begun, step: planned } = request;
  const step = deps.findStep(planned.handler);
  if (step === undefined) return commitRefusal(deps, request, refuseHandler(planned));
  const { sandbox } = deps.workspaces;
  const facts = { ...orderFactsOf(request), pickUps: pickUpsOf(request), sandbox };
  const refusal = refuseAttempt(begun.head, planned, facts) ?? refuseOvertime(begun);
  if (refusal !== null) return commitRefusal(deps, request, refusal);
  return runStep(deps, request, { step, queueSignal });
}

/** A person has the step left out. Its place in the order it keeps: nothing before it may be missing. */
async function skipUnlessRefused(deps: ExecutorDeps, request: AttemptRequest): Promise<Fate> {
  const { begun, step: planned } = request;
  const result = deps.findStep(planned.handler)?.whenSkipped;
  const refusal =
    refuseOutOfOrder(begun.head, planned, orderFactsOf(request)) ??
    (result === undefined ? refuseSkip(planned) : null);
  if (refusal !== null) return commitRefusal(deps, request, refusal);
  return commitSkip(deps, request, { result, durationMs: 0 });
}

function orderFactsOf({ begun, task }: AttemptPass) {
  return { round: task.payload.round, rounds: begun.rounds, done: new Set(begun.results.keys()) };
}

function pickUpsOf({ task, begun }: AttemptPass): number {
  return task.attempt - begun.pickUpsExcused;
}
