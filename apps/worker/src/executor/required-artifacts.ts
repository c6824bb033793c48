import { escalate } from '@tamma/domain';
import type { AttemptRequest } from './attempt.ts';
import type { SettleRequest } from './settle-request.ts';
import type { Gathered } from './step-context.ts';

/** A phase ends only when it left what the template promises. */
export function requireArtifacts(
  { begun, step, task }: AttemptRequest,
  gathered: Pick<Gathered, 'artifacts'>,
  outcome: SettleRequest['outcome'],
): SettleRequest['outcome'] {
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
