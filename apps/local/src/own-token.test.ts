import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readTokens } from '@tamma/process';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { environmentOfWorkers, prepareVisit } from './own-token.ts';

async function namesIn(environment: Readonly<Record<string, string | undefined>>): Promise<string[]> {
  const read = await readTokens(environment, '/');
  return read.ok ? read.tokens.map(({ name, roles }) => `${name}: ${roles.join()}`) : ['refused'];
}

describe("the launcher's own token", () => {
  it('is none where nobody is asked for one', async () => {
    expect(await prepareVisit({ PATH: '/bin' }, '/')).to.deep.equal({
      environment: { PATH: '/bin' },
      token: null,
    });
  });

  it('comes beside those of people, from wherever they are read, and may only look', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'tokens'), 'ann:operator:a-token-of-ann-0001\n');
    for (const own of [
      { TAMMA_TOKENS: 'ann:operator:a-token-of-ann-0001' },
      { TAMMA_TOKENS_FILE: 'tokens' },
    ]) {
      const { environment, token } = await prepareVisit(own, folder.path);
      expect(await namesIn(environment)).to.deep.equal(['ann: operator', 'launcher: viewer']);
      expect(environment.TAMMA_TOKENS).to.contain(token);
    }
    const { environment } = await prepareVisit({ TAMMA_TOKEN: 'the-token-of-the-owner' }, folder.path);
    expect(await namesIn(environment)).to.deep.equal(['owner: viewer,operator,approver', 'launcher: viewer']);
  });

  it('is another one each time', async () => {
    const own = { TAMMA_TOKEN: 'the-token-of-the-owner' };
    expect((await prepareVisit(own, '/')).token).not.to.equal((await prepareVisit(own, '/')).token);
  });

  it('leaves wrong ones for the check to tell', async () => {
    const own = { TAMMA_TOKEN: 'short' };
    expect(await prepareVisit(own, '/')).to.deep.equal({ environment: own, token: null });
  });

  it('and all others are kept from workers, like the address of the record', () => {
    const tokens = { TAMMA_TOKEN: 'a', TAMMA_TOKENS: 'b', TAMMA_TOKEN_FILE: 'c', TAMMA_TOKENS_FILE: 'd' };
    const record = { DATABASE_URL: 'postgres://me:hunter2@db/tamma', GITHUB_WEBHOOK_SECRET: 'e' };
    const needed = { TAMMA_HOME: '/h', GITHUB_TOKEN: 'f', GITHUB_APP_PRIVATE_KEY_PATH: '/k' };
    expect(environmentOfWorkers({ ...tokens, ...record, ...needed })).to.deep.equal(needed);
  });
});
