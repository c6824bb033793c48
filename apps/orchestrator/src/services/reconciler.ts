import { setTimeout as sleep } from 'node:timers/promises';
import { type Capability, reportError, toError, type WorkflowState } from '@tamma/domain';
import type { OpenClaim } from '@tamma/store';
import { cancelIfClosed, findClosedIssues } from './recovery/closed-issues.ts';
import { type Difference, findDifference, nameOf } from './recovery/differences.ts';
import { createLeftovers } from './recovery/leftovers.ts';
import { type RepairDeps, repairWorkflow, type Suspicion } from './recovery/repair.ts';
import { readSituations } from './recovery/situation.ts';
import type { TakeTurn } from './turns.ts';
import type { WatchedProject } from './watched-project.ts';

const PAGE = 100;
/** Pages of one look: more claims than this are not started at once. */
const PAGES_MAX = 100;
/** States that are read at once: the pool of connections serves others as well. */
const READS_AT_ONCE = 4;
/** Repairs of one pass; the next one, which follows at once, goes on. */
const REPAIRS_MAX = 200;
/** Failures in a row after which a server is away, rather than a workflow in trouble. */
const FAILURES_MAX = 5;
/** Between the two looks: what is only on its way has arrived by then. */
const SETTLE_MS = 3000;

export type RepairKind = Difference['kind'] | 'closed' | 'leftover';

export interface ReconcilerOptions extends RepairDeps {
  readonly projects: readonly WatchedProject[];
  readonly takeTurn: TakeTurn;
  /** Resolves when all that the recorder had in its hands is on record. */
  readonly settleRecord: () => Promise<void>;
  /** Told of each workflow or project that could not be attended to; the next pass tries again. */
  readonly onFailure: (about: string, error: Error) => void;
  readonly onRepaired: (kind: RepairKind) => void;
  /** Between the two looks, in milliseconds; 3000. */
  readonly settleMs?: number;
}

export interface Reconciler {
  /** One comparison of everything. Answers whether more is left to repair. Ends early when the signal aborts. */
  runOnce(signal: AbortSignal): Promise<'all' | 'more'>;
}

/**
 * Compares Redis, the record and the platform, and repairs what differs. Two looks, seconds apart: the first is cheap
 * and may be wrong, the second knows all that was told. Only what is wrong in both, in the same way, is repaired.
 */
export function createReconciler(options: ReconcilerOptions): Reconciler {
  const leftovers = createLeftovers(options);

  const attend = async (work: readonly Work[], signal: AbortSignal): Promise<void> => {
    let failures = 0;
    for (const { about, act } of work) {
      if (signal.aborted) return;
      try {
        const kind = await act();
        if (kind !== null) options.onRepaired(kind);
        failures = 0;
      } catch (thrown) {
        failures += 1;
        if (isOver(thrown) || failures === FAILURES_MAX) throw thrown;
        options.onFailure(about, toError(thrown));
      }
    }
  };

  return {
    runOnce: async (signal) => {
      const paused = await options.queue.paused();
      const claims = await listStarted(options, signal);
      const suspicions = await findSuspicions(options, claims, { paused, signal });
      const closed = await findClosedIssues(options, claims);
      const work: Work[] = [
        ...suspicions.map((one) => ({
          about: one.claim.workflowId,
          act: () => options.takeTurn(() => repairWorkflow(options, one, paused)),
        })),
        ...closed.map((one) => ({
          about: one.claim.workflowId,
          act: async () => ((await cancelIfClosed(options, one)) ? ('closed' as const) : null),
        })),
      ];
      if (work.length > 0 && !signal.aborted) {
        await sleep(options.settleMs ?? SETTLE_MS, undefined, { signal });
        await options.settleRecord();
        await attend(work.slice(0, REPAIRS_MAX), signal);
      }
      const claimed = new Set(claims.map(({ workflowId }) => workflowId));
      const removed = signal.aborted ? 0 : await leftovers.sweep(claimed, signal);
      for (let count = 0; count < removed; count += 1) options.onRepaired('leftover');
      return work.length > REPAIRS_MAX ? 'more' : 'all';
    },
  };
}

interface Work {
  readonly about: string;
  readonly act: () => Promise<RepairKind | null>;
}

/** A server that does not answer, or a term that is over, ends the whole pass. */
function isOver(thrown: unknown): boolean {
  const { code, class: errorClass } = reportError(thrown);
  return code === 'TERM_LOST' || errorClass === 'network';
}

async function listStarted(
  { claims }: ReconcilerOptions,
  signal: AbortSignal,
): Promise<readonly OpenClaim[]> {
  const started: OpenClaim[] = [];
  let after: string | null = null;
  for (let page = 0; page < PAGES_MAX && !signal.aborted; page += 1) {
    const part: readonly OpenClaim[] = await claims.listStarted({ after, limit: PAGE });
    started.push(...part);
    const last = part.at(-1);
    if (last === undefined || part.length < PAGE) break;
    after = last.workflowId;
  }
  return started;
}

interface Look {
  readonly paused: ReadonlySet<Capability>;
  readonly signal: AbortSignal;
}

async function findSuspicions(
  options: ReconcilerOptions,
  claims: readonly OpenClaim[],
  { paused, signal }: Look,
): Promise<readonly Suspicion[]> {
  const suspicions: Suspicion[] = [];
  for (let start = 0; start < claims.length && !signal.aborted; start += PAGE) {
    const page = claims.slice(start, start + PAGE);
    const states = await readStates(options, page);
    const known = page.map((claim, place) => ({ claim, state: states[place] ?? null }));
    const situations = await readSituations(options, known);
    for (const situation of situations) {
      const difference = findDifference(situation, { nowMs: options.now(), paused });
      if (difference !== null) suspicions.push({ claim: situation.claim, name: nameOf(difference) });
    }
  }
  return suspicions;
}

async function readStates(
  { reader }: ReconcilerOptions,
  claims: readonly OpenClaim[],
): Promise<readonly (WorkflowState | null)[]> {
  const states: (WorkflowState | null)[] = [];
  for (let start = 0; start < claims.length; start += READS_AT_ONCE) {
    const part = claims.slice(start, start + READS_AT_ONCE);
    states.push(...(await Promise.all(part.map(({ workflowId }) => reader.getWorkflow(workflowId)))));
  }
  return states;
}
