import { type Issue, TammaError } from '@tamma/domain';
import type { GitPlatform, PullRequestRequest } from '../git-platform.ts';

export interface SeenComment {
  readonly author: string;
  readonly text: string;
}

/** A fresh platform whose base branch `main` holds one commit, and what only its outside can do. */
export interface PlatformFixture extends AsyncDisposable {
  readonly platform: GitPlatform;
  /** The account the platform works under. */
  readonly account: string;
  addIssue(issue: Issue): Promise<void>;
  addComment(issue: number, comment: SeenComment): Promise<void>;
  readComments(issue: number): Promise<readonly SeenComment[]>;
  /** Adds a commit to a branch, which begins at `main` when it does not exist. Returns the commit. */
  commit(branch: string): Promise<string>;
  /** The same, with a change that cannot be merged into `main` any more because of `conflict.txt`. */
  commitConflict(branch: string): Promise<string>;
  closePullRequest(number: number): Promise<void>;
}

export type CreateFixture = () => Promise<PlatformFixture>;

/** The TammaError a promise is refused with. */
export async function refusalOf(promise: Promise<unknown>): Promise<TammaError> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof TammaError) return outcome;
  throw new Error(`expected a TammaError, got ${outcome === null ? 'no error' : String(outcome)}`);
}

/** A pull request of the head into `main`, for issue 1. */
export function requestFor(head: string): PullRequestRequest {
  return { head, base: 'main', title: `Merge ${head}`, body: 'What and why.', issue: 1 };
}
