import type { Fate } from '@tamma/queue';
import type { AttemptRequest, AttemptStart } from './attempt.ts';
import { commitEvents, fateOfRefusal } from './commit.ts';
import type { ExecutorDeps } from './deps.ts';

/** How soon a task looks again whose suspension is past its end, until somebody draws the conclusion. */
const OVERDUE_MS = 60_000;

export interface Interruption {
  readonly why: string;
  /** How long the step ran. */
  readonly activeMs: number;
}

/** Another worker starts it at once. */
export async function handBack(
  deps: ExecutorDeps,
  request: AttemptRequest,
  interruption: Interruption,
): Promise<Fate> {
  return (await interrupt(deps, request, interruption)) ?? { kind: 'hand-back' };
}

/** At a safe point of a workflow that stands still. When it goes on meanwhile, so does the task. */
export async function standStill(
  deps: ExecutorDeps,
  request: AttemptRequest,
  interruption: Interruption,
): Promise<Fate> {
  const refused = await interrupt(deps, request, interruption);
  if (refused !== null) return refused;
  const again = await deps.hashes.begin(request.fence, []);
  return again.kind === 'suspended' ? parkSuspended(deps, request, again.untilMs) : { kind: 'hand-back' };
}

/** Until a person resumes the workflow; one who did so a moment ago could not wake the task yet. */
export function parkSuspended(
  { hashes, now }: ExecutorDeps,
  { fence: { workflowId } }: Pick<AttemptStart, 'fence'>,
  untilMs: number,
): Fate {
  const until = Math.max(untilMs, now() + OVERDUE_MS);
  return { kind: 'park', until, isOver: async () => !(await hashes.isSuspended(workflowId)) };
}

/** Fenced like every other end: an attempt that lost its task meanwhile has nothing to hand back. */
async function interrupt(
  deps: ExecutorDeps,
  { fence, teller }: AttemptRequest,
  { why, activeMs }: Interruption,
): Promise<Fate | null> {
  const interrupted = teller.event({ type: 'TASK.INTERRUPTED.SUCCESS', data: { why } });
  const verdict = await commitEvents(deps, fence, { events: [interrupted], activeMs, isExcused: true });
  return verdict === 'committed' ? null : fateOfRefusal(verdict, deps.now());
}
