import { type Fact, toError } from '@tamma/domain';
import type { AttemptRequest } from './attempt.ts';
import type { ExecutorDeps } from './deps.ts';

/** The call goes as it goes, whether anybody could be told of it or not: true when they were. */
export async function tellAnyway(
  deps: ExecutorDeps,
  { teller, fence }: AttemptRequest,
  fact: Fact,
): Promise<boolean> {
  try {
    await deps.eventLog.append([teller.event(fact)]);
    return true;
  } catch (thrown) {
    const error = toError(thrown).message;
    deps.logger.warn({ taskId: fence.taskId, type: fact.type, error }, 'fact about a call not told');
    return false;
  }
}
