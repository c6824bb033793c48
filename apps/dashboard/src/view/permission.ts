import { isPermitted, type Permission, type Principal } from '@tamma/domain';

const ROLE_WORDS: Readonly<Record<Permission, string>> = {
  view: 'any role',
  operate: 'the role operator',
  approve: 'the role approver',
};

/** Why this person may not do it, to be shown beside what is disabled; null when they may. */
export function refusePerson(person: Principal, permission: Permission): string | null {
  if (isPermitted(person, permission)) return null;
  const roles = person.roles.length === 0 ? 'has no role' : `is ${person.roles.join(' and ')}`;
  return `This needs ${ROLE_WORDS[permission]}; ${person.name} ${roles}.`;
}
