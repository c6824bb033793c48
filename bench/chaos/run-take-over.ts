import type { Verdict } from './judge/judge.ts';
import { judgeStage } from './judge/judge-stage.ts';
import type { ChaosRequest } from './run-chaos.ts';
import { setStage } from './stage.ts';
import { measureTakeOver, type TakeOver } from './take-over/measure.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface TakeOverResult {
  readonly verdict: Verdict;
  readonly takeOver: TakeOver;
}

/** With the product's own locks: how long until others go on after a worker and the leader died, and what became of it. */
export async function runTakeOver(request: ChaosRequest): Promise<TakeOverResult> {
  const { plan, note, stop } = request;
  await using stage = await setStage(request);
  const { fleet, store, witnessFile } = stage;
  const takeOver = await measureTakeOver({ fleet, witnessFile, note });
  await waitForEnd({ ...plan, store, note, signal: stop });
  await fleet.stopWorkers();
  return { takeOver, verdict: await judgeStage(stage, [takeOver.blow]) };
}
