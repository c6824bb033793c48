import type { Fate } from '@tamma/queue';
import type { Step } from '@tamma/steps';
import type { AttemptRequest } from './attempt.ts';
import { attemptSignal } from './attempt-signal.ts';
import { commitEvents, fateOfRefusal } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';
import { commitAttempt, commitSkip } from './end-attempt.ts';
import { handBack, standStill } from './interrupt.ts';
import { type Performed, performStep } from './perform.ts';
import { requireArtifacts } from './required-artifacts.ts';
import { buildStepContext, type Gathered } from './step-context.ts';
import { limitOf, timeoutError } from './time-limit.ts';
import { watchAttempt } from './watch.ts';

export interface StepRun {
  readonly step: Step;
  readonly queueSignal: AbortSignal;
}

/** How a run of the step ended. */
interface RunEnd extends StepRun {
  readonly performed: Performed;
  readonly gathered: Gathered;
  readonly durationMs: number;
}

/** From the first fact people see of an attempt to its commit point. */
export async function runStep(deps: ExecutorDeps, request: AttemptRequest, run: StepRun): Promise<Fate> {
  const refused = await openUnlessOpened(deps, request);
  if (refused !== null) return refused;
  const startedAt = deps.now();
  const { fence, ear } = request;
  const canSkip = run.step.whenSkipped !== undefined;
  using abort = attemptSignal({ queueSignal: run.queueSignal, limitMs: limitOf(request) });
  using _watch = watchAttempt({ hashes: deps.hashes, fence, ear, abort, canSkip });
  await using gathered = buildStepContext(deps, request, abort);
  const performed = await performStep(run.step, gathered);
  await gathered.shown();
  const durationMs = Math.max(0, deps.now() - startedAt);
  return endRun(deps, request, { ...run, performed, gathered, durationMs });
}

/** A task that parked has told nothing yet: then it was not known whether it would run. */
async function openUnlessOpened(deps: ExecutorDeps, request: AttemptRequest): Promise<Fate | null> {
  const { begun, fence, openings } = request;
  if (begun.isOpened) return null;
  const verdict = await commitEvents(deps, fence, { events: openings, activeMs: 0, isExcused: false });
  return verdict === 'committed' ? null : fateOfRefusal(verdict, deps.now());
}

async function endRun(deps: ExecutorDeps, request: AttemptRequest, end: RunEnd): Promise<Fate> {
  const { performed, gathered, durationMs, step } = end;
  if (performed.kind !== 'aborted') {
    const outcome = requireArtifacts(request, gathered, performed);
    return commitAttempt(deps, request, gathered, { outcome, durationMs });
  }
  switch (performed.by) {
    case 'overtaken':
      return { kind: 'abandon' };
    case 'cancelled':
      return fateOfRefusal('cancelled', deps.now());
    case 'shutdown':
      return handBack(deps, request, {
        why: 'the worker shut down; another one goes on',
        activeMs: durationMs,
      });
    case 'suspended':
      return standStill(deps, request, { why: 'a person suspended the workflow', activeMs: durationMs });
    case 'skipped': {
      const opened = { ...request, begun: { ...request.begun, isOpened: true } };
      return commitSkip(deps, opened, { result: step.whenSkipped, durationMs });
    }
    case 'timeout': {
      const outcome = { kind: 'stop', reason: { kind: 'escalate', error: timeoutError(request) } } as const;
      return commitAttempt(deps, request, gathered, { outcome, durationMs });
    }
  }
}
