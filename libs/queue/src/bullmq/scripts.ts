import { defineScript } from './run-script.ts';

/**
 * What BullMQ keeps of a job, read by its key `{prefix}:{queue}:{id}`. A set that names a job whose hash is gone, or
 * a hash without its data, is what a loss leaves behind: such a job is not there.
 */
const LOOK = `
local rcall = redis.call
local function split(key) return string.match(key, '^(.*:)([^:]+)$') end

local function stateOf(key)
  if rcall('HEXISTS', key, 'data') == 0 then return 'unknown' end
  local base, id = split(key)
  for _, state in ipairs({'completed', 'failed', 'delayed', 'prioritized'}) do
    if rcall('ZSCORE', base .. state, id) then return state end
  end
  if rcall('LPOS', base .. 'active', id) then return 'active' end
  if rcall('LPOS', base .. 'wait', id) then return 'waiting' end
  if rcall('ZSCORE', base .. 'waiting-children', id) then return 'waiting-children' end
  return 'unknown'
end
`;

/**
 * ARGV: keys of jobs. Answers a state for each: BullMQ's, but for a job that ran and now waits for children it
 * added itself, which is `own-children`.
 */
export const READ_STATES = defineScript(`${LOOK}
local states = {}
for place, key in ipairs(ARGV) do
  local state = stateOf(key)
  if state == 'waiting-children' and rcall('HEXISTS', key, 'ats') == 1 then state = 'own-children' end
  states[place] = state
end
return states
`);

/** More jobs than this below one flow are not ours. */
const JOBS_MAX = 2000;

/**
 * All jobs of a tree at once, or none: piece by piece, each removal could release a parent, and a flow that somebody
 * adds at the same moment would be torn apart.
 */
const REMOVE = `${LOOK}
local function add(found, seen, key)
  if seen[key] then return end
  seen[key] = true
  found[#found + 1] = key
  if #found > ${JOBS_MAX} then error('a flow of more than ${JOBS_MAX} jobs') end
end

local function wholeOf(roots)
  local found, seen = {}, {}
  for _, key in ipairs(roots) do add(found, seen, key) end
  local place = 1
  while found[place] do
    local key = found[place]
    for _, child in ipairs(rcall('SMEMBERS', key .. ':dependencies')) do add(found, seen, child) end
    for _, child in ipairs(rcall('HKEYS', key .. ':processed')) do add(found, seen, child) end
    place = place + 1
  end
  return found
end

local function anyLocked(keys)
  for _, key in ipairs(keys) do
    if rcall('EXISTS', key .. ':lock') == 1 then return true end
  end
  return false
end

local function removeAll(keys)
  for _, key in ipairs(keys) do
    local base, id = split(key)
    for _, state in ipairs({'completed', 'failed', 'delayed', 'prioritized', 'waiting-children'}) do
      rcall('ZREM', base .. state, id)
    end
    rcall('LREM', base .. 'active', 0, id)
    rcall('LREM', base .. 'wait', 0, id)
    rcall('DEL', key, key .. ':logs', key .. ':dependencies', key .. ':processed', key .. ':failed',
      key .. ':unsuccessful')
  end
end
`;

/** ARGV: keys of a flow's jobs. Answers `busy` when one of its jobs, rounds included, is locked by a worker. */
export const REMOVE_FLOW = defineScript(`${REMOVE}
local keys = wholeOf(ARGV)
if anyLocked(keys) then return {'busy'} end
removeAll(keys)
return {'removed'}
`);

/**
 * ARGV: where attempt numbers are noted, how long they are kept (ms), now (ms), how old a completion may be (ms), then
 * the keys of jobs in running order. Answers `intact`, `busy`, or `removed` with the attempts made by each.
 *
 * Intact: none or some completed just now, then one that can move, then only jobs that wait for the one before them.
 * Attempt numbers outlive the removal for a while, so that whoever adds the jobs anew goes on from them.
 */
export const CLEAR_BROKEN_FLOW = defineScript(`${REMOVE}
local note, keptMs, now, ageMax = ARGV[1], ARGV[2], tonumber(ARGV[3]), tonumber(ARGV[4])
local keys = {}
for place = 5, #ARGV do keys[#keys + 1] = ARGV[place] end

local function canMove(key, depth)
  local state = stateOf(key)
  if state ~= 'waiting-children' then return state ~= 'unknown' and state ~= 'completed' end
  local children = rcall('SMEMBERS', key .. ':dependencies')
  if #children == 0 or depth > ${JOBS_MAX} then return false end
  for _, child in ipairs(children) do
    if rcall('HGET', child, 'parentKey') ~= key or not canMove(child, depth + 1) then return false end
  end
  return true
end

local function justCompleted(key)
  if stateOf(key) ~= 'completed' then return false end
  return now - (tonumber(rcall('HGET', key, 'finishedOn')) or 0) <= ageMax
end

local function isIntact()
  local first = 1
  while keys[first] and justCompleted(keys[first]) do first = first + 1 end
  if first > #keys then return true end
  if not canMove(keys[#keys], 1) or not canMove(keys[first], 1) then return false end
  for place = first + 1, #keys do
    if stateOf(keys[place]) ~= 'waiting-children' then return false end
    if rcall('SISMEMBER', keys[place] .. ':dependencies', keys[place - 1]) == 0 then return false end
  end
  return true
end

local function attemptsOf(key)
  local here = tonumber(rcall('HGET', key, 'ats')) or 0
  local isJson, payload = pcall(cjson.decode, rcall('HGET', key, 'data') or '{}')
  local before = isJson and type(payload) == 'table' and tonumber(payload.attemptsBefore) or 0
  return math.max(here + before, tonumber(rcall('HGET', note, key)) or 0)
end

if isIntact() then return {'intact'} end
local whole = wholeOf(keys)
if anyLocked(whole) then return {'busy'} end
for _, key in ipairs(whole) do
  local base, id = split(key)
  if stateOf(key) == 'active' then return {'busy'} end
end
local answer = {'removed'}
for _, key in ipairs(keys) do
  local attempts = attemptsOf(key)
  answer[#answer + 1] = attempts
  if attempts > 0 then rcall('HSET', note, key, attempts) end
end
rcall('PEXPIRE', note, keptMs)
removeAll(whole)
return answer
`);
