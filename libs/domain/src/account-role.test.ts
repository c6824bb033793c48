import { expect } from 'chai';
import { ACCOUNT_ROLES, isAtLeast } from './account-role.ts';

describe('roles of accounts', () => {
  it('rise from none to admin, and each is at least itself', () => {
    for (const [i, role] of ACCOUNT_ROLES.entries()) {
      for (const [j, needed] of ACCOUNT_ROLES.entries()) {
        expect(isAtLeast(role, needed), `${role} for ${needed}`).to.equal(i >= j);
      }
    }
  });
});
