import { defineScript } from './run-script.ts';

/**
 * Scripts with which people decide about one task; the layout of the hash is told in `scripts.ts`. KEYS are hash and
 * stream, ARGV begins with the field of events, the control channel, the workflow and the task.
 */

/**
 * ARGV 5 approval, 6 decision, events… → [verdict, stored decision]. Of two who decide at once the first is stored; a
 * decision counts only while its task waits for that very approval.
 */
export const DECIDE = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return {'missing'} end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return {'cancelled'} end
local asked = redis.call('HGET', KEYS[1], 'asked:' .. ARGV[5])
if not asked or cjson.decode(asked).taskId ~= ARGV[4] then return {'unknown'} end
local decisionField = 'decision:' .. ARGV[5]
local first = redis.call('HGET', KEYS[1], decisionField)
if first then return {'already', first} end
if redis.call('HEXISTS', KEYS[1], 'outcome:' .. ARGV[4]) == 1 then return {'late'} end
local wait = redis.call('HGET', KEYS[1], 'wait:' .. ARGV[4])
local approval = wait and cjson.decode(wait).approval
if type(approval) ~= 'table' or approval.id ~= ARGV[5] then return {'late'} end
redis.call('HSET', KEYS[1], decisionField, ARGV[6])
for i = 7, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return {'decided'}
`);

/**
 * ARGV 5 order or '', events… → verdict. A wait for a round stays: its tasks are queued already. Any other wait goes,
 * so that a person whose time had run out is asked again. The workflow gets its active time anew, the task its holds
 * and its pick-ups.
 */
export const RETRY = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'cancelled' end
local task = ARGV[4]
local stored = redis.call('HGET', KEYS[1], 'outcome:' .. task)
if not stored then return 'not-stopped' end
local outcome = cjson.decode(stored)
if outcome.kind ~= 'stop' or outcome.reason.kind ~= 'escalate' then return 'not-stopped' end
redis.call('HDEL', KEYS[1], 'outcome:' .. task, 'holds:' .. task, 'active')
local wait = redis.call('HGET', KEYS[1], 'wait:' .. task)
if wait and type(cjson.decode(wait).round) ~= 'number' then redis.call('HDEL', KEYS[1], 'wait:' .. task) end
local attempt = redis.call('HGET', KEYS[1], 'attempt:' .. task) or '0'
redis.call('HSET', KEYS[1], 'excused:' .. task, attempt .. '/' .. attempt)
if ARGV[5] ~= '' then redis.call('HSET', KEYS[1], 'order:' .. task, ARGV[5]) end
for i = 6, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'retried'
`);

/** ARGV 5 order, events… → verdict. A task that stopped keeps it for its next attempt. */
export const ORDER = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'cancelled' end
local outcome = redis.call('HGET', KEYS[1], 'outcome:' .. ARGV[4])
if outcome and cjson.decode(outcome).kind == 'done' then return 'done' end
if redis.call('HSETNX', KEYS[1], 'order:' .. ARGV[4], ARGV[5]) == 0 then return 'unchanged' end
for i = 6, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'ordered'
`);
