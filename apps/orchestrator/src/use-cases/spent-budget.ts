import type { BudgetView } from '@tamma/contracts';
import type { Budgets } from '@tamma/coordination';
import {
  type BudgetScope,
  budgetRenewsAtMs,
  budgetScopesOf,
  describeBudget,
  type Mover,
  openStepOf,
  taskIdOf,
  type WorkflowState,
} from '@tamma/domain';
import type { Claims } from '@tamma/store';
import type { Blocker } from './blockers.ts';
import { readBudgets } from './read-budgets.ts';

export interface SpentBudgetDeps {
  readonly budgets: Pick<Budgets, 'read'>;
  readonly claims: Pick<Claims, 'findOpen'>;
  /** US dollars a day for all projects together; null: no limit. */
  readonly dayLimitUsd: number | null;
  readonly now: () => number;
}

/** The budget that keeps a workflow from going on. */
export interface SpentBudget {
  readonly blocker: Blocker;
  readonly mover: Mover;
}

const DAYS: readonly BudgetScope['level'][] = ['project', 'all'];
const NO_LIMITS = { step: null, workflow: null, day: null };

/** Null for a workflow that waits for something else. It is the budget that the error names, else the one with the least left. */
export async function findSpentBudget(
  deps: SpentBudgetDeps,
  state: WorkflowState,
): Promise<SpentBudget | null> {
  const isParked = state.waitingFor?.reason === 'budget';
  const isStopped = state.escalation !== null && state.error?.class === 'budget';
  if (!isParked && !isStopped) return null;
  const nowMs = deps.now();
  const scopes = await scopesOf(deps, state, nowMs);
  const said = state.error?.message ?? '';
  const named = isStopped ? scopes.filter((scope) => said.startsWith(`${describeBudget(scope)} `)) : [];
  const likely = scopes.filter(({ level }) => DAYS.includes(level) === isParked);
  const views = await readBudgets(deps.budgets, named.length > 0 ? named : likely);
  const [tightest] = views
    .filter(({ limitUsd }) => limitUsd !== null)
    .toSorted((one, other) => leftOf(one) - leftOf(other));
  return tightest === undefined ? null : describe(tightest, nowMs);
}

async function scopesOf(
  { claims, dayLimitUsd }: SpentBudgetDeps,
  state: WorkflowState,
  nowMs: number,
): Promise<readonly BudgetScope[]> {
  const claim = await claims.findOpen(state.id);
  const step = openStepOf(state);
  return budgetScopesOf({
    workflowId: state.id,
    taskId: step === null ? '' : taskIdOf(state.id, step.id, step.round),
    project: state.project,
    nowMs,
    limits: claim?.head.project.budgets ?? NO_LIMITS,
    dayLimit: dayLimitUsd,
  });
}

function leftOf({ limitUsd, spentUsd, reservedUsd }: BudgetView): number {
  return (limitUsd ?? 0) - spentUsd - reservedUsd;
}

function describe({ level, id, limitUsd, spentUsd, reservedUsd }: BudgetView, nowMs: number): SpentBudget {
  const renewsAtMs = budgetRenewsAtMs(level, nowMs);
  const held = reservedUsd === 0 ? '' : `, and ${dollars(reservedUsd)} held for calls`;
  const why = `${dollars(spentUsd)} of ${dollars(limitUsd ?? 0)} are spent${held}`;
  const until = renewsAtMs === null ? null : new Date(renewsAtMs).toISOString();
  return {
    blocker: { what: `budget ${level} ${id}`, why, since: null, until },
    mover: { who: 'an operator', how: `tamma budget raise ${level} ${id} --by 5 --reason "…"` },
  };
}

function dollars(usd: number): string {
  return `$${usd.toFixed(2)}`;
}
