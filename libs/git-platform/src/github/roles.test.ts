import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { createRoleReader, isSameAccount } from './roles.ts';
import { scriptedGitHub } from './testing/scripted-github.ts';

const HERE = { json: { id: 1, full_name: 'acme/till', archived: false, default_branch: 'main' } };
const ROLE = 'GET /collaborators/ada/permission';

describe('role of an account on GitHub', () => {
  it('is what GitHub calls it, or what a role of the organization comes to', async () => {
    const roles: readonly (readonly [string, string, string])[] = [
      ['maintain', 'write', 'maintain'],
      ['triage', 'read', 'triage'],
      ['release-captain', 'write', 'write'],
      ['odd', 'odd', 'none'],
    ];
    for (const [role_name, permission, expected] of roles) {
      const { client } = scriptedGitHub({ [ROLE]: { json: { role_name, permission } } });
      expect(await createRoleReader(client, Date.now)('ada')).to.equal(expected);
    }
  });

  it('is none for one whom GitHub does not know, and nobody knows when it does not say', async () => {
    const unknown = scriptedGitHub({ [ROLE]: { status: 404 }, 'GET /': HERE });
    expect(await createRoleReader(unknown.client, Date.now)('ada')).to.equal('none');
    const refused = scriptedGitHub({ [ROLE]: { status: 403, json: { message: 'Must have push access' } } });
    expect(await refusalOf(createRoleReader(refused.client, Date.now)('ada'))).to.include({
      code: 'GITHUB_FORBIDDEN',
    });
  });

  it('is believed for a minute', async () => {
    const at = { ms: 0 };
    const answers = ['write', 'read'].map((role) => ({ json: { role_name: role, permission: role } }));
    const github = scriptedGitHub({ [ROLE]: answers });
    const readRole = createRoleReader(github.client, () => at.ms);
    await readRole('ada');
    at.ms = 59_999;
    expect(await readRole('ada')).to.equal('write');
    at.ms = 60_000;
    expect(await readRole('ada')).to.equal('read');
    expect(github.calls).to.have.length(2);
  });

  it('are of an account: whoever has no name is nobody, not somebody else without one', () => {
    expect(isSameAccount('ShipBot', 'shipbot')).to.equal(true);
    expect(isSameAccount('', '')).to.equal(false);
  });

  it('cannot be asked for in the name of another path', async () => {
    const github = scriptedGitHub({
      'GET /collaborators/../../../user/permission': { status: 404 },
      'GET /': HERE,
    });
    expect(await createRoleReader(github.client, Date.now)('../../../user')).to.equal('none');
  });
});
