import { expect } from 'chai';
import { z } from 'zod';
import { callTamma } from './testing/call-tamma.ts';

const madeSchema = z.object({
  name: z.string(),
  roles: z.array(z.string()),
  token: z.string(),
  entry: z.string(),
});

describe('tamma token', () => {
  it('prints one entry for the server on standard output, and what to do with it beside', async () => {
    const { exitCode, stdout, stderr } = await callTamma([
      'token',
      '--name',
      'ann',
      '--role',
      'viewer',
      'approver',
    ]);
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(/^ann:viewer\+approver:[\w-]{43}\n$/);
    expect(stderr).to.contain('TAMMA_TOKENS of the server').and.not.contain(stdout.trimEnd().slice(-43));
  });

  it('makes another one each time, of 32 random bytes, for an owner who steers and decides', async () => {
    const made = [];
    for (let round = 0; round < 3; round += 1) {
      const { stdout } = await callTamma(['token', '--json']);
      const { name, roles, token, entry } = madeSchema.parse(JSON.parse(stdout));
      expect([name, roles, entry]).to.deep.equal([
        'owner',
        ['operator', 'approver'],
        `owner:operator+approver:${token}`,
      ]);
      expect(Buffer.from(token, 'base64url')).to.have.length(32);
      made.push(token);
    }
    expect(new Set(made)).to.have.length(3);
  });

  it('needs no server, and no token that is right', async () => {
    const environment = { TAMMA_TOKEN: 'two words', TAMMA_URL: 'nowhere' };
    expect((await callTamma(['token'], { environment })).exitCode).to.equal(0);
  });
});
