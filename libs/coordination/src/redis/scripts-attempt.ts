import { defineScript } from './run-script.ts';

/** Scripts that an attempt calls; the layout of the hash is told in `scripts.ts`. */

const COUNT_ONCE = `
local function countOnce(field, attempt)
  local count, last = string.match(redis.call('HGET', KEYS[1], field) or '0', '^(%d+)/?(%d*)$')
  if last ~= attempt then redis.call('HSET', KEYS[1], field, ((tonumber(count) or 0) + 1) .. '/' .. attempt) end
end
`;

/**
 * KEYS hash, stream · ARGV field, task, attempt, checksum of the head that the caller knows or '', opening events… →
 * [verdict, payload…]; for `begun` whether the events were appended, the head's checksum, and the hash, with an empty
 * head when the caller knows it. A task that parked for something may only park again: its events are not told yet.
 */
export const BEGIN = defineScript(`${COUNT_ONCE}
local task, attempt = ARGV[2], ARGV[3]
local checksum, stored, outcome, cancelled, suspended, wait = unpack(redis.call('HMGET', KEYS[1],
  'checksum', 'attempt:' .. task, 'outcome:' .. task, 'cancelled', 'suspended', 'wait:' .. task))
if not checksum then
  local head = redis.call('HGET', KEYS[1], 'head')
  if not head then return {'missing'} end
  checksum = string.sub(redis.sha1hex(head), 1, 16)
  redis.call('HSET', KEYS[1], 'checksum', checksum)
end
if stored and tonumber(stored) > tonumber(attempt) then return {'overtaken'} end
if stored ~= attempt then redis.call('HSET', KEYS[1], 'attempt:' .. task, attempt) end
if outcome then return {'replay', outcome} end
if cancelled then return {'cancelled'} end
if suspended then
  countOnce('excused:' .. task, attempt)
  return {'suspended', suspended}
end
local isOpened = wait and 0 or 1
if isOpened == 1 then
  for i = 5, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
end
local hash = redis.call('HGETALL', KEYS[1])
for i = 1, checksum == ARGV[4] and #hash or 0, 2 do
  if hash[i] == 'head' then
    hash[i + 1] = ''
    break
  end
end
return {'begun', isOpened, checksum, hash}
`);

/**
 * KEYS hash, artifacts, stream · ARGV field, task, attempt, outcome or '', approval that must be undecided or '',
 * number of a round or '', that round, '1' to excuse this pick-up, '1' for a task that the engine holds, '1' for an
 * outcome that stops for good and '2' for a wait that ends what its task was about to merge, milliseconds it ran, number of field pairs, pairs…, number of artifact triples,
 * (name, sha, body)…, events… → verdict. An outcome that is stored already means that our own earlier call arrived
 * and only its answer was lost: nothing is written again. A suspended workflow stores what it came to. An override is
 * spent when its task stops or sends work back in spite of it: it was about another commit than the next one.
 */
export const COMMIT = defineScript(`${COUNT_ONCE}
local function addTime(ms, mark)
  local total, last = string.match(redis.call('HGET', KEYS[1], 'active') or '0', '^(%d+)/?(.*)$')
  if last == mark then return end
  redis.call('HSET', KEYS[1], 'active', string.format('%.0f', tonumber(total) + ms) .. '/' .. mark)
end
local function spendOverride(task)
  local order = redis.call('HGET', KEYS[1], 'order:' .. task)
  if order and cjson.decode(order).kind == 'override' then redis.call('HDEL', KEYS[1], 'order:' .. task) end
end
local task, attempt = ARGV[2], ARGV[3]
local stored, outcome, cancelled = unpack(redis.call('HMGET', KEYS[1],
  'attempt:' .. task, 'outcome:' .. task, 'cancelled'))
if not stored and redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
if stored and tonumber(stored) > tonumber(attempt) then return 'overtaken' end
if outcome then return 'committed' end
if cancelled then return 'cancelled' end
if ARGV[5] ~= '' and redis.call('HEXISTS', KEYS[1], 'decision:' .. ARGV[5]) == 1 then return 'decided' end
if ARGV[4] ~= '' then redis.call('HSET', KEYS[1], 'outcome:' .. task, ARGV[4]) end
local knowsItsMerge = ARGV[10] == '2' and redis.call('HGET', KEYS[1], 'merging') == task
if ARGV[10] == '1' or knowsItsMerge then redis.call('HDEL', KEYS[1], 'merging') end
if ARGV[10] == '1' or ARGV[6] ~= '' then spendOverride(task) end
if ARGV[6] ~= '' then redis.call('HSETNX', KEYS[1], 'round:' .. ARGV[6], ARGV[7]) end
if ARGV[8] == '1' then countOnce('excused:' .. task, attempt) end
if ARGV[9] == '1' then countOnce('holds:' .. task, attempt) end
if ARGV[11] ~= '0' then addTime(tonumber(ARGV[11]), task .. '#' .. attempt) end
local i = 13
for _ = 1, tonumber(ARGV[12]) do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  i = i + 2
end
local artifacts = tonumber(ARGV[i])
i = i + 1
for _ = 1, artifacts do
  redis.call('HSET', KEYS[1], 'artifact:' .. ARGV[i], ARGV[i + 1])
  redis.call('HSET', KEYS[2], ARGV[i], ARGV[i + 2])
  i = i + 3
end
for j = i, #ARGV do redis.call('XADD', KEYS[3], '*', ARGV[1], ARGV[j]) end
return 'committed'
`);

/** KEYS hash · ARGV task, attempt → 1 when this attempt may merge, and nobody may cancel or suspend any more. */
export const BEGIN_MERGE = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'suspended') == 1 then return 0 end
if redis.call('HGET', KEYS[1], 'attempt:' .. ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'merging', ARGV[1])
return 1
`);
