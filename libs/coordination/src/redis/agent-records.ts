import { type AgentRecord, NO_RECORD, TammaError } from '@tamma/domain';
import { z } from 'zod';
import type { AgentPlace, AgentRecords, MeasuredAgent } from '../agent-records.ts';
import type { RedisPlace } from './redis-place.ts';
import { defineScript, runScript } from './run-script.ts';
import { whileThere } from './while-there.ts';

/** Agents at steps of projects that are kept: far more than anybody configures. */
const RECORDS_MAX = 2000;

/**
 * KEYS hash · ARGV field, provider, fields at most, then runs, done, repairs, turns, milliseconds and cost to add → 1, or 0
 * when there is no room for another field. Lua writes large numbers with an exponent: hence the format.
 */
const ADD = defineScript(`
local stored = redis.call('HGET', KEYS[1], ARGV[1])
if not stored and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[3]) then return 0 end
local sums, place = {}, 0
for number in string.gmatch((stored or ''):match('^[%d,]*') or '', '%d+') do
  place = place + 1
  sums[place] = tonumber(number)
end
for i = 1, 6 do sums[i] = string.format('%.0f', (sums[i] or 0) + tonumber(ARGV[3 + i])) end
redis.call('HSET', KEYS[1], ARGV[1], table.concat(sums, ',', 1, 6) .. ' ' .. ARGV[2])
return 1
`);

export interface AgentRecordsOptions extends RedisPlace {
  /** Hears of what could not be read or kept; work goes on as if nothing were known. */
  readonly onError?: (error: Error) => void;
}

export function createAgentRecords(options: AgentRecordsOptions): AgentRecords {
  const { redis, keys, onError = () => {} } = options;
  const ifThere = whileThere(redis, onError);

  const add = async (measured: MeasuredAgent): Promise<void> => {
    const sums = numbersOf(measured.record).map((number) => String(Math.max(0, Math.round(number))));
    const args = [fieldOf(measured, measured), measured.provider, String(RECORDS_MAX), ...sums];
    if ((await runScript(redis, ADD, { keys: [keys.agents], args })) === 0) throw full(keys.agents);
  };

  const read = async (
    place: AgentPlace,
    models: ReadonlyMap<string, string>,
  ): Promise<ReadonlyMap<string, AgentRecord>> => {
    const names = [...models];
    if (names.length === 0) return new Map();
    const fields = names.map(([agent, model]) => fieldOf(place, { agent, model }));
    const texts = await redis.hmget(keys.agents, ...fields);
    return new Map(names.flatMap(([agent], i) => pairOf(agent, parseRecord(texts[i] ?? '')?.record)));
  };

  return {
    add: (measured) => ifThere(() => add(measured), undefined),
    read: (place, models) => ifThere(() => read(place, models), new Map()),
    list: () => ifThere(async () => parseAll(await redis.hgetall(keys.agents)), []),
  };
}

function full(key: string): TammaError {
  return new TammaError(
    'AGENT_RECORDS_FULL',
    `${key} holds ${RECORDS_MAX} records; no other agent is measured`,
    {
      class: 'system',
      remedy: `delete the key ${key} in Redis: everything is measured anew`,
    },
  );
}

function fieldOf(
  { project, step }: AgentPlace,
  { agent, model }: { readonly agent: string; readonly model: string },
): string {
  return JSON.stringify([project, step, agent, model]);
}

function numbersOf({ runs, done, repairs, turns, durationMs, costMicroUsd }: AgentRecord): readonly number[] {
  return [runs, done, repairs, turns, durationMs, costMicroUsd];
}

/** Null for what another version wrote. */
function parseRecord(text: string): { readonly record: AgentRecord; readonly provider: string } | null {
  const space = text.indexOf(' ');
  if (!/^\d+(?:,\d+){5} /.test(text)) return null;
  const [runs, done, repairs, turns, durationMs, costMicroUsd] = text.slice(0, space).split(',').map(Number);
  const known = { runs, done, repairs, turns, durationMs, costMicroUsd };
  const record = { ...NO_RECORD, ...Object.fromEntries(Object.entries(known)) };
  return { record, provider: text.slice(space + 1) };
}

const placeSchema = z.tuple([z.string(), z.string(), z.string(), z.string()]);

function parseAll(entries: Readonly<Record<string, string>>): readonly MeasuredAgent[] {
  return Object.entries(entries).flatMap(([field, text]) => {
    const place = placeSchema.safeParse(jsonOf(field));
    const parsed = parseRecord(text);
    if (!place.success || parsed === null) return [];
    const [project, step, agent, model] = place.data;
    return [{ project, step, agent, model, ...parsed }];
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function pairOf(agent: string, record: AgentRecord | undefined): [string, AgentRecord][] {
  return record === undefined ? [] : [[agent, record]];
}
