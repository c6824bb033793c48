import { EVENT_FIELD, encodeEvent } from '@tamma/contracts';
import { type ArtifactName, MERGE_QUEUE_KEY, type WaitingReason } from '@tamma/domain';
import type { CommitRequest } from '../workflow-hash.ts';
import { packArtifact } from './pack-artifact.ts';
import type { ScriptArgument } from './run-script.ts';

/**
 * The arguments of the COMMIT script, in its order. Throws on an event the catalogue does not know, and on a time that
 * is none: a script that breaks halfway would leave half a commit.
 */
export async function commitArguments(request: CommitRequest): Promise<ScriptArgument[]> {
  const { fence, outcome, wait, round, unlessDecided, events } = request;
  const fields = fieldsOf(request);
  const texts = events.map(encodeEvent);
  const activeMs = wholeMs(request.activeMs);
  const bodies = await packAll(request.artifacts);
  return [
    EVENT_FIELD,
    fence.taskId,
    String(fence.attempt),
    outcome === null ? '' : JSON.stringify(outcome),
    unlessDecided ?? '',
    round === null ? '' : String(round.number),
    round === null ? '' : JSON.stringify(round),
    flag(wait !== null || request.isExcused),
    flag(request.isHeld),
    mergeEndOf(request),
    String(activeMs),
    String(fields.length),
    ...fields.flat(),
    String(bodies.length / 3),
    ...bodies,
    ...texts,
  ];
}

/** A call that failed may have merged all the same, and what stands in a merge queue can be merged at any moment. */
const MAY_BE_MERGED: readonly WaitingReason[] = ['circuit', 'rate-limit'];

/**
 * '1' for an outcome that stops for good; '2' for a wait or a round of a task that knows it merged nothing, so that
 * people may cancel again.
 */
function mergeEndOf({ outcome, wait }: CommitRequest): string {
  if (outcome?.kind === 'stop') return '1';
  if (wait === null || MAY_BE_MERGED.includes(wait.on)) return '0';
  return wait.key === MERGE_QUEUE_KEY ? '0' : '2';
}

function flag(isSet: boolean): string {
  return isSet ? '1' : '0';
}

function wholeMs(ms: number): number {
  if (Number.isFinite(ms) && ms >= 0) return Math.round(ms);
  throw new RangeError(`an attempt cannot have run ${ms} ms; measure it with a clock that never goes back`);
}

function fieldsOf({ fence, gates, wait }: CommitRequest): [string, string][] {
  const fields = gates.map((gate): [string, string] => [
    `gate:${gate.gate}:${gate.commit}`,
    JSON.stringify(gate),
  ]);
  if (wait === null) return fields;
  const { taskId, attempt } = fence;
  fields.push([`wait:${taskId}`, JSON.stringify(wait)]);
  if (wait.approval !== null) fields.push([`asked:${wait.approval.id}`, JSON.stringify({ taskId, attempt })]);
  return fields;
}

async function packAll(artifacts: ReadonlyMap<ArtifactName, string>): Promise<ScriptArgument[]> {
  const packed = await Promise.all([...artifacts].map(([name, text]) => packArtifact(name, text)));
  return packed.flatMap(({ name, sha256, body }) => [name, sha256, body]);
}
