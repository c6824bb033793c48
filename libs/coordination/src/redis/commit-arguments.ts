import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { EVENT_FIELD, encodeEvent } from '@tamma/contracts';
import type { CommitRequest } from '../workflow-hash.ts';

const compress = promisify(gzip);

/** The arguments of the COMMIT script, in its order. Throws on an event the catalogue does not know. */
export async function commitArguments(request: CommitRequest): Promise<(string | Buffer)[]> {
  const { fence, outcome, wait, round, unlessDecided, artifacts, events } = request;
  const fields = fieldsOf(request);
  const bodies = await Promise.all([...artifacts].map(([name, text]) => packArtifact(name, text)));
  return [
    EVENT_FIELD,
    fence.taskId,
    String(fence.attempt),
    outcome === null ? '' : JSON.stringify(outcome),
    unlessDecided ?? '',
    round === null ? '' : String(round.number),
    round === null ? '' : JSON.stringify(round),
    wait === null ? '0' : '1',
    String(fields.length),
    ...fields.flat(),
    String(bodies.length),
    ...bodies.flat(),
    ...events.map(encodeEvent),
  ];
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

async function packArtifact(name: string, text: string): Promise<[string, string, Buffer]> {
  return [name, createHash('sha256').update(text).digest('hex'), await compress(text)];
}
