import type { WorkflowHead } from '@tamma/contracts';
import type { GateResult, Order, Round, StoredDecision } from '@tamma/domain';
import type { Begun, StoredWait } from '../workflow-hash.ts';
import type { StoredHead } from './head-cache.ts';
import { parseOutcome, unexpectedReply } from './parse-replies.ts';

type BegunAttempt = Extract<Begun, { kind: 'begun' }>;
type Fields = ReadonlyMap<string, string>;

/**
 * What the BEGIN script answered, in our words; `readHead` makes a head of its stored text. Throws what that throws, and
 * on an answer that is none.
 */
export function parseBegun(
  readHead: (stored: StoredHead) => WorkflowHead,
  taskId: string,
  reply: unknown,
): Begun {
  if (!Array.isArray(reply)) throw unexpectedReply('begin', reply);
  const [verdict, payload, checksum, hash]: unknown[] = reply;
  switch (verdict) {
    case 'missing':
    case 'overtaken':
    case 'cancelled':
      return { kind: verdict };
    case 'suspended':
      return { kind: 'suspended', untilMs: Number(payload) };
    case 'replay':
      return { kind: 'replay', outcome: parseOutcome(String(payload)) };
    case 'begun': {
      const fields = fieldsOf(hash);
      const head = readHead({ checksum: String(checksum), text: fields.get('head') ?? 'null' });
      const isOpened = payload === 1;
      return { kind: 'begun', head: withScore(head, fields), isOpened, ...read(taskId, fields) };
    }
    default:
      throw unexpectedReply('begin', reply);
  }
}

function read(taskId: string, fields: Fields): Omit<BegunAttempt, 'kind' | 'head' | 'isOpened'> {
  const wait = fields.get(`wait:${taskId}`);
  return {
    ...readKinds(fields),
    activeMs: countIn(fields, 'active'),
    holds: countIn(fields, `holds:${taskId}`),
    order: parseOrder(fields.get(`order:${taskId}`)),
    wait: wait === undefined ? null : parseWait(wait),
    decisions: decisionsOf(fields, taskId),
    pickUpsExcused: countIn(fields, `excused:${taskId}`),
  };
}

/** What concerns every task, in one walk over the hash. */
function readKinds(fields: Fields): Pick<BegunAttempt, 'results' | 'gates' | 'artifacts' | 'rounds'> {
  const results = new Map<string, unknown>();
  const gates: GateResult[] = [];
  const artifacts = new Set<string>();
  const rounds: string[] = [];
  for (const [field, text] of fields) {
    const colon = field.indexOf(':');
    const name = field.slice(colon + 1);
    switch (field.slice(0, colon)) {
      case 'outcome': {
        const outcome = parseOutcome(text);
        // A stopped task has no result.
        if (outcome.kind === 'done') results.set(name, outcome.result);
        break;
      }
      case 'gate':
        gates.push(JSON.parse(text));
        break;
      case 'artifact':
        artifacts.add(name);
        break;
      case 'round':
        rounds.push(text);
        break;
    }
  }
  return { results, gates, artifacts, rounds: parseRounds(rounds) };
}

/** Oldest first. */
export function parseRounds(texts: readonly string[]): readonly Round[] {
  const rounds = texts.map((text): Round => JSON.parse(text));
  return rounds.toSorted((a, b) => a.number - b.number);
}

function fieldsOf(payload: unknown): Fields {
  if (!Array.isArray(payload)) throw unexpectedReply('begin', payload);
  const fields = new Map<string, string>();
  for (let i = 0; i < payload.length; i += 2) fields.set(String(payload[i]), String(payload[i + 1]));
  return fields;
}

/** The count, without the attempt that was counted last. */
function countIn(fields: Fields, field: string): number {
  return Number.parseInt(fields.get(field) ?? '0', 10);
}

function parseOrder(text: string | undefined): Order | null {
  return text === undefined ? null : JSON.parse(text);
}

/** Waits that an older version stored know no key, nor how often to look again, nor what their deadline means. */
function parseWait(text: string): StoredWait {
  const defaults = { key: null, recheckMs: null, atDeadline: 'escalate' } as const;
  const wait: Omit<StoredWait, keyof typeof defaults> & Partial<StoredWait> = JSON.parse(text);
  return { ...defaults, ...wait };
}

/** In the order in which they were asked for: clocks of those who decide may differ. */
function decisionsOf(fields: Fields, taskId: string): readonly StoredDecision[] {
  return [...fields.keys()]
    .filter((field) => field.startsWith('decision:'))
    .map((field) => {
      const asked: { taskId: string; attempt: number } = JSON.parse(
        fields.get(field.replace('decision:', 'asked:')) ?? '{}',
      );
      const decision: StoredDecision = JSON.parse(fields.get(field) ?? '');
      return { asked, decision };
    })
    .filter(({ asked }) => asked.taskId === taskId)
    .toSorted((a, b) => a.asked.attempt - b.asked.attempt)
    .map(({ decision }) => decision);
}

/** With the score that counts now. */
function withScore(head: WorkflowHead, fields: Fields): WorkflowHead {
  const score = fields.get('score');
  return score === undefined ? head : { ...head, score: Number(score) };
}
