import { ACCOUNT_ROLES, type AccountKind, type AccountRole, type AuthorRole } from '@tamma/domain';
import { z } from 'zod';
import { parseAnswer } from './answers.ts';
import { askGitHub } from './ask-github.ts';
import { type GitHubClient, placeOf } from './client.ts';
import { nameOf, nullWhenMissing } from './repository.ts';

/** Time for which a role is believed, in milliseconds. */
const REMEMBERED_MS = 60_000;
const REMEMBERED_MAX = 1000;

const AUTHOR_ROLE_OF: Readonly<Record<string, AuthorRole>> = {
  OWNER: 'owner',
  MEMBER: 'member',
  COLLABORATOR: 'collaborator',
  CONTRIBUTOR: 'contributor',
};

/** What GitHub calls the author's association; who came once or never has none. */
export function authorRoleOf(association: string | undefined): AuthorRole {
  return AUTHOR_ROLE_OF[association ?? ''] ?? 'none';
}

export function accountKindOf({
  login,
  type,
}: {
  readonly login: string;
  readonly type?: string | undefined;
}): AccountKind {
  return type === 'Bot' || login.endsWith('[bot]') ? 'bot' : 'person';
}

/** Whether two logins are of one account: GitHub keeps their case and ignores it. No login is nobody's. */
export function isSameAccount(one: string, other: string): boolean {
  return one !== '' && one.toLowerCase() === other.toLowerCase();
}

export type ReadRole = (account: string) => Promise<AccountRole>;

/** Asks for the role of an account, and believes the answer for a minute. */
export function createRoleReader(client: GitHubClient, now: () => number): ReadRole {
  const known = new Map<string, { readonly role: AccountRole; readonly untilMs: number }>();
  return async (account) => {
    const remembered = known.get(account);
    if (remembered !== undefined && remembered.untilMs > now()) return remembered.role;
    const role = await askRole(client, account);
    known.delete(account);
    known.set(account, { role, untilMs: now() + REMEMBERED_MS });
    for (const oldest of known.keys()) {
      if (known.size <= REMEMBERED_MAX) break;
      known.delete(oldest);
    }
    return role;
  };
}

/** Older Enterprise Servers know no names of roles. */
const roleRecord = z.object({ role_name: z.string().optional(), permission: z.string() });

async function askRole(client: GitHubClient, username: string): Promise<AccountRole> {
  const what = `say what an account may do in ${nameOf(client)}`;
  return await askGitHub(what, async () => {
    const answer = await nullWhenMissing(client, () =>
      client.octokit.repos.getCollaboratorPermissionLevel({ ...placeOf(client), username }),
    );
    return answer === null ? 'none' : roleOf(parseAnswer(what, roleRecord, answer.data));
  });
}

/** An organization's own roles have names of their own; the permission below them is one of four. */
function roleOf({ role_name, permission }: z.infer<typeof roleRecord>): AccountRole {
  const named = ACCOUNT_ROLES.find((role) => role === role_name);
  return named ?? ACCOUNT_ROLES.find((role) => role === permission) ?? 'none';
}
