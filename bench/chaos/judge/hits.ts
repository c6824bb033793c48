import type { Blow } from '../blows/strike.ts';
import type { WitnessLine } from '../witness/line.ts';

/** Kills and freezes that met a worker while the body of a step had begun in it and its attempt was not over. */
export function findHits(blows: readonly Blow[], witness: readonly WitnessLine[]): readonly Blow[] {
  const byPid = Map.groupBy(witness, (line) => line.pid);
  return blows.filter((blow) => blow.targetKind === 'worker' && isAtWork(byPid.get(blow.pid) ?? [], blow.at));
}

function isAtWork(lines: readonly WitnessLine[], at: number): boolean {
  return lines.some((line) => isBegin(line) && line.at <= at && !isOverBy(lines, line, at));
}

function isBegin({ effect, phase }: WitnessLine): boolean {
  return effect === 'body' && phase === 'before';
}

function isOverBy(lines: readonly WitnessLine[], { task, attempt }: WitnessLine, at: number): boolean {
  return lines.some(
    (line) =>
      line.effect === 'attempt' &&
      line.phase === 'after' &&
      line.task === task &&
      line.attempt === attempt &&
      line.at <= at,
  );
}
