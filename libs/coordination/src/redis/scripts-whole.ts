import { defineScript } from './run-script.ts';

/** Scripts about a workflow as a whole; the layout of its hash is told in `scripts.ts`. */

/** KEYS hash, stream · ARGV field, head, its checksum, events… → 1 created, 0 was there. */
export const OPEN = defineScript(`
if redis.call('HSETNX', KEYS[1], 'head', ARGV[2]) == 0 then return 0 end
redis.call('HSET', KEYS[1], 'checksum', ARGV[3])
for i = 4, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
return 1
`);

/**
 * KEYS hash, artifacts, stream · ARGV field, number of field pairs, pairs… (the head among them), number of bodies,
 * (name, body)…, events… → 1 put back, 0 was there.
 */
export const REBUILD = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 1 then return 0 end
redis.call('DEL', KEYS[1], KEYS[2])
local i = 3
for _ = 1, tonumber(ARGV[2]) do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  i = i + 2
end
local bodies = tonumber(ARGV[i])
i = i + 1
for _ = 1, bodies do
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 1])
  i = i + 2
end
for j = i, #ARGV do redis.call('XADD', KEYS[3], '*', ARGV[1], ARGV[j]) end
return 1
`);
