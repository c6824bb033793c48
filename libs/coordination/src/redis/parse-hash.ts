import { type WorkflowHead, workflowHeadSchema } from '@tamma/contracts';
import { type GateResult, type Round, type StoredDecision, TammaError } from '@tamma/domain';
import type { Begun, Fence, StoredWait } from '../workflow-hash.ts';
import { parseOutcome, unexpectedReply } from './parse-replies.ts';

type BegunAttempt = Extract<Begun, { kind: 'begun' }>;

/** What the BEGIN script answered, in our words. Throws a TammaError when the head does not parse. */
export function parseBegun(fence: Fence, reply: unknown): Begun {
  if (!Array.isArray(reply)) throw unexpectedReply('begin', reply);
  const [verdict, payload]: unknown[] = reply;
  switch (verdict) {
    case 'missing':
    case 'overtaken':
    case 'cancelled':
      return { kind: verdict };
    case 'replay':
      return { kind: 'replay', outcome: parseOutcome(String(payload)) };
    case 'begun':
      return parseHash(fence, payload);
    default:
      throw unexpectedReply('begin', reply);
  }
}

function parseHash(fence: Fence, payload: unknown): BegunAttempt {
  const fields = fieldsOf(payload);
  const head = parseHead(fence, fields.get('head') ?? 'null');
  const wait = fields.get(`wait:${fence.taskId}`);
  const parsedWait: StoredWait | null = wait === undefined ? null : JSON.parse(wait);
  return {
    kind: 'begun',
    head,
    results: resultsIn(fields),
    gates: valuesUnder(fields, 'gate:').map((text): GateResult => JSON.parse(text)),
    artifacts: new Set(namesUnder(fields, 'artifact:')),
    wait: parsedWait,
    rounds: parseRounds(valuesUnder(fields, 'round:')),
    decisions: decisionsOf(fields, fence.taskId),
    pickUpsExcused: Number(fields.get(`excused:${fence.taskId}`) ?? 0),
  };
}

/** Oldest first. */
export function parseRounds(texts: readonly string[]): readonly Round[] {
  const rounds = texts.map((text): Round => JSON.parse(text));
  return rounds.toSorted((a, b) => a.number - b.number);
}

function fieldsOf(payload: unknown): ReadonlyMap<string, string> {
  if (!Array.isArray(payload)) throw unexpectedReply('begin', payload);
  const fields = new Map<string, string>();
  for (let i = 0; i < payload.length; i += 2) fields.set(String(payload[i]), String(payload[i + 1]));
  return fields;
}

function namesUnder(fields: ReadonlyMap<string, string>, kind: string): string[] {
  return [...fields.keys()]
    .filter((field) => field.startsWith(kind))
    .map((field) => field.slice(kind.length));
}

function valuesUnder(fields: ReadonlyMap<string, string>, kind: string): string[] {
  return namesUnder(fields, kind).map((name) => fields.get(kind + name) ?? '');
}

/** A stopped task has no result. */
function resultsIn(fields: ReadonlyMap<string, string>): ReadonlyMap<string, unknown> {
  const results = new Map<string, unknown>();
  for (const taskId of namesUnder(fields, 'outcome:')) {
    const outcome = parseOutcome(fields.get(`outcome:${taskId}`) ?? '');
    if (outcome.kind === 'done') results.set(taskId, outcome.result);
  }
  return results;
}

/** In the order in which they were asked for: clocks of those who decide may differ. */
function decisionsOf(fields: ReadonlyMap<string, string>, taskId: string): readonly StoredDecision[] {
  return namesUnder(fields, 'decision:')
    .map((id) => {
      const asked: { taskId: string; attempt: number } = JSON.parse(fields.get(`asked:${id}`) ?? '{}');
      const decision: StoredDecision = JSON.parse(fields.get(`decision:${id}`) ?? '');
      return { asked, decision };
    })
    .filter(({ asked }) => asked.taskId === taskId)
    .toSorted((a, b) => a.asked.attempt - b.asked.attempt)
    .map(({ decision }) => decision);
}

function parseHead({ workflowId }: Fence, text: string): WorkflowHead {
  const parsed = workflowHeadSchema.safeParse(JSON.parse(text));
  if (parsed.success) return parsed.data;
  throw new TammaError('HEAD_UNREADABLE', `the head of workflow ${workflowId} does not parse`, {
    class: 'validation',
    remedy: 'cancel the workflow and let it start again; its head was written by another version',
    cause: parsed.error,
  });
}
