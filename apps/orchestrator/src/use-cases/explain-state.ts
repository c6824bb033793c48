import type { Explanation } from '@tamma/contracts';
import type { Circuits, QueuePauses, WorkerRegistry } from '@tamma/coordination';
import { escalationLevelName, explainWorkflow, type Mover, type WorkflowState } from '@tamma/domain';
import type { FlowQueue } from '@tamma/queue';
import { blockersOf, type Surroundings } from './blockers.ts';
import { findSpentBudget, type SpentBudgetDeps } from './spent-budget.ts';

export interface ExplainDeps extends SpentBudgetDeps {
  readonly queue: FlowQueue;
  readonly registry: Pick<WorkerRegistry, 'list'>;
  readonly pauses: QueuePauses;
  readonly circuits: Pick<Circuits, 'listCircuits' | 'listHolds'>;
  /** Silence after which a worker counts as gone, in milliseconds. */
  readonly offlineAfterMs: number;
}

/** What a workflow waits for, why, until when, and who can move it. */
export async function explainState(deps: ExplainDeps, state: WorkflowState): Promise<Explanation> {
  const { queued, movers, ...explained } = explainWorkflow(state);
  const [around, position, spent] = await Promise.all([
    lookAround(deps),
    queued === null ? null : deps.queue.position(queued),
    findSpentBudget(deps, state),
  ]);
  const { id: workflowId, status, phase, currentStep, waitingFor, escalation } = state;
  return {
    workflowId,
    status,
    phase,
    currentStep,
    waitingFor,
    ...explained,
    movers: [...(spent === null ? [] : [spent.mover]), ...movers, ...resumersOf(queued?.capability, around)],
    queue: queued === null ? null : { capability: queued.capability, position },
    escalation:
      escalation === null
        ? null
        : {
            level: escalation.level,
            name: escalationLevelName(escalation.level),
            since: escalation.since,
            until: escalation.until,
          },
    blockedBy: [...blockersOf(state, around), ...(spent === null ? [] : [spent.blocker])],
  };
}

async function lookAround(deps: ExplainDeps): Promise<Surroundings> {
  const [pauses, workers, circuits, holds] = await Promise.all([
    deps.pauses.list(),
    deps.registry.list(),
    deps.circuits.listCircuits(),
    deps.circuits.listHolds(),
  ]);
  const alive = workers.filter(({ seenAt }) => deps.now() - Date.parse(seenAt) < deps.offlineAfterMs);
  return { pauses, workers: alive, circuits, holds };
}

function resumersOf(capability: string | undefined, { pauses }: Surroundings): Mover[] {
  return pauses
    .filter(({ queue }) => queue === capability)
    .map(({ queue }) => ({ who: 'an operator', how: `tamma resume-queue ${queue} --reason "…"` }));
}
