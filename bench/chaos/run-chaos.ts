import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seededRandom } from '@tamma/domain/testing';
import { type Blow, strike } from './blows/strike.ts';
import type { Verdict } from './judge/judge.ts';
import { judgeStage } from './judge/judge-stage.ts';
import { retryCrashLoops } from './person.ts';
import { type Stage, type StageRequest, setStage } from './stage.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface ChaosRequest extends StageRequest {
  /** Aborts when a person has seen enough. */
  readonly stop: AbortSignal;
}

export interface ChaosResult extends Struck {
  readonly verdict: Verdict;
}

interface Struck {
  readonly blows: readonly Blow[];
  /** Steps that a person had tried again because they were killed too often. */
  readonly retries: number;
}

/** Runs the whole product under blows until all is done or the deadline has passed, and judges what became of it. */
export async function runChaos(request: ChaosRequest): Promise<ChaosResult> {
  await using stage = await setStage(request);
  const struck = await hitUntilDone(request, stage);
  request.note('enough: the workers stop, then the judge looks');
  await stage.fleet.stopWorkers();
  return { ...struck, verdict: await judgeStage(stage, struck.blows) };
}

/** Blows end when the work has ended, or after so many; then there is peace until the work has ended. */
async function hitUntilDone(
  { plan, folder, note, stop }: ChaosRequest,
  { fleet, store }: Stage,
): Promise<Struck> {
  const blows: Blow[] = [];
  const enough = new AbortController();
  const signal = AbortSignal.any([enough.signal, stop]);
  const person = retryCrashLoops({ store, orchestrators: fleet.orchestrators, note, signal });
  const striking = strike({
    ...plan,
    everyMs: plan.blowEveryMs,
    members: fleet.members,
    random: seededRandom(plan.seed),
    signal,
    onBlow: (blow) => {
      blows.push(blow);
      note(`${blow.kind} ${blow.target} (pid ${blow.pid})`);
    },
  });
  const over = waitForEnd({ ...plan, store, note, signal: stop });
  try {
    await Promise.race([
      over,
      person.then(() => over),
      striking.then(() => over),
      fleet.redis.lost,
      fleet.postgres.lost,
    ]);
  } finally {
    enough.abort();
    await Promise.allSettled([striking, person]);
    await writeFile(join(folder, 'blows.jsonl'), blows.map((blow) => `${JSON.stringify(blow)}\n`).join(''));
  }
  await striking;
  const retries = [...(await person).values()].reduce((sum, times) => sum + times, 0);
  return { blows, retries };
}
