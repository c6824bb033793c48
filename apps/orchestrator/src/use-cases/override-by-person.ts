import { refuseDecider } from '@tamma/domain';
import {
  type ControlDeps,
  type Controlled,
  changed,
  ended,
  impossible,
  LOST,
  type StepRequest,
  same,
} from './control.ts';
import { queueStopped } from './open-tasks.ts';
import { aimAt } from './step-aim.ts';
import { tryAgain } from './try-again.ts';

/**
 * A person lets a step pass that stopped for good: it runs again, and takes the commit it finds as it is. As with an
 * approval, whoever started the workflow leaves that to somebody else.
 */
export async function overrideByPerson(deps: ControlDeps, request: StepRequest): Promise<Controlled> {
  const aim = await aimAt(deps, request);
  if (aim.kind !== 'step') return aim;
  const { state, step } = aim;
  if (!step.allow.includes('override')) {
    return impossible(`its template does not let step ${step.id} be overridden`);
  }
  const claim = await deps.claims.findOpen(state.id);
  const about = { kind: 'merge', startedBy: claim?.head.startedBy ?? null } as const;
  const refusal = refuseDecider({ kind: 'human', id: request.by }, about);
  if (refusal !== null) return { kind: 'not-allowed', why: refusal };
  if (step.status !== 'failed') {
    if (step.order?.kind !== 'override') {
      return impossible(`step ${step.id} has not stopped for good, so there is nothing to let pass`);
    }
    await queueStopped(deps, state, step);
    return same(state, `step ${step.id} was overridden already, by ${step.order.by}`);
  }
  const order = {
    kind: 'override',
    by: request.by,
    why: request.reason,
    at: new Date(deps.now()).toISOString(),
  } as const;
  switch (await tryAgain(deps, { state, step, request, order })) {
    case 'retried':
      return changed(state, `step ${step.id} runs again, and lets the commit pass that it finds`);
    case 'not-stopped':
      return same(state, `somebody decided about step ${step.id} at the same moment`);
    case 'cancelled':
      return ended({ status: 'cancelled' });
    case 'missing':
      return LOST;
  }
}
