import type { GitPlatform } from '@tamma/git-platform';
import type { StepContext } from '@tamma/steps';
import type { AttemptRequest } from './attempt.ts';
import { createAttemptAgents } from './attempt-agents.ts';
import type { AttemptSignal } from './attempt-signal.ts';
import { createCallGuard } from './call-guard.ts';
import { retryCalls } from './call-retry.ts';
import { type Checkouts, createCheckouts } from './checkouts.ts';
import type { ExecutorDeps } from './deps.ts';
import { type Fences, fencePlatform } from './fenced-platform.ts';
import { guardPlatform } from './guarded-platform.ts';

/** What a step reaches of the world outside, each call guarded and each effect fenced. */
export interface Outside {
  readonly platform: GitPlatform;
  readonly agents: Pick<StepContext, 'agents' | 'reportAgent'>;
  readonly checkouts: Checkouts;
}

export function reachOutside(
  deps: ExecutorDeps,
  request: AttemptRequest,
  { abort, fences }: { readonly abort: AttemptSignal; readonly fences: Fences },
): Outside {
  const { project } = request.begun.head;
  const { signal } = abort;
  const guard = createCallGuard({
    books: deps.books,
    retry: retryCalls(deps, request.teller),
    taskId: request.fence.taskId,
    signal,
    assertOwner: fences.assertOwner,
    now: deps.now,
  });
  return {
    platform: fencePlatform(
      guardPlatform(deps.platformOf(project), guard, fences.beginMerge),
      fences.assertOwner,
    ),
    agents: createAttemptAgents(deps, request, { guard, abort }),
    checkouts: createCheckouts(deps, request, { signal, guard }),
  };
}
