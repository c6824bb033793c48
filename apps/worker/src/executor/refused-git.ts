import { TammaError } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';

/** As long as hosts usually want to be left alone that do not say how long. */
const REST_MS = 60_000;
/** What hosts say to an account that may not; a limit comes without words. */
const NOT_ALLOWED = /permission|not granted|denied|not allowed|forbidden by|protected|archived|read-only/i;

type Host = Pick<GitPlatform, 'name' | 'readRepository' | 'readBranch'>;

/**
 * Makes a call of git that reaches its host for a branch. Git says too little of what goes wrong there, so the host's API
 * is asked. A 403 is for who may not, and for who came too often: when the API still knows us, and nobody said what we
 * may not, it was the latter. A branch that is missing may be one whose listing was cut short on the way.
 */
export async function askHost<Value>(host: Host, branch: string, make: () => Promise<Value>): Promise<Value> {
  try {
    return await make();
  } catch (thrown) {
    throw await explain(host, branch, thrown);
  }
}

/** What it was. Throws what the API says itself: that we are unknown, or that a limit was reached. */
async function explain(host: Host, branch: string, thrown: unknown): Promise<unknown> {
  if (isBareRefusal(thrown)) {
    await host.readRepository();
    return new TammaError('GIT_LIMITED', `${host.name} refuses git for now: ${thrown.message}`, {
      class: 'rate-limit',
      retryAfterMs: REST_MS,
      remedy: 'wait; if it stays so, check that the credential may read and write the repository with git',
      cause: thrown,
    });
  }
  const isMissing = thrown instanceof TammaError && thrown.code === 'GIT_BRANCH_MISSING';
  if (!isMissing || (await host.readBranch(branch)) === null) return thrown;
  return new TammaError(
    'GIT_CUT_SHORT',
    `${host.name} has the branch "${branch}", and git was not shown it`,
    {
      class: 'network',
      remedy: 'wait; if it stays so, check what lies between this machine and the host',
      cause: thrown,
    },
  );
}

function isBareRefusal(thrown: unknown): thrown is TammaError {
  if (!(thrown instanceof TammaError) || thrown.code !== 'GIT_AUTHENTICATION') return false;
  return /\b403\b/.test(thrown.message) && !NOT_ALLOWED.test(thrown.message);
}
