import type { Bench } from './bench.ts';
import { seedChange, seedGates, seedPlan, seedReview } from './seeds.ts';

/** A bench whose branch head passed every gate and the review: all that a pull request needs. Returns that commit. */
export async function seedDeliverable(bench: Bench): Promise<string> {
  const commit = await seedChange(bench);
  seedPlan(bench);
  seedGates(bench, commit);
  seedReview(bench, commit);
  return commit;
}
