import { expect } from 'chai';
import { isPermitted, PERMISSIONS, ROLES } from './role.ts';

describe('a role', () => {
  it('permits exactly what is written down', () => {
    const matrix = ROLES.map((role) => [
      role,
      ...PERMISSIONS.filter((permission) => isPermitted({ name: 'x', roles: [role] }, permission)),
    ]);
    expect(matrix).to.deep.equal([
      ['viewer', 'view'],
      ['operator', 'view', 'operate'],
      ['approver', 'view', 'approve'],
    ]);
  });

  it('adds to another one', () => {
    const both = { name: 'x', roles: ['operator', 'approver'] as const };
    expect(PERMISSIONS.filter((permission) => isPermitted(both, permission))).to.deep.equal([...PERMISSIONS]);
  });

  it('is needed for everything', () => {
    expect(
      PERMISSIONS.filter((permission) => isPermitted({ name: 'x', roles: [] }, permission)),
    ).to.deep.equal([]);
  });
});
