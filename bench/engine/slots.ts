import type { OpenClaim, WaitingClaim } from '@tamma/store';
import { startWorkflow } from '../../apps/orchestrator/src/use-cases/start-workflow.ts';
import { countDone, untilRecorded } from './burst.ts';
import type { House } from './house.ts';
import { openSite, type Site } from './site.ts';
import { type Latency, latencyOf } from './statistics.ts';
import type { Workload } from './workload.ts';

export interface SlotsOptions {
  readonly workload: Workload;
  /** Claims that wait at the same time. */
  readonly waiting: number;
  /** Workflows that get a slot and are carried out while the others wait. */
  readonly workflows: number;
  /** Workflows at once. */
  readonly slots: number;
  readonly concurrency: number;
}

export interface Slots {
  readonly waiting: number;
  /** The look for the next claim, before each start. */
  readonly query: Latency;
  readonly workflowsPerSecond: number;
  /** Of the table of claims with its indexes. */
  readonly postgresBytesPerClaim: number;
}

const PROJECTS = 10;
/** As in `apps/orchestrator/src/services/starting.ts`. */
const STARTS_AT_ONCE = 8;

/** Has the engine work through the best of many waiting claims, one look for each. */
export async function measureSlots(house: House, options: SlotsOptions): Promise<Slots> {
  const { workload, waiting, workflows, slots, concurrency } = options;
  const prefix = `s${Date.now().toString(36)}`;
  const site = await openSite(house, { rung: 'relay', prefix, workload, concurrency });
  try {
    const projects = await seedClaims(house, site, waiting);
    const postgresBytesPerClaim = (await sizeOfClaims(house)) / waiting;
    const free = openSlots(slots);
    using countdown = countDone(site, workflows, free.give);
    const beganMs = performance.now();
    const queryMs = await startAll(house, site, { workflows, projects, takeSlots: free.take });
    await countdown.ended;
    const workflowsPerSecond = (workflows / (performance.now() - beganMs)) * 1000;
    await untilRecorded(site.recording);
    return { waiting, query: latencyOf(queryMs), workflowsPerSecond, postgresBytesPerClaim };
  } finally {
    await site[Symbol.asyncDispose]();
    await house.clear(prefix);
  }
}

/** One claim as a use-case makes it, then copies of it that differ in what the look compares. */
async function seedClaims({ sql }: House, site: Site, count: number): Promise<readonly string[]> {
  using first = countDone(site, 1);
  await site.submit(1);
  await first.ended;
  const projects = Array.from({ length: PROJECTS }, (_, index) => `bench-${index}`);
  await sql.query(SEED, [count, PROJECTS]);
  await sql.query('analyze tamma.claims');
  return projects;
}

/** Whatever columns a claim has, copies carry them; these waited up to a day, with scores from 0 to 999. */
const SEED = `
  insert into tamma.claims
  select copy.*
  from (select * from tamma.claims limit 1) as first
  cross join generate_series(1, $1::int) as number
  cross join lateral (
    select 'bench-' || number % $2::int as project, 'bench-' || number % $2::int || '-' || number || '.r1' as id
  ) as named
  cross join lateral jsonb_populate_record(null::tamma.claims, to_jsonb(first) || jsonb_build_object(
    'workflow_id', named.id,
    'project', named.project,
    'issue', number,
    'score', number * 7919 % 1000,
    'claimed_at', now() - number % 86400 * interval '1 second',
    'started_at', null,
    'head', first.head
      || jsonb_build_object('workflowId', named.id)
      || jsonb_build_object('project', first.head -> 'project' || jsonb_build_object('id', named.project))
  )) as copy`;

async function sizeOfClaims({ sql }: House): Promise<number> {
  const { rows } = await sql.query<{ bytes: string }>(
    `select pg_total_relation_size('tamma.claims') as bytes`,
  );
  return Number(rows[0]?.bytes);
}

interface StartAll {
  readonly workflows: number;
  readonly projects: readonly string[];
  /** How many were free: at least one, at most so many. */
  readonly takeSlots: (max: number) => Promise<number>;
}

/** As the orchestrator does: a look for each slot, then starts side by side. How long each look took, in milliseconds. */
async function startAll(
  { store }: House,
  { orchestrator }: Site,
  { workflows, projects, takeSlots }: StartAll,
): Promise<readonly number[]> {
  if (orchestrator === null) throw new Error('this rung starts nothing');
  const queryMs: number[] = [];
  while (queryMs.length < workflows) {
    const free = await takeSlots(Math.min(STARTS_AT_ONCE, workflows - queryMs.length));
    const chosen = new Map<string, OpenClaim>();
    while (chosen.size < free) {
      const beganMs = performance.now();
      const best = bestOf(await store.claims.nextWaiting(projects, [...chosen.keys()]));
      queryMs.push(performance.now() - beganMs);
      chosen.set(best.workflowId, best);
    }
    await Promise.all([...chosen.values()].map(({ head }) => startWorkflow(orchestrator.start, head)));
  }
  return queryMs;
}

function bestOf(waiting: readonly WaitingClaim[]): OpenClaim {
  const [best] = waiting.toSorted((a, b) => b.agedScore - a.agedScore);
  if (best === undefined) throw new Error('no claim waits');
  return best.claim;
}

function openSlots(count: number) {
  let free = count;
  let wake: () => void = () => {};
  return {
    take: async (max: number) => {
      while (free === 0) {
        const { promise, resolve } = Promise.withResolvers<void>();
        wake = resolve;
        await promise;
      }
      const taken = Math.min(free, max);
      free -= taken;
      return taken;
    },
    give: () => {
      free += 1;
      wake();
    },
  };
}
