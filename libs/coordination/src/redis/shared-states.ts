import type { Redis } from 'ioredis';
import { defineScript, runScript } from './run-script.ts';

/** Changes of one field by others that one caller sits out. */
const TRIES_MAX = 20;

/**
 * KEYS hash · ARGV field, text it must still have ('' for none), new text ('' to drop it), fields at most → {1} when it
 * was changed; {0, text} when it has another text by now; {2} when there is no room for one more field.
 */
const SWAP = defineScript(`
local current = redis.call('HGET', KEYS[1], ARGV[1]) or ''
if current ~= ARGV[2] then return {0, current} end
if ARGV[3] == '' then
  redis.call('HDEL', KEYS[1], ARGV[1])
  return {1}
end
if current == '' and redis.call('HLEN', KEYS[1]) >= tonumber(ARGV[4]) then return {2} end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return {1}
`);

export interface SharedStatesOptions<State> {
  readonly redis: Redis;
  /** The hash that holds a state per field, as JSON. */
  readonly key: string;
  readonly fieldsMax: number;
  /** Null for what cannot be read: another version wrote it, and it counts as nothing known. */
  readonly parse: (text: string) => State | null;
  /** Whether a state says nothing any more; such fields go when room is needed. */
  readonly isStale: (state: State) => boolean;
}

export interface Change<State, Answer> {
  /** Null drops the field; the very state that was given leaves it alone. */
  readonly state: State | null;
  readonly answer: Answer;
}

/** States that several processes change, by pure functions: of two who change one at once, one sees what the other did. */
export interface SharedStates<State> {
  read(field: string): Promise<State | null>;
  readAll(): Promise<ReadonlyMap<string, State>>;
  /** Gives the answer of the decision that counted. Throws when others were faster too often, or there is no room. */
  change<Answer>(field: string, decide: (state: State | null) => Change<State, Answer>): Promise<Answer>;
  /** Takes the field away if it still says so little. */
  dropIfStale(field: string): Promise<void>;
}

export function createSharedStates<State>(options: SharedStatesOptions<State>): SharedStates<State> {
  const { redis, key, fieldsMax, parse, isStale } = options;
  const parseText = (text: string): State | null => (text === '' ? null : parse(text));

  const swap = async (field: string, from: string, to: string): Promise<Swapped> => {
    const args = [field, from, to, String(fieldsMax)];
    return swappedOf(await runScript(redis, SWAP, { keys: [key], args }));
  };

  const makeRoom = async (): Promise<void> => {
    const entries = Object.entries(await redis.hgetall(key));
    const stale = entries.filter(([, text]) => {
      const state = parse(text);
      return state === null || isStale(state);
    });
    // Fewer than the limit: somebody else has just made room.
    if (stale.length === 0 && entries.length >= fieldsMax) {
      throw new Error(`${key} is full; nothing in it can be dropped yet`);
    }
    await Promise.all(stale.map(([field, text]) => swap(field, text, '')));
  };

  const states: SharedStates<State> = {
    read: async (field) => parseText((await redis.hget(key, field)) ?? ''),

    async readAll() {
      const entries = Object.entries(await redis.hgetall(key));
      return new Map(entries.flatMap(([field, text]) => pairOf(field, parse(text))));
    },

    async change(field, decide) {
      let text = (await redis.hget(key, field)) ?? '';
      for (let tries = 0; tries < TRIES_MAX; tries += 1) {
        const before = parseText(text);
        const { state, answer } = decide(before);
        if (state === before) return answer;
        const swapped = await swap(field, text, state === null ? '' : JSON.stringify(state));
        if (swapped.kind === 'changed') return answer;
        if (swapped.kind === 'full') await makeRoom();
        else text = swapped.text;
      }
      throw new Error(`${key} ${field} was changed by others ${TRIES_MAX} times in a row; ask again`);
    },

    dropIfStale: (field) =>
      states.change(field, (state) => {
        const isDropped = state !== null && isStale(state);
        return { state: isDropped ? null : state, answer: undefined };
      }),
  };
  return states;
}

type Swapped =
  | { readonly kind: 'changed' }
  | { readonly kind: 'full' }
  | { readonly kind: 'other'; readonly text: string };

function swappedOf(reply: unknown): Swapped {
  const [code, text]: unknown[] = Array.isArray(reply) ? reply : [];
  if (code === 1) return { kind: 'changed' };
  if (code === 2) return { kind: 'full' };
  return { kind: 'other', text: String(text) };
}

function pairOf<State>(field: string, state: State | null): [string, State][] {
  return state === null ? [] : [[field, state]];
}
