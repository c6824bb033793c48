import { type AccountRole, isAtLeast, type Review, type ReviewComment, type Reviews } from '@tamma/domain';
import type { StepContext } from '../step.ts';
import { isSameAccount } from './same-account.ts';

/**
 * Accounts whose role is asked for, so that a crowd of strangers costs no more than this. Whoever approved or wants changes
 * comes before whoever only talks, and the first who did so before the last: no crowd talks an objection out of sight.
 */
const ACCOUNTS_MAX = 50;

/** Which accounts may do what, of those who said anything about a pull request. */
export interface People {
  /** Whose remarks are taken up. */
  readonly operators: ReadonlySet<string>;
  /** Whose approval counts. */
  readonly approvers: ReadonlySet<string>;
}

/** Bots, the account that we are, and whoever opened the pull request have no say in it. */
export async function readPeople(
  { platform, head }: StepContext,
  { reviews, comments }: Reviews,
  pullRequestAuthor: string,
): Promise<People> {
  const { account, people } = head.project;
  const judging = reviews.filter(({ state }) => state !== 'commented').toSorted(byTime);
  const talking = [...reviews, ...comments].toSorted(byTime).toReversed();
  const names = [...judging, ...talking].filter(isPerson).map(({ author }) => author);
  const others = [...new Set(names)].filter(
    (name) => !isSameAccount(name, account) && !isSameAccount(name, pullRequestAuthor),
  );
  const roles = new Map<string, AccountRole>();
  for (const name of others.slice(0, ACCOUNTS_MAX)) roles.set(name, await platform.readRole(name));
  return {
    operators: namesAtLeast(roles, people.operate),
    // Whoever asked for the work approves nothing of it.
    approvers: without(namesAtLeast(roles, people.approve), head.startedBy),
  };
}

function byTime(one: { readonly at: string }, other: { readonly at: string }): number {
  return one.at < other.at ? -1 : 1;
}

function isPerson({ authorKind }: Review | ReviewComment): boolean {
  return authorKind === 'person';
}

function namesAtLeast(roles: ReadonlyMap<string, AccountRole>, needed: AccountRole): ReadonlySet<string> {
  return new Set([...roles].filter(([, role]) => isAtLeast(role, needed)).map(([name]) => name));
}

function without(names: ReadonlySet<string>, name: string | null): ReadonlySet<string> {
  return new Set([...names].filter((one) => !isSameAccount(one, name)));
}
