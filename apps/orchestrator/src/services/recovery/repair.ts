import { type Capability, hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import type { FlowTask } from '@tamma/queue';
import type { OpenClaim } from '@tamma/store';
import { type RebuildDeps, rebuildWorkflow } from '../rebuild.ts';
import { type Difference, findDifference, nameOf } from './differences.ts';
import { giveUp, readGivenUp } from './give-up.ts';
import { readWhole, type WholeWorkflow } from './read-whole.ts';
import { goOnFrom } from './rebuild-request.ts';
import { readWork } from './recorded-work.ts';
import { readSituations, type Situation } from './situation.ts';
import { repairedEvent } from './telling.ts';

export interface RepairDeps extends RebuildDeps {
  /** Throws when somebody else leads by now. */
  readonly requireLead: () => Promise<void>;
}

/** What an earlier look found. */
export interface Suspicion {
  readonly claim: OpenClaim;
  /** From `nameOf`. */
  readonly name: string;
}

/**
 * Looks at a suspected workflow once more, with everything that was told up to now, and repairs it when the same thing is
 * still wrong. Answers what was repaired, null when nothing had to be.
 */
export async function repairWorkflow(
  deps: RepairDeps,
  { claim, name }: Suspicion,
  paused: ReadonlySet<Capability>,
): Promise<Difference['kind'] | null> {
  const { workflowId } = claim;
  if ((await deps.claims.findOpen(workflowId)) === null) return null;
  const whole = await readWhole(deps, workflowId);
  const { state } = whole;
  const [situation] = await readSituations(deps, [{ claim, state }]);
  if (situation === undefined) return null;
  const difference = findDifference(situation, { nowMs: deps.now(), paused });
  if (difference === null || nameOf(difference) !== name) return null;
  if (state !== null && hasWorkflowEnded(state.status)) return null;
  await deps.requireLead();
  const isRepaired = await repair(deps, difference, { ...whole, situation });
  return isRepaired ? difference.kind : null;
}

interface Known extends WholeWorkflow {
  readonly situation: Situation;
}

async function repair(deps: RepairDeps, difference: Difference, known: Known): Promise<boolean> {
  switch (difference.kind) {
    case 'missing':
      return rebuildWorkflow(deps, known.situation.claim);
    case 'lost':
      return restore(deps, known);
    case 'unsettled':
      return settleAgain(deps, difference.task, known);
    case 'failed':
      return escalate(deps, difference.task, known);
    case 'parked':
      return wake(deps, difference.task, known);
  }
}

/** Tasks that are gone go on from the attempts that were told; those that are there are counted in the queue. */
async function restore(deps: RepairDeps, known: Known): Promise<boolean> {
  const { situation } = known;
  const { attempts } = readWork(known.events);
  const tasks = situation.left.map(({ task, status }) =>
    status === null ? goOnFrom(task, attempts.get(task.taskId) ?? 0) : task,
  );
  if ((await deps.queue.restoreFlow(tasks)) !== 'restored') return false;
  const gone = situation.left.filter(({ status }) => status === null).map(({ task }) => task.payload.stepId);
  return tell(deps, known, {
    difference: `its queue had lost tasks: ${gone.join(', ')}`,
    repair: 'the tasks that have no outcome were added again',
  });
}

async function settleAgain(deps: RepairDeps, task: FlowTask, known: Known): Promise<boolean> {
  if (!(await deps.queue.retry(task))) return false;
  return tell(deps, known, {
    difference: `task ${task.taskId} is done, and its queue held it as failed`,
    repair: 'it was queued again, to be settled by its outcome',
  });
}

async function escalate(deps: RepairDeps, task: FlowTask, known: Known): Promise<boolean> {
  const givenUp = await readGivenUp(deps.queue, task);
  if (wasTriedAgainSince(known.state, givenUp.failedAt)) return false;
  const difference = `the queue gave task ${task.taskId} up, and nobody was told`;
  const told = repairedEvent({
    ...placeOf(deps, known),
    difference,
    repair: 'it was escalated',
  });
  return (await giveUp(deps, known.situation.claim, { task, givenUp, told })) === 'committed';
}

/** A person had it tried again after it failed: it only has to be queued, which is the rescuer's affair. */
function wasTriedAgainSince(state: WorkflowState | null, failedAt: number | null): boolean {
  const { waitingFor } = state ?? {};
  if (waitingFor?.reason !== 'worker' || failedAt === null) return false;
  return waitingFor.until === null && failedAt <= Date.parse(waitingFor.since);
}

async function wake(deps: RepairDeps, task: FlowTask, known: Known): Promise<boolean> {
  if (!(await deps.queue.promote(task))) return false;
  return tell(deps, known, {
    difference: `task ${task.taskId} was parked, and what it waited for is over`,
    repair: 'it was woken',
  });
}

type Telling = Pick<Parameters<typeof repairedEvent>[0], 'difference' | 'repair'>;

async function tell(deps: RepairDeps, known: Known, telling: Telling): Promise<boolean> {
  await deps.eventLog.appendOnce(repairedEvent({ ...placeOf(deps, known), ...telling }));
  return true;
}

function placeOf({ now }: RepairDeps, { situation, events }: Pick<Known, 'situation' | 'events'>) {
  return { workflowId: situation.claim.workflowId, place: events.length, nowMs: now() };
}
