import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { ensureSecret } from './secret.ts';

describe('the password file', () => {
  it('is one for all who make it at the same time, and only its owner can read it', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'password');
    const secrets = await Promise.all(Array.from({ length: 20 }, () => ensureSecret(path)));
    expect(new Set(secrets).size).to.equal(1);
    expect(secrets[0]).to.match(/^[0-9a-f]{48}$/);
    expect((await stat(path)).mode & 0o777).to.equal(0o600);
    expect(await readdir(folder.path)).to.deep.equal(['password']);
  });

  it('is refused when it holds something else', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'password');
    await writeFile(path, 'secret\nsave 1 1\n');
    const error = await ensureSecret(path).catch((thrown: unknown) => thrown);
    expect(error).to.include({ code: 'SERVERS_PASSWORD_UNUSABLE' });
    expect(String(error)).to.include(path).and.not.include('save');
  });
});
