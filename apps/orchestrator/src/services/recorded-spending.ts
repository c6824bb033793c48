import type { Budgets } from '@tamma/coordination';
import { type BudgetScope, budgetRenewsAtMs, budgetScopesOf, dayOf } from '@tamma/domain';
import type { Claims, OpenClaim, RecordReader } from '@tamma/store';
import { type BudgetsOfTodayDeps, budgetsOfToday } from '../use-cases/known-budgets.ts';

export interface RecordedSpendingDeps extends BudgetsOfTodayDeps {
  readonly claims: Pick<Claims, 'listStarted'>;
  readonly reader: Pick<RecordReader, 'costsOfTasks' | 'costsOfProjects' | 'raisesOfBudgets'>;
  readonly budgets: Pick<Budgets, 'spentAtLeast' | 'raisedAtLeast'>;
}

/**
 * A call is settled moments after its answer was told. What is told of it before that would be counted twice, so the
 * latest answers are left to those who settle them; not so where what they settle was lost.
 */
const SETTLED_AFTER_MS = 60_000;
const PAGE = 100;
/** Pages of one pass: more workflows than this are not worked on at once. */
const PAGES_MAX = 100;
/** Budgets told of at once. */
const AT_ONCE = 20;

/** A billion dollars: beyond any limit, and far from where sums stop being exact. */
const MICRO_USD_MAX = 1e15;

type Spent = readonly [scope: BudgetScope, microUsd: number];

/** No workflow goes on for longer. */
const RAISES_FOR_MS = 45 * 86_400_000;

export interface RecordedSpending {
  runOnce(signal: AbortSignal): Promise<void>;
  /** Redis lost its memory. */
  forget(): void;
  /** After such a loss: tells all there is on record. */
  catchUp(signal: AbortSignal): Promise<void>;
}

/** Tells Redis what the record says was spent and raised: one that lost its memory must not have it spent again. */
export function createRecordedSpending(deps: RecordedSpendingDeps): RecordedSpending {
  let hasForgotten = false;
  const pass = (signal: AbortSignal, settledBeforeMs: number) =>
    tellAll(deps, new Date(settledBeforeMs).toISOString(), signal);
  return {
    runOnce: (signal) => pass(signal, deps.now() - SETTLED_AFTER_MS),
    forget: () => {
      hasForgotten = true;
    },
    catchUp: async (signal) => {
      if (!hasForgotten) return;
      // Before the pass: what is lost while it runs takes another.
      hasForgotten = false;
      let isTold = false;
      try {
        await pass(signal, deps.now());
        // A term that ends in the middle leaves the rest untold.
        isTold = !signal.aborted;
      } finally {
        hasForgotten ||= !isTold;
      }
    },
  };
}

async function tellAll(deps: RecordedSpendingDeps, before: string, signal: AbortSignal): Promise<void> {
  await tellRaises(deps);
  await tell(deps, await spentToday(deps, before));
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX && !signal.aborted; page += 1) {
    const claims: readonly OpenClaim[] = await deps.claims.listStarted({ after, limit: PAGE });
    await tell(deps, await spentByWorkflows(deps, claims, before));
    after = claims.at(-1)?.workflowId ?? null;
    if (claims.length < PAGE) break;
  }
}

async function spentToday(
  { reader, ...deps }: RecordedSpendingDeps,
  before: string,
): Promise<readonly Spent[]> {
  const from = `${dayOf(deps.now())}T00:00:00.000Z`;
  const costs = await reader.costsOfProjects({ from, before });
  const sumOf = (isCounted: (project: string | null) => boolean) =>
    costs.reduce((sum, { project, microUsd }) => sum + (isCounted(project) ? microUsd : 0), 0);
  return budgetsOfToday(deps).map((scope) => {
    const isAll = scope.level === 'all';
    return [scope, sumOf((project) => isAll || project === scope.id.split('@')[0])];
  });
}

async function spentByWorkflows(
  { reader }: RecordedSpendingDeps,
  claims: readonly OpenClaim[],
  before: string,
): Promise<readonly Spent[]> {
  const ids = claims.map(({ workflowId }) => workflowId);
  const costs = await reader.costsOfTasks(ids, before);
  const byWorkflow = Map.groupBy(costs, ({ workflowId }) => workflowId);
  return claims.flatMap(({ workflowId, project, head }) => {
    const ofTasks = byWorkflow.get(workflowId) ?? [];
    const question = { workflowId, project, nowMs: 0, limits: head.project.budgets, dayLimit: null };
    const scopesOf = (taskId: string, level: BudgetScope['level']) =>
      budgetScopesOf({ ...question, taskId }).filter((scope) => scope.level === level);
    const whole = ofTasks.reduce((sum, { microUsd }) => sum + microUsd, 0);
    return [
      ...scopesOf('', 'workflow').map((scope): Spent => [scope, whole]),
      ...ofTasks.flatMap(({ taskId, microUsd }) =>
        taskId === null ? [] : scopesOf(taskId, 'step').map((scope): Spent => [scope, microUsd]),
      ),
    ];
  });
}

async function tell({ budgets }: RecordedSpendingDeps, all: readonly Spent[]): Promise<void> {
  const spent = all.filter(([, microUsd]) => microUsd > 0);
  await inParts(spent, ([scope, microUsd]) => budgets.spentAtLeast(scope, bounded(microUsd)));
}

/** Days that are over go by themselves, and nothing is spent of them any more. */
async function tellRaises({ reader, budgets, now }: RecordedSpendingDeps): Promise<void> {
  const nowMs = now();
  const raises = await reader.raisesOfBudgets(new Date(nowMs - RAISES_FOR_MS).toISOString());
  const live = raises.filter(
    ({ level, id }) => budgetRenewsAtMs(level, nowMs) === null || id.endsWith(dayOf(nowMs)),
  );
  await inParts(live, ({ microUsd, ...scope }) => budgets.raisedAtLeast(scope, bounded(microUsd)));
}

async function inParts<Item>(items: readonly Item[], work: (item: Item) => Promise<void>): Promise<void> {
  for (let start = 0; start < items.length; start += AT_ONCE) {
    await Promise.all(items.slice(start, start + AT_ONCE).map(work));
  }
}

/** One absurd amount that a service told must not keep the others from being told. */
function bounded(microUsd: number): number {
  return Math.min(microUsd, MICRO_USD_MAX);
}
