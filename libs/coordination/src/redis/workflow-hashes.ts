import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { EVENT_FIELD, encodeEvent, type RedisKeys, workflowHeadSchema } from '@tamma/contracts';
import { type GateResult, TammaError } from '@tamma/domain';
import type { Redis } from 'ioredis';
import type {
  Begun,
  CommitRequest,
  CommitResult,
  Fence,
  StoredOutcome,
  StoredWait,
  WorkflowHashes,
} from '../workflow-hash.ts';
import { BEGIN, CANCEL, COMMIT, OPEN, OWNS } from './scripts.ts';

const compress = promisify(gzip);
const decompress = promisify(gunzip);

export interface WorkflowHashesOptions {
  /** Owned by the caller, who closes it. */
  readonly redis: Redis;
  readonly keys: RedisKeys;
}

export function createWorkflowHashes({ redis, keys }: WorkflowHashesOptions): WorkflowHashes {
  const call = (script: string, scriptKeys: string[], args: (string | Buffer)[]): Promise<unknown> =>
    redis.eval(script, scriptKeys.length, ...scriptKeys, ...args);
  const artifactsKey = (workflowId: string) => `${keys.workflow(workflowId)}:artifacts`;

  return {
    async open(head, events) {
      const args = [EVENT_FIELD, JSON.stringify(head), ...events.map(encodeEvent)];
      return (await call(OPEN, [keys.workflow(head.workflowId), keys.events], args)) === 1;
    },

    async begin(fence) {
      const reply = await call(
        BEGIN,
        [keys.workflow(fence.workflowId)],
        [fence.taskId, String(fence.attempt)],
      );
      return parseBegun(fence, reply);
    },

    async commit(request) {
      const { workflowId } = request.fence;
      const scriptKeys = [keys.workflow(workflowId), artifactsKey(workflowId), keys.events];
      return parseVerdict(await call(COMMIT, scriptKeys, await commitArguments(request)));
    },

    async owns({ workflowId, taskId, attempt }) {
      return (await call(OWNS, [keys.workflow(workflowId)], [taskId, String(attempt)])) === 1;
    },

    async readArtifact(workflowId, name) {
      const body = await redis.hgetBuffer(artifactsKey(workflowId), name);
      return body === null ? null : (await decompress(body)).toString('utf8');
    },

    async cancel(workflowId, events) {
      const args = [EVENT_FIELD, ...events.map(encodeEvent)];
      return (await call(CANCEL, [keys.workflow(workflowId), keys.events], args)) === 1;
    },

    async remove(workflowId) {
      await redis.del(keys.workflow(workflowId), artifactsKey(workflowId));
    },
  };
}

async function commitArguments(request: CommitRequest): Promise<(string | Buffer)[]> {
  const { fence, outcome, wait, gates, artifacts, events } = request;
  const fields = gates.map((gate) => [`gate:${gate.gate}:${gate.commit}`, JSON.stringify(gate)]);
  if (wait !== null) fields.push([`wait:${fence.taskId}`, JSON.stringify(wait)]);
  const bodies = await Promise.all([...artifacts].map(([name, text]) => packArtifact(name, text)));
  return [
    EVENT_FIELD,
    fence.taskId,
    String(fence.attempt),
    outcome === null ? '' : JSON.stringify(outcome),
    String(fields.length),
    ...fields.flat(),
    String(bodies.length),
    ...bodies.flat(),
    ...events.map(encodeEvent),
  ];
}

async function packArtifact(name: string, text: string): Promise<[string, string, Buffer]> {
  return [name, createHash('sha256').update(text).digest('hex'), await compress(text)];
}

const VERDICTS: readonly string[] = [
  'committed',
  'overtaken',
  'cancelled',
  'missing',
] satisfies CommitResult[];

function parseVerdict(reply: unknown): CommitResult {
  if (typeof reply === 'string' && isVerdict(reply)) return reply;
  throw unexpectedReply('commit', reply);
}

function isVerdict(reply: string): reply is CommitResult {
  return VERDICTS.includes(reply);
}

function parseBegun(fence: Fence, reply: unknown): Begun {
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

function parseHash(fence: Fence, payload: unknown): Begun {
  if (!Array.isArray(payload)) throw unexpectedReply('begin', payload);
  const results = new Map<string, unknown>();
  const gates: GateResult[] = [];
  const artifacts = new Set<string>();
  let head = '';
  let wait: StoredWait | null = null;
  for (let i = 0; i < payload.length; i += 2) {
    const field = String(payload[i]);
    const value = String(payload[i + 1]);
    const name = field.slice(field.indexOf(':') + 1);
    if (field === 'head') head = value;
    else if (field.startsWith('outcome:')) addResult(results, name, parseOutcome(value));
    else if (field.startsWith('gate:')) gates.push(JSON.parse(value));
    else if (field.startsWith('artifact:')) artifacts.add(name);
    else if (field === `wait:${fence.taskId}`) wait = JSON.parse(value);
  }
  const parsed = workflowHeadSchema.safeParse(JSON.parse(head));
  if (!parsed.success) {
    throw new TammaError('HEAD_UNREADABLE', `the head of workflow ${fence.workflowId} does not parse`, {
      class: 'validation',
      remedy: 'cancel the workflow and let it start again; its head was written by another version',
      cause: parsed.error,
    });
  }
  return { kind: 'begun', head: parsed.data, results, gates, artifacts, wait };
}

function addResult(results: Map<string, unknown>, taskId: string, outcome: StoredOutcome): void {
  if (outcome.kind === 'done') results.set(taskId, outcome.result);
}

function parseOutcome(text: string): StoredOutcome {
  const outcome: StoredOutcome = JSON.parse(text);
  return outcome;
}

function unexpectedReply(script: string, reply: unknown): Error {
  return new Error(`the ${script} script answered ${JSON.stringify(reply)?.slice(0, 200)}`);
}
