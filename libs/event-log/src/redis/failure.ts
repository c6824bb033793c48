import { TammaError, toError } from '@tamma/domain';

/** What ioredis calls an answer of the server that is an error; anything else is trouble on the way. */
const REPLY_ERROR = 'ReplyError';

/** The group, or the whole stream, is gone: Redis came back empty, or somebody deleted it. */
export function isGroupMissing(thrown: unknown): boolean {
  return /NOGROUP|UNBLOCKED|no such key/i.test(toError(thrown).message);
}

export function groupExists(thrown: unknown): boolean {
  return toError(thrown).message.startsWith('BUSYGROUP');
}

export function describeFailure(thrown: unknown): TammaError {
  if (thrown instanceof TammaError) return thrown;
  const error = toError(thrown);
  if (error.name === REPLY_ERROR) {
    return new TammaError('EVENT_LOG_REFUSED', `Redis refused a command of the event log: ${error.message}`, {
      class: 'system',
      remedy: 'Look at the memory and the policy of the Redis server (maxmemory, noeviction).',
      cause: error,
    });
  }
  return new TammaError('EVENT_LOG_UNREACHABLE', `the event log in Redis does not answer: ${error.message}`, {
    class: 'network',
    remedy: 'Check that the Redis server runs and can be reached.',
    cause: error,
  });
}

/** Runs a command and says in our words what went wrong with it. */
export async function explained<Value>(run: () => Promise<Value>): Promise<Value> {
  try {
    return await run();
  } catch (error) {
    throw describeFailure(error);
  }
}
