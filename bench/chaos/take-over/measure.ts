import type { Blow } from '../blows/strike.ts';
import type { Fleet } from '../fleet/fleet.ts';
import type { ProductProcess } from '../fleet/product-process.ts';
import { readWitness } from '../judge/read-witness.ts';
import { findLeader } from './find-leader.ts';
import { openBodies, takenOverAt } from './open-bodies.ts';
import { until } from './until.ts';

/** How long the first step of that kind may take to begin. */
const BEGIN_MS = 60_000;
/** Measuring ends in vain some time after the limits. */
const PATIENCE_MS = 60_000;
/** A step that asks the model for long, in the middle of the flow. */
const STEP = 'code-generation';

export interface TakeOver {
  /** The death of that worker. */
  readonly blow: Blow;
  /** From the death of a worker in a step until another one began each of the steps it held. */
  readonly stepMs: readonly number[];
  /** From the death of the leader until the other one led. */
  readonly leaderMs: number;
}

export interface MeasureRequest {
  readonly fleet: Fleet;
  readonly witnessFile: string;
  readonly note: (line: string) => void;
}

/** Kills a worker in a step, and the leader, both for good, and waits until others have taken over. */
export async function measureTakeOver(request: MeasureRequest): Promise<TakeOver> {
  const victim = await findVictim(request);
  const [steps, leaderMs] = await Promise.all([measureSteps(request, victim), measureLeader(request)]);
  return { ...steps, leaderMs };
}

/** A worker that is in the middle of a step. */
function findVictim({ fleet, witnessFile }: MeasureRequest): Promise<ProductProcess> {
  return until(`a step ${STEP} begins`, BEGIN_MS, async () => {
    const bodies = openBodies(await readWitness(witnessFile));
    const pid = bodies.find((body) => body.task?.endsWith(`.${STEP}`) === true)?.pid;
    return fleet.workers.find((worker) => pid !== undefined && worker.target() === pid) ?? null;
  });
}

async function measureSteps(
  { witnessFile, note }: MeasureRequest,
  victim: ProductProcess,
): Promise<Pick<TakeOver, 'blow' | 'stepMs'>> {
  const { name, kind, pid } = { ...victim, pid: victim.target() ?? 0 };
  const killedAt = Date.now();
  await victim.killForGood();
  const held = openBodies(await readWitness(witnessFile)).filter((body) => body.pid === pid);
  note(`killed ${name}, which held ${held.map(({ task }) => task).join(', ')}`);
  const stepMs = await Promise.all(
    held.map(async (body) => {
      const at = await until(`${body.task} is taken over`, PATIENCE_MS, async () =>
        takenOverAt(await readWitness(witnessFile), body),
      );
      note(`${body.task} was taken over after ${at - killedAt} ms`);
      return at - killedAt;
    }),
  );
  return { stepMs, blow: { kind: 'kill', target: name, targetKind: kind, pid, at: killedAt } };
}

async function measureLeader({ fleet, note }: MeasureRequest): Promise<number> {
  const { leader, term } = await until('somebody leads', BEGIN_MS, () => findLeader(fleet.orchestrators));
  const killedAt = Date.now();
  await leader.killForGood();
  note(`killed ${leader.name}, which led term ${term}`);
  const others = fleet.orchestrators.filter((one) => one !== leader);
  const next = await until('the other one leads', PATIENCE_MS, () => findLeader(others));
  const leaderMs = Date.now() - killedAt;
  note(`${next.leader.name} leads term ${next.term} after ${leaderMs} ms`);
  return leaderMs;
}
