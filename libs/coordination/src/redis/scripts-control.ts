import { defineScript } from './run-script.ts';

/**
 * Scripts with which people stop and steer a workflow as a whole; the layout of its hash is told in `scripts.ts`. KEYS
 * are hash and stream, ARGV begins with the field of events, the control channel and the workflow: whoever runs a task
 * of it looks at once.
 */

/** ARGV events from 4 on → 'cancelled' now; 'unchanged': was so, or there is no workflow; 'merging'. */
export const CANCEL = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'unchanged' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'unchanged' end
if redis.call('HEXISTS', KEYS[1], 'merging') == 1 then return 'merging' end
redis.call('HSET', KEYS[1], 'cancelled', '1')
for i = 4, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'cancelled'
`);

/** ARGV 4 until when, events… → verdict. */
export const SUSPEND = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'cancelled' end
if redis.call('HEXISTS', KEYS[1], 'suspended') == 1 then return 'unchanged' end
if redis.call('HEXISTS', KEYS[1], 'merging') == 1 then return 'merging' end
redis.call('HSET', KEYS[1], 'suspended', ARGV[4])
for i = 5, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'changed'
`);

/** ARGV events from 4 on → verdict. */
export const RESUME = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'cancelled' end
if redis.call('HDEL', KEYS[1], 'suspended') == 0 then return 'unchanged' end
for i = 4, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
redis.call('PUBLISH', ARGV[2], ARGV[3])
return 'changed'
`);

/** ARGV 4 score, events… → verdict. Only what is added later is queued by it, so nobody has to look at once. */
export const PRIORITIZE = defineScript(`
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'cancelled' end
local score = redis.call('HGET', KEYS[1], 'score') or cjson.decode(redis.call('HGET', KEYS[1], 'head')).score
if tonumber(score) == tonumber(ARGV[4]) then return 'unchanged' end
redis.call('HSET', KEYS[1], 'score', ARGV[4])
for i = 5, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
return 'changed'
`);
