import type { ErrorClass } from '@tamma/domain';

export interface TroubleDetails {
  readonly class: ErrorClass;
  readonly remedy: string;
  readonly retryAfterMs?: number;
  readonly heldUntilMs?: number;
}

/** What kept a call from being answered; whoever knows what was asked makes an error of it (`errorOf`). */
export class GitHubTrouble extends Error {
  readonly code: string;
  readonly details: TroubleDetails;

  /** The message completes "GitHub did not …: ". */
  constructor(code: string, message: string, details: TroubleDetails) {
    super(message);
    this.name = 'GitHubTrouble';
    this.code = code;
    this.details = details;
  }
}

export function noAnswer(timeoutMs: number): GitHubTrouble {
  return new GitHubTrouble('GITHUB_TIMEOUT', `it gave no answer within ${timeoutMs / 1000} s`, {
    class: 'network',
    remedy: 'See whether GitHub can be reached from here, and https://www.githubstatus.com.',
  });
}

/** `reason` is what the system said, such as ECONNREFUSED. */
export function unreachable(host: string, reason: string): GitHubTrouble {
  return new GitHubTrouble('GITHUB_UNREACHABLE', `${host} cannot be reached (${reason})`, {
    class: 'network',
    remedy: 'Check GITHUB_API_URL, the network and any proxy between here and GitHub.',
  });
}

export function unreadable(what: string): GitHubTrouble {
  return new GitHubTrouble('GITHUB_UNREADABLE', `its answer is ${what}`, {
    class: 'network',
    remedy:
      'See https://www.githubstatus.com, and whether a proxy answers in place of GitHub (GITHUB_API_URL).',
  });
}

export function tooLarge(bytesMax: number): GitHubTrouble {
  return new GitHubTrouble('GITHUB_TOO_LARGE', `its answer has more than ${bytesMax} bytes`, {
    class: 'validation',
    remedy: 'Make what was asked for smaller on GitHub, such as by closing or splitting it.',
  });
}

export function wrongTarget(detail: string): GitHubTrouble {
  return new GitHubTrouble('GITHUB_MOVED', `it points elsewhere (${detail})`, {
    class: 'validation',
    remedy: 'Name the repository and GITHUB_API_URL as they are now.',
  });
}
