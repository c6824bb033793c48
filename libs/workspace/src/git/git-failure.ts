import type { ExecFileException } from 'node:child_process';
import { type ErrorClass, TammaError } from '@tamma/domain';

export interface FailedCall {
  /** The git subcommand. */
  readonly name: string;
  readonly error: ExecFileException | null;
  /** Without credentials. */
  readonly stderr: string;
  readonly timeoutMs: number;
}

interface Kind {
  readonly code: string;
  readonly class: ErrorClass;
  readonly remedy: string;
  readonly pattern: RegExp;
}

const TAIL_MAX_CHARACTERS = 500;

/** The first that fits wins: git ends nearly every failure with the words of the network kind. */
const KINDS: readonly Kind[] = [
  {
    code: 'GIT_BRANCH_MISSING',
    class: 'validation',
    remedy: 'Check that the branch exists in the repository.',
    pattern: /couldn't find remote ref|remote branch .* not found/i,
  },
  {
    code: 'GIT_REPOSITORY_ARCHIVED',
    class: 'validation',
    remedy: 'Take the repository out of the archive on its platform, or out of the configuration.',
    pattern: /archived so it is read-only/i,
  },
  {
    code: 'GIT_REDIRECTED',
    class: 'validation',
    remedy: 'It was renamed or moved: give the repository its present name in the configuration.',
    pattern: /returned error: 30[12378]/i,
  },
  {
    code: 'GIT_AUTHENTICATION',
    class: 'authentication',
    remedy: 'Check the credential and that it may read and write the repository.',
    pattern:
      /authentication failed|could not read (username|password)|permission denied|returned error: 40[13]|host key verification failed/i,
  },
  {
    code: 'GIT_REPOSITORY_MISSING',
    class: 'validation',
    remedy: "Check the repository's path or URL in the configuration.",
    pattern: /not appear to be a git repository|repository .*not found|repository '.*' does not exist/i,
  },
  {
    code: 'GIT_DISK_FULL',
    class: 'system',
    remedy: 'Free disk space where the checkouts are kept.',
    pattern: /no space left on device|disk quota exceeded/i,
  },
  {
    code: 'GIT_NETWORK',
    class: 'network',
    remedy: 'Check that the host of the repository can be reached from here.',
    pattern:
      /could not resolve host|connection (refused|reset|timed out|closed)|failed to connect|unable to access|network is unreachable|early eof|hung up unexpectedly|rpc failed|timed out|protocol error|could not read from remote/i,
  },
];

export function gitFailure(call: FailedCall): TammaError {
  const code = call.error?.code;
  if (code === 'ENOENT') {
    const message = `git ${call.name} could not be started: git or the checkout's folder is missing`;
    return new TammaError('GIT_NOT_STARTED', message, {
      class: 'system',
      remedy: 'Install git on PATH; when it is there, the checkout was removed meanwhile.',
      cause: call.error,
    });
  }
  if (code === 'ERR_CHILD_PROCESS_STDIO_MAXBUFFER') {
    const message = `git ${call.name} printed more than is read at most: the change is too large`;
    return new TammaError('GIT_OUTPUT_TOO_LARGE', message, {
      class: 'validation',
      remedy: 'Split the change, or leave large files out of it.',
    });
  }
  return call.error?.killed === true ? timedOut(call) : failed(call);
}

function timedOut(call: FailedCall): TammaError {
  const remote = call.name === 'fetch' || call.name === 'push';
  return new TammaError('GIT_TIMEOUT', `git ${call.name} did not end within ${call.timeoutMs} ms`, {
    class: remote ? 'network' : 'system',
    remedy: remote
      ? 'Check the connection to the repository.'
      : 'Check the load and the disk of this machine.',
  });
}

// The cause is left out on purpose: it carries the whole command line, and with it the URL.
function failed(call: FailedCall): TammaError {
  const kind = KINDS.find(({ pattern }) => pattern.test(call.stderr));
  const said = call.stderr.trim().slice(-TAIL_MAX_CHARACTERS);
  const message = `git ${call.name} failed (exit ${call.error?.code ?? call.error?.signal}): ${said}`;
  return new TammaError(kind?.code ?? 'GIT_FAILED', message, {
    class: kind?.class ?? 'unknown',
    remedy: kind?.remedy ?? 'Read what git said at the end of the message.',
  });
}

const HIDDEN = '***';

/** A text without these secrets, and without whatever looks like a credential in a URL or in a header. */
export function hideCredentials(text: string, secrets: readonly string[] = []): string {
  return secrets
    .filter((secret) => secret !== '')
    .reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text)
    .replaceAll(/(\w:\/\/)[^/@\s]+@/g, `$1${HIDDEN}@`)
    .replaceAll(/(\bauthorization:\s*)\S+(?:[ \t]+\S+)?/gi, `$1${HIDDEN}`);
}
