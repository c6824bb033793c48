import type { WitnessLine } from '../witness/line.ts';

/** Bodies that began in a process and are not over there. */
export function openBodies(witness: readonly WitnessLine[]): readonly WitnessLine[] {
  const keyOf = ({ task, attempt, pid }: WitnessLine) => `${task} ${attempt} ${pid}`;
  const bodies = witness.filter((line) => line.effect === 'body');
  const over = new Set(bodies.filter((line) => line.phase === 'after').map(keyOf));
  return bodies.filter((line) => line.phase === 'before' && !over.has(keyOf(line)));
}

/** When the body of the same task began again in another process; null while it has not. */
export function takenOverAt(witness: readonly WitnessLine[], body: WitnessLine): number | null {
  const again = witness.find(
    (line) =>
      line.effect === 'body' &&
      line.phase === 'before' &&
      line.task === body.task &&
      line.pid !== body.pid &&
      (line.attempt ?? 0) > (body.attempt ?? 0),
  );
  return again?.at ?? null;
}
