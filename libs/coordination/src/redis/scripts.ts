/**
 * The scripts that make the commit point one step. Layout of a workflow's hash:
 *   head                the WorkflowHead as JSON; without it there is no workflow
 *   cancelled           present once the workflow is cancelled
 *   merging             the task that is past the point of no return; it goes when that task stops for good
 *   attempt:<task>      highest attempt that began
 *   outcome:<task>      terminal outcome as JSON
 *   wait:<task>         what the task parked for last, as JSON
 *   excused:<task>      pick-ups that prove nothing about a crash loop
 *   round:<number>      a round as JSON
 *   asked:<approval>    which attempt of which task asked a person, as JSON
 *   decision:<approval> the first decision as JSON
 *   gate:<gate>:<sha>   gate result as JSON
 *   artifact:<name>     SHA-256 of the artifact's text
 * Bodies of artifacts lie in a second hash, so that the one read of an attempt stays small.
 * Event lists are the tail of ARGV; each is one entry of the event log under the field named by the caller.
 */

/** KEYS hash, stream · ARGV field, head, events… → 1 created, 0 was there. */
export const OPEN = `
if redis.call('HSETNX', KEYS[1], 'head', ARGV[2]) == 0 then return 0 end
for i = 3, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
return 1
`;

/** KEYS hash · ARGV task, attempt → [verdict, payload…]. */
export const BEGIN = `
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return {'missing'} end
local attemptField = 'attempt:' .. ARGV[1]
local stored = redis.call('HGET', KEYS[1], attemptField)
if stored and tonumber(stored) > tonumber(ARGV[2]) then return {'overtaken'} end
redis.call('HSET', KEYS[1], attemptField, ARGV[2])
local outcome = redis.call('HGET', KEYS[1], 'outcome:' .. ARGV[1])
if outcome then return {'replay', outcome} end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return {'cancelled'} end
return {'begun', redis.call('HGETALL', KEYS[1])}
`;

/**
 * KEYS hash, artifacts, stream · ARGV field, task, attempt, outcome or '', approval that must be undecided or '',
 * number of a round or '', that round, pick-ups to excuse, number of field pairs, pairs…, number of artifact
 * triples, (name, sha, body)…, events… → verdict. An outcome that is stored already means that our own earlier
 * call arrived and only its answer was lost: nothing is written again.
 */
export const COMMIT = `
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
local stored = redis.call('HGET', KEYS[1], 'attempt:' .. ARGV[2])
if stored and tonumber(stored) > tonumber(ARGV[3]) then return 'overtaken' end
local outcomeField = 'outcome:' .. ARGV[2]
if redis.call('HEXISTS', KEYS[1], outcomeField) == 1 then return 'committed' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'cancelled' end
if ARGV[5] ~= '' and redis.call('HEXISTS', KEYS[1], 'decision:' .. ARGV[5]) == 1 then return 'decided' end
if ARGV[4] ~= '' then
  redis.call('HSET', KEYS[1], outcomeField, ARGV[4])
  if cjson.decode(ARGV[4]).kind == 'stop' then redis.call('HDEL', KEYS[1], 'merging') end
end
if ARGV[6] ~= '' then redis.call('HSETNX', KEYS[1], 'round:' .. ARGV[6], ARGV[7]) end
if ARGV[8] ~= '0' then redis.call('HINCRBY', KEYS[1], 'excused:' .. ARGV[2], ARGV[8]) end
local i = 10
for _ = 1, tonumber(ARGV[9]) do
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
`;

/** KEYS hash · ARGV task, attempt → 1 when this attempt may cause effects. */
export const OWNS = `
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 0 end
if redis.call('HGET', KEYS[1], 'attempt:' .. ARGV[1]) ~= ARGV[2] then return 0 end
return 1
`;

/** KEYS hash · ARGV task, attempt → 1 when this attempt may merge, and nobody may cancel any more. */
export const BEGIN_MERGE = `
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 0 end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 0 end
if redis.call('HGET', KEYS[1], 'attempt:' .. ARGV[1]) ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], 'merging', ARGV[1])
return 1
`;

/** KEYS hash, stream · ARGV field, events… → 'cancelled' now; 'unchanged': was so, or there is no workflow; 'merging'. */
export const CANCEL = `
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'unchanged' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'unchanged' end
if redis.call('HEXISTS', KEYS[1], 'merging') == 1 then return 'merging' end
redis.call('HSET', KEYS[1], 'cancelled', '1')
for i = 2, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
return 'cancelled'
`;

/**
 * KEYS hash, stream · ARGV field, task, approval, decision, events… → [verdict, stored decision]. Of two who decide
 * at once the first is stored; a decision counts only while its task waits for that very approval.
 */
export const DECIDE = `
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return {'missing'} end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return {'cancelled'} end
local asked = redis.call('HGET', KEYS[1], 'asked:' .. ARGV[3])
if not asked or cjson.decode(asked).taskId ~= ARGV[2] then return {'unknown'} end
local decisionField = 'decision:' .. ARGV[3]
local first = redis.call('HGET', KEYS[1], decisionField)
if first then return {'already', first} end
if redis.call('HEXISTS', KEYS[1], 'outcome:' .. ARGV[2]) == 1 then return {'late'} end
local wait = redis.call('HGET', KEYS[1], 'wait:' .. ARGV[2])
local approval = wait and cjson.decode(wait).approval
if type(approval) ~= 'table' or approval.id ~= ARGV[3] then return {'late'} end
redis.call('HSET', KEYS[1], decisionField, ARGV[4])
for i = 5, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
return {'decided'}
`;

/**
 * KEYS hash, stream · ARGV field, task, events… → verdict. A wait for a round stays: its tasks are queued already.
 * Any other wait goes, so that a person whose time had run out is asked again.
 */
export const RETRY = `
if redis.call('HEXISTS', KEYS[1], 'head') == 0 then return 'missing' end
if redis.call('HEXISTS', KEYS[1], 'cancelled') == 1 then return 'cancelled' end
local stored = redis.call('HGET', KEYS[1], 'outcome:' .. ARGV[2])
if not stored then return 'not-stopped' end
local outcome = cjson.decode(stored)
if outcome.kind ~= 'stop' or outcome.reason.kind ~= 'escalate' then return 'not-stopped' end
redis.call('HDEL', KEYS[1], 'outcome:' .. ARGV[2])
local wait = redis.call('HGET', KEYS[1], 'wait:' .. ARGV[2])
if wait and type(cjson.decode(wait).round) ~= 'number' then redis.call('HDEL', KEYS[1], 'wait:' .. ARGV[2]) end
redis.call('HSET', KEYS[1], 'excused:' .. ARGV[2], redis.call('HGET', KEYS[1], 'attempt:' .. ARGV[2]) or '0')
for i = 3, #ARGV do redis.call('XADD', KEYS[2], '*', ARGV[1], ARGV[i]) end
return 'retried'
`;
