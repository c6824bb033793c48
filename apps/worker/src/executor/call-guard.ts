import type { ServiceCall } from '@tamma/coordination';
import { TammaError } from '@tamma/domain';
import type { CallBooks } from './call-books.ts';
import type { RetryCall } from './call-retry.ts';

interface GuardedCall extends ServiceCall {
  /** Whether it may be made once more after it failed; always, unless said otherwise. */
  readonly mayRetry?: () => boolean;
  /** Asked right before each try, once it is known that the service may be called; the call is not made when it throws. */
  readonly before?: () => Promise<void>;
  /** Says of what the call threw that it was our doing: then it is not made again, and no service is to blame. */
  readonly isOurs?: (thrown: unknown) => boolean;
}

/** What every call of an outside service goes through: its circuit, and inside of that its retries. */
export interface CallGuard {
  /** Throws what the call threw, and a TammaError with `heldUntilMs` when it was not made. */
  call<Value>(call: GuardedCall, make: () => Promise<Value>): Promise<Value>;
}

export interface CallGuardOptions {
  readonly books: CallBooks;
  readonly retry: RetryCall;
  readonly taskId: string;
  /** Of the attempt that makes the calls. */
  readonly signal: AbortSignal;
  /** Throws when the attempt must not try again; asked before each retry. */
  readonly assertOwner: () => Promise<void>;
  readonly now: () => number;
}

const always = () => true;
const never = () => false;

/** For the calls of one attempt. */
export function createCallGuard(options: CallGuardOptions): CallGuard {
  const { books, retry, taskId, signal, now } = options;
  return {
    call: async ({ mayRetry = always, before = async () => {}, isOurs = never, ...call }, make) => {
      signal.throwIfAborted();
      await books.admit(call);
      const startedAt = now();
      try {
        const value = await retry(
          { ...call, taskId, signal },
          triesOf(options, { mayRetry, before, isOurs, make }),
        );
        await books.succeeded(call, now() - startedAt);
        return value;
      } catch (thrown) {
        const error = thrown instanceof NotMade || thrown instanceof NotAgain ? thrown.cause : thrown;
        // A call that we broke off ourselves, or did not make, says nothing about its service.
        if (thrown instanceof NotMade || signal.aborted || isOurs(error)) await books.brokenOff(call);
        else await books.failed(call, error, now() - startedAt);
        throw error;
      }
    },
  };
}

interface Tried<Value> extends Required<Pick<GuardedCall, 'mayRetry' | 'before' | 'isOurs'>> {
  readonly make: () => Promise<Value>;
}

/** The next try, each time it is called. */
function triesOf<Value>(
  { assertOwner }: CallGuardOptions,
  { mayRetry, before, isOurs, make }: Tried<Value>,
): () => Promise<Value> {
  const refuse = (cause: unknown) => {
    throw new NotMade(cause);
  };
  let tries = 0;
  return async () => {
    tries += 1;
    if (tries > 1) await assertOwner().catch(refuse);
    await before().catch(refuse);
    return make().catch((cause: unknown) => {
      throw mayRetry() && !isOurs(cause) ? cause : new NotAgain(cause);
    });
  };
}

/** It was ours to refuse: nobody was called, so no service is to blame. Of no known class, so that nothing retries it. */
class NotMade extends TammaError {
  constructor(cause: unknown) {
    super('CALL_NOT_MADE', 'the call was not made', { cause });
  }
}

/** It failed and must not be made once more: of no known class, whatever is below it, so that nothing retries it. */
class NotAgain extends TammaError {
  constructor(cause: unknown) {
    super('CALL_NOT_AGAIN', 'the call is not made again', { cause });
  }
}
