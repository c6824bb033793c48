import { TammaError } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';

/** As long as hosts usually want to be left alone that do not say how long. */
const REST_MS = 60_000;
/** What hosts say to an account that may not; a limit comes without words. */
const NOT_ALLOWED = /permission|not granted|denied|not allowed|forbidden by|protected|archived|read-only/i;

/**
 * Makes a call of git that reaches its host. A host says 403 to who may not and to who came too often alike, and git
 * hands on nothing else: when the host's API still knows us, and nobody said what we may not, it was the latter.
 */
export async function askHost<Value>(
  platform: Pick<GitPlatform, 'name' | 'readRepository'>,
  make: () => Promise<Value>,
): Promise<Value> {
  try {
    return await make();
  } catch (thrown) {
    if (!isBareRefusal(thrown)) throw thrown;
    // Throws what it says itself: that we are unknown, or that a limit was reached.
    await platform.readRepository();
    throw new TammaError('GIT_LIMITED', `${platform.name} refuses git for now: ${thrown.message}`, {
      class: 'rate-limit',
      retryAfterMs: REST_MS,
      remedy: 'wait; if it stays so, check that the credential may read and write the repository with git',
      cause: thrown,
    });
  }
}

function isBareRefusal(thrown: unknown): thrown is TammaError {
  if (!(thrown instanceof TammaError) || thrown.code !== 'GIT_AUTHENTICATION') return false;
  return /\b403\b/.test(thrown.message) && !NOT_ALLOWED.test(thrown.message);
}
