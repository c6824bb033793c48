import { EVENT_FIELD, encodeEvent } from '@tamma/contracts';
import type { RebuildRequest } from '../workflow-hash.ts';
import { checksumOf } from './head-cache.ts';
import { packArtifact } from './pack-artifact.ts';
import type { ScriptArgument } from './run-script.ts';

type Pair = readonly [field: string, value: string];

/** The arguments of the REBUILD script, in its order. Throws on an event the catalogue does not know. */
export async function rebuildArguments(request: RebuildRequest): Promise<ScriptArgument[]> {
  const texts = request.events.map(encodeEvent);
  const artifacts = await Promise.all([...request.artifacts].map(([name, text]) => packArtifact(name, text)));
  const pairs = [
    ...pairsOf(request),
    ...artifacts.map(({ name, sha256 }): Pair => [`artifact:${name}`, sha256]),
  ];
  return [
    EVENT_FIELD,
    String(pairs.length),
    ...pairs.flat(),
    String(artifacts.length),
    ...artifacts.flatMap(({ name, body }) => [name, body]),
    ...texts,
  ];
}

function pairsOf(request: RebuildRequest): Pair[] {
  const { head, outcomes, attempts, gates, rounds, decisions, activeMs, suspendedUntilMs } = request;
  const text = JSON.stringify(head);
  return [
    ['head', text],
    ['checksum', checksumOf(text)],
    ...(activeMs > 0 ? [['active', String(Math.round(activeMs))] as const] : []),
    ...(suspendedUntilMs === null ? [] : [['suspended', String(suspendedUntilMs)] as const]),
    ...[...outcomes].map(([taskId, outcome]): Pair => [`outcome:${taskId}`, JSON.stringify(outcome)]),
    ...[...attempts].flatMap(([taskId, attempt]) => attemptPairs(taskId, attempt)),
    ...gates.map((gate): Pair => [`gate:${gate.gate}:${gate.commit}`, JSON.stringify(gate)]),
    ...rounds.map((round): Pair => [`round:${round.number}`, JSON.stringify(round)]),
    ...decisions.flatMap(decisionPairs),
  ];
}

/** What came before Redis lost the workflow proves nothing about a crash loop. */
function attemptPairs(taskId: string, attempt: number): Pair[] {
  return [
    [`attempt:${taskId}`, String(attempt)],
    [`excused:${taskId}`, `${attempt}/${attempt}`],
  ];
}

function decisionPairs({ taskId, attempt, decision }: RebuildRequest['decisions'][number]): Pair[] {
  return [
    [`asked:${decision.approvalId}`, JSON.stringify({ taskId, attempt })],
    [`decision:${decision.approvalId}`, JSON.stringify(decision)],
  ];
}
