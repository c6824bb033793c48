import { type Check, type Issue, type Review, TammaError } from '@tamma/domain';
import type {
  GitPlatform,
  IssueComment,
  MergeRequest,
  Protection,
  PullRequest,
  PullRequestMarks,
  PullRequestRequest,
  Reaction,
} from '../git-platform.ts';

export interface SeenComment {
  readonly author: string;
  readonly text: string;
}

/** What a test says about an issue; the rest is up to the platform. */
export type NewIssue = Partial<Pick<Issue, 'title' | 'body' | 'labels' | 'assignee' | 'milestone' | 'state'>>;

export interface NewReview extends Pick<Review, 'state' | 'body'> {
  /** A remark on the first line of the change. */
  readonly remark?: string;
}

/** A fresh platform whose base branch `main` holds one commit, and what only its outside can do. */
export interface PlatformFixture extends AsyncDisposable {
  readonly platform: GitPlatform;
  /** The account the platform works under. */
  readonly account: string;
  /** Somebody else, who may write to the repository, and does all that follows. */
  readonly other: string;
  /** Returns it as the platform made it, under the number that it chose. */
  addIssue(issue?: NewIssue): Promise<Issue>;
  addComment(issue: number, text: string): Promise<IssueComment>;
  readComments(issue: number): Promise<readonly SeenComment[]>;
  /** Ours. */
  readReactions(comment: IssueComment): Promise<readonly Reaction[]>;
  /** Adds a commit to a branch, which begins at `main` when it does not exist. Returns the commit. */
  commit(branch: string): Promise<string>;
  /** The same, with a change that cannot be merged into `main` any more because of `conflict.txt`. */
  commitConflict(branch: string): Promise<string>;
  /** Into `main`; returns its number. */
  openPullRequest(head: string): Promise<number>;
  readMarks(number: number): Promise<PullRequestMarks>;
  /** Lets a check report, as a service beside the platform does. */
  report(commit: string, check: Pick<Check, 'name' | 'state' | 'summary'>): Promise<void>;
  review(number: number, review: NewReview): Promise<void>;
  protect(branch: string, rules: Pick<Protection, 'requiredChecks' | 'requiredReviews'>): Promise<void>;
}

/** Makes one for the test of this name. */
export type CreateFixture = (test: string) => Promise<PlatformFixture>;

export type Test = (title: string, run: (fixture: PlatformFixture) => Promise<void>) => void;

export type GroupOfTests = (test: Test) => void;

/** A number that no platform reaches in a test. */
export const NUMBER_UNUSED = 999_999;

/** The TammaError a promise is refused with. */
export async function refusalOf(promise: Promise<unknown>): Promise<TammaError> {
  const outcome = await promise.then(
    () => null,
    (error: unknown) => error,
  );
  if (outcome instanceof TammaError) return outcome;
  throw new Error(`expected a TammaError, got ${outcome === null ? 'no error' : String(outcome)}`);
}

/** A pull request of the head into `main`, ready to be merged. */
export function requestFor(head: string, issue = 1): PullRequestRequest {
  return { head, base: 'main', title: `Merge ${head}`, body: 'What and why.', issue, as: 'ready' };
}

/** Opens one of ours, with one commit, for an issue of its own. */
export async function openOne(
  fixture: PlatformFixture,
  head: string,
  as: PullRequestRequest['as'] = 'ready',
): Promise<PullRequest> {
  const issue = await fixture.addIssue();
  await fixture.commit(head);
  return await fixture.platform.ensurePullRequest({ ...requestFor(head, issue.number), as });
}

export function mergeOf({ number, headCommit }: Pick<PullRequest, 'number' | 'headCommit'>): MergeRequest {
  return { number, headCommit, message: 'Merge it\n\nFor an issue.', method: 'merge' };
}

/** What stands still: platforms find out about mergeability when they like. */
export function standing({ mergeability: _, ...rest }: PullRequest): Omit<PullRequest, 'mergeability'> {
  return rest;
}
