import { isAtLeast } from '@tamma/domain';
import { expect } from 'chai';
import type { Test } from './fixture.ts';

export function accountTests(test: Test): void {
  test('knows its repository', async ({ platform }) => {
    const { id, fullName, ...rest } = await platform.readRepository();
    expect(rest).to.deep.equal({ isArchived: false, defaultBranch: 'main' });
    expect(id).not.to.equal('');
    expect(fullName).not.to.equal('');
  });

  test('shows a credential to git and to nobody else', async ({ platform }) => {
    const credential = await platform.readCredential();
    if (credential === null) return;
    expect(credential.username).not.to.equal('');
    expect(credential.password).not.to.equal('');
    expect(platform.cloneUrl).not.to.include(credential.password);
  });

  test('says what its own account and others may do', async ({ platform, account, other }) => {
    expect(isAtLeast(await platform.readRole(account), 'write')).to.equal(true);
    expect(isAtLeast(await platform.readRole(other), 'write')).to.equal(true);
  });

  test('gives no role to an account that nobody knows', async ({ platform }) => {
    expect(await platform.readRole('nobody-knows-this-one')).to.equal('none');
  });
}
