import { healthSchema } from '@tamma/contracts';
import { z } from 'zod';
import type { Orchestrator } from '../fleet/fleet.ts';

const TIMEOUT_MS = 5000;

const recorderSchema = z.object({ term: z.number().nullable() });

/** The orchestrator that says it leads, and its term; null when none does. */
export async function findLeader(
  orchestrators: readonly Orchestrator[],
): Promise<{ readonly leader: Orchestrator; readonly term: number } | null> {
  for (const leader of orchestrators) {
    const term = await termOf(leader);
    if (term !== null) return { leader, term };
  }
  return null;
}

async function termOf({ baseUrl }: Orchestrator): Promise<number | null> {
  try {
    const answer = await fetch(`${baseUrl}/health`, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    const { checks } = healthSchema.parse(await answer.json());
    const recorder = checks.find(({ name }) => name === 'recorder');
    return recorderSchema.safeParse(recorder?.details).data?.term ?? null;
  } catch (thrown) {
    // Whoever does not answer does not lead, as far as one can see.
    if (thrown instanceof TypeError || thrown instanceof DOMException) return null;
    throw thrown;
  }
}
