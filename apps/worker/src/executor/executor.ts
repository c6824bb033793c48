import type { Capability } from '@tamma/domain';
import type { Fate, TaskHandler } from '@tamma/queue';
import type { AttemptPass, AttemptStart } from './attempt.ts';
import { stopBroken } from './broken.ts';
import { commitRefusal, fateOfStored } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { judgeWait, refuseAttempt, refuseHandler, refuseUnplanned } from './guards.ts';
import { runStep } from './run-step.ts';
import { createTeller } from './teller.ts';

/**
 * The one pipeline that every task goes through: begin (fence, flags, results in one read) → guards → step →
 * settle → commit → fate. States and words are in docs/states.md, "Attempt".
 */
export function createExecutor(deps: ExecutorDeps, capability: Capability): TaskHandler {
  return async (task, queueSignal) => {
    const { workflowId, taskId, stepId } = task.payload;
    const fence = { workflowId, taskId, attempt: task.attempt };
    const teller = createTeller({ ...fence, stepId, workerId: deps.workerId, now: deps.now });
    const start = { task, fence, teller, capability };
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
  // That it was taken is told when the step begins: a parked task that wakes early only parks again.
  const begun = await deps.hashes.begin(start.fence);
  switch (begun.kind) {
    case 'begun':
      return runAttempt(deps, { ...start, begun }, queueSignal);
    case 'replay':
      return fateOfStored(begun.outcome);
    case 'overtaken':
      return { kind: 'abandon' };
    case 'cancelled':
      return { kind: 'stop', why: 'the workflow is cancelled' };
    case 'missing':
      return { kind: 'stop', why: `workflow ${start.fence.workflowId} is not known any more` };
  }
}

async function runAttempt(deps: ExecutorDeps, pass: AttemptPass, queueSignal: AbortSignal): Promise<Fate> {
  const { begun, task } = pass;
  const { head, wait } = begun;
  const planned = head.template.steps.find((one) => one.id === task.payload.stepId);
  if (planned === undefined) return commitRefusal(deps, pass, refuseUnplanned(head, task.payload.stepId));
  if (wait !== null) {
    const late = judgeWait(wait, deps.now());
    return late === null ? { kind: 'park', until: wait.untilMs } : commitRefusal(deps, pass, late);
  }
  const step = deps.findStep(planned.handler);
  if (step === undefined) return commitRefusal(deps, pass, refuseHandler(planned));
  const refusal = refuseAttempt(head, planned, {
    attempt: task.attempt,
    done: new Set(begun.results.keys()),
    sandbox: deps.workspaces.sandbox,
  });
  if (refusal !== null) return commitRefusal(deps, pass, refusal);
  return runStep(deps, { ...pass, step: planned }, { step, queueSignal });
}
