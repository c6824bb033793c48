export const ROLES = ['viewer', 'operator', 'approver'] as const;
export type Role = (typeof ROLES)[number];

/** What a caller wants: look, steer the work, or decide in a person's place. */
export const PERMISSIONS = ['view', 'operate', 'approve'] as const;
export type Permission = (typeof PERMISSIONS)[number];

const NEEDED: Readonly<Record<Permission, readonly Role[]>> = {
  view: ROLES,
  operate: ['operator'],
  approve: ['approver'],
};

/** Who calls. Without tokens every caller on loopback is `local` and may do everything. */
export interface Principal {
  readonly name: string;
  readonly roles: readonly Role[];
}

export function isPermitted({ roles }: Principal, permission: Permission): boolean {
  return roles.some((role) => NEEDED[permission].includes(role));
}
