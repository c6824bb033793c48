import type { WorkflowHashes } from '../workflow-hash.ts';
import { attemptCalls } from './attempt-calls.ts';
import { personCalls } from './person-calls.ts';
import type { RedisPlace } from './redis-place.ts';
import { wholeCalls } from './whole-calls.ts';

export function createWorkflowHashes(place: RedisPlace): WorkflowHashes {
  return { ...wholeCalls(place), ...attemptCalls(place), ...personCalls(place) };
}
