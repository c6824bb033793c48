/** What an account may do in a repository, from least to most. The words are those that the platforms use. */
export const ACCOUNT_ROLES = ['none', 'read', 'triage', 'write', 'maintain', 'admin'] as const;
export type AccountRole = (typeof ACCOUNT_ROLES)[number];

export function isAtLeast(role: AccountRole, needed: AccountRole): boolean {
  return ACCOUNT_ROLES.indexOf(role) >= ACCOUNT_ROLES.indexOf(needed);
}
