import { defineScript } from './run-script.ts';

/**
 * Scripts of the budgets, each one step for all scopes of a call. Amounts are whole millionths of a US dollar. Layout of
 * a budget's hash:
 *   limit            as the last caller knew it, without what it was raised by; absent: none
 *   raised           by people
 *   spent            by calls that are over
 *   reserved         the sum of all reservations
 *   call:<id>        what that call has reserved
 *   raise:<id>       what people raised it by at one time: a connection that breaks sends its commands anew
 *   warned           the highest limit that people were warned about
 * KEYS are the budgets' hashes and, last, the index: a sorted set of level and id by when they were last used.
 * Lua writes large numbers with an exponent, which Redis does not take for whole: hence the format.
 */
const COMMON = `
local function whole(number) return string.format('%.0f', number) end
local function amount(key, field) return tonumber(redis.call('HGET', key, field) or '0') end
local function state(key)
  local fields = redis.call('HMGET', key, 'limit', 'raised', 'spent', 'reserved')
  return {fields[1] or '', fields[2] or '0', fields[3] or '0', fields[4] or '0'}
end
local function keep(key, forMs, member, nowMs, membersMax)
  redis.call('PEXPIRE', key, forMs)
  redis.call('ZADD', KEYS[#KEYS], nowMs, member)
  redis.call('ZREMRANGEBYRANK', KEYS[#KEYS], 0, -1 - tonumber(membersMax))
end
`;

/**
 * ARGV id, wanted, least, now, members of the index at most; then for each scope limit, lifetime and member →
 * {'reserved', granted} or {'refused', place, state}. A place counts from one.
 */
export const RESERVE = defineScript(`${COMMON}
local field = 'call:' .. ARGV[1]
local had = redis.call('HGET', KEYS[1], field)
if had then return {'reserved', had} end
local granted, least = tonumber(ARGV[2]), tonumber(ARGV[3])
for i = 1, #KEYS - 1 do
  local limit = ARGV[3 + 3 * i]
  if limit ~= '' then
    local key = KEYS[i]
    local all = tonumber(limit) + amount(key, 'raised')
    local left = all - amount(key, 'spent') - amount(key, 'reserved')
    if left < least then
      local found = state(key)
      found[1] = limit
      return {'refused', i, found}
    end
    granted = math.min(granted, left)
  end
end
for i = 1, #KEYS - 1 do
  local key, limit = KEYS[i], ARGV[3 + 3 * i]
  redis.call('HSET', key, field, whole(granted))
  redis.call('HINCRBY', key, 'reserved', whole(granted))
  if limit == '' then
    redis.call('HDEL', key, 'limit')
  else
    redis.call('HSET', key, 'limit', limit)
  end
  keep(key, ARGV[4 + 3 * i], ARGV[5 + 3 * i], ARGV[4], ARGV[5])
end
return {'reserved', whole(granted)}
`);

/**
 * ARGV id, cost, share to warn from, now, members at most; then for each scope lifetime and member → {place, state, …} of
 * those to warn about: of what is spent, since what calls under way hold is given back for the most part. What was not
 * reserved is not settled.
 */
export const SETTLE = defineScript(`${COMMON}
local field = 'call:' .. ARGV[1]
local warned = {}
for i = 1, #KEYS - 1 do
  local key = KEYS[i]
  local held = redis.call('HGET', key, field)
  if held then
    redis.call('HDEL', key, field)
    -- Not the negative of it: of nothing that would be "-0", which Redis does not take.
    redis.call('HINCRBY', key, 'reserved', whole(0 - tonumber(held)))
    redis.call('HINCRBY', key, 'spent', ARGV[2])
    local limit = redis.call('HGET', key, 'limit')
    local all = limit and tonumber(limit) + amount(key, 'raised')
    if all and amount(key, 'spent') >= all * tonumber(ARGV[3]) and amount(key, 'warned') < all then
      warned[#warned + 1] = i
      warned[#warned + 1] = state(key)
    end
    keep(key, ARGV[4 + 2 * i], ARGV[5 + 2 * i], ARGV[4], ARGV[5])
  end
end
return warned
`);

/**
 * ARGV limit. A step of its own, after people were told: an answer that got lost would use up the only warning. What went
 * meanwhile is not made anew, since nothing would end it.
 */
export const MARK_WARNED = defineScript(`${COMMON}
if redis.call('EXISTS', KEYS[1]) == 0 or amount(KEYS[1], 'warned') >= tonumber(ARGV[1]) then return 'unchanged' end
redis.call('HSET', KEYS[1], 'warned', ARGV[1])
return 'changed'
`);

/** ARGV by, now, members at most, lifetime, member, id → state. */
export const RAISE = defineScript(`${COMMON}
if redis.call('HSETNX', KEYS[1], 'raise:' .. ARGV[6], ARGV[1]) == 1 then
  redis.call('HINCRBY', KEYS[1], 'raised', ARGV[1])
end
keep(KEYS[1], ARGV[4], ARGV[5], ARGV[2], ARGV[3])
return state(KEYS[1])
`);

/** ARGV id. Takes back a raise that came too late. */
export const UNDO_RAISE = defineScript(`
local by = redis.call('HGET', KEYS[1], 'raise:' .. ARGV[1])
if not by then return 'unchanged' end
redis.call('HDEL', KEYS[1], 'raise:' .. ARGV[1])
redis.call('HINCRBY', KEYS[1], 'raised', '-' .. by)
return 'changed'
`);

/** ARGV spent, now, members at most, lifetime, member, limit ('' for none). */
export const SPENT_AT_LEAST = defineScript(`${COMMON}
if amount(KEYS[1], 'spent') >= tonumber(ARGV[1]) then return 'unchanged' end
redis.call('HSET', KEYS[1], 'spent', ARGV[1])
if ARGV[6] ~= '' then redis.call('HSET', KEYS[1], 'limit', ARGV[6]) end
keep(KEYS[1], ARGV[4], ARGV[5], ARGV[2], ARGV[3])
return 'changed'
`);

/** ARGV raised, now, members at most, lifetime, member. */
export const RAISED_AT_LEAST = defineScript(`${COMMON}
if amount(KEYS[1], 'raised') >= tonumber(ARGV[1]) then return 'unchanged' end
redis.call('HSET', KEYS[1], 'raised', ARGV[1])
keep(KEYS[1], ARGV[4], ARGV[5], ARGV[2], ARGV[3])
return 'changed'
`);
