import { expect } from 'chai';
import type { SecretFinding, Workspace } from '../workspace.ts';
import { gitWorld } from './testing/world.ts';

const path = process.env.PATH ?? '';
// Put together at run time, so that no scanner takes this file for a leak.
const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_');
const KEY_BODY = 'MIIEpAIBAAKCAQEAx4UbaDzY5xjW6hc9jwN0mX33XpTDVW9WYq7s5h8qL1i2oF0O'.repeat(4);
const KEY = ['-----BEGIN RSA PRIVATE', ` KEY-----\n${KEY_BODY}\n-----END RSA PRIVATE`, ' KEY-----\n'].join(
  '',
);

type Files = Readonly<Record<string, string>>;

/** Findings after each set of files was committed in turn. */
async function findingsAfter(commits: readonly Files[], base: Files = {}): Promise<readonly SecretFinding[]> {
  await using world = await gitWorld({ path, sandbox: 'none' });
  if (Object.keys(base).length > 0) await world.commitElsewhere('main', base);
  await using workspace = await world.workspaces.open({ key: 'k', cloneUrl: world.cloneUrl, branch: 'main' });
  for (const files of commits) await commitFiles(workspace, files);
  return await workspace.findSecrets(workspace.startCommit);
}

async function commitFiles(workspace: Workspace, files: Files): Promise<void> {
  for (const [name, text] of Object.entries(files)) await workspace.writeFile(name, text);
  await workspace.commit({ message: 'Change', trailers: {} });
}

describe('the search for secrets', () => {
  it('finds nothing in ordinary code', async () => {
    const code = 'const password = process.env.PASSWORD;\nconst url = "https://example.com/a?b=c";\n';
    expect(await findingsAfter([{ 'src/a.js': code }])).to.deep.equal([]);
  });

  it('names file, line and kind of a token, a private key and a password in a URL', async () => {
    const url = ['postgres://admin', 'Xk39fjQ0pLm2@db.internal.test:5432/app'].join(':');
    const findings = await findingsAfter([
      { 'a.txt': `one\ntwo ${TOKEN}\n`, id_rsa: KEY, 'b.txt': `\n\nurl=${url}\n` },
    ]);
    const places = findings.map(({ path: file, line }) => `${file}:${line}`);
    expect([...new Set(places)]).to.have.members(['a.txt:2', 'id_rsa:1', 'b.txt:3']);
    expect(JSON.stringify(findings))
      .not.to.contain(TOKEN.slice(5, 15))
      .and.not.contain('Xk39')
      .and.not.contain('MIIE');
  });

  it('leaves secrets alone that were there before', async () => {
    const before = { 'a.txt': `${TOKEN}\nrest\n` };
    expect(await findingsAfter([{ 'a.txt': `${TOKEN}\nchanged\n` }], before)).to.deep.equal([]);
  });

  it('finds a secret that a later commit took out again, because a push publishes it', async () => {
    const findings = await findingsAfter([{ 'a.txt': `${TOKEN}\n` }, { 'a.txt': 'clean\n' }]);
    expect(findings.map(({ path: file, line }) => ({ file, line }))).to.deep.equal([
      { file: 'a.txt', line: 1 },
    ]);
  });

  it('obeys no comment that switches it off and no attribute that hides text', async () => {
    const text = `// secretlint-disable\nconst a = '${TOKEN}'; // secretlint-disable-line\n`;
    const findings = await findingsAfter([{ '.gitattributes': '* -diff binary\n', 'a.js': text }]);
    expect(findings.map((finding) => finding.line)).to.deep.equal([2]);
  });

  it('names strange paths as they are', async () => {
    const name = 'a "b"\tc ü/d e.txt';
    const findings = await findingsAfter([{ [name]: `${TOKEN}\n` }]);
    expect(findings.map((finding) => finding.path)).to.deep.equal([name]);
  });

  it('finds what must not leave this machine, whatever it looks like, also as base64 and in bytes', async () => {
    const key = 'no-scanner-knows-this-one';
    await using world = await gitWorld({ path, sandbox: 'none' });
    const source = { key: 'k', cloneUrl: world.cloneUrl, branch: 'main' };
    await using workspace = await world.workspaces.open({ ...source, secrets: [key, 'postgres'] });
    await commitFiles(workspace, {
      'a.txt': `postgres\nx=${key}\n`,
      'b.txt': `${Buffer.from(`env: ${key}`).toString('base64')}\n`,
      'c.bin': `\0${key}`,
    });
    await commitFiles(workspace, { 'a.txt': 'clean\n' });
    const kind = 'known/secret';
    expect(await workspace.findSecrets(workspace.startCommit)).to.deep.equal([
      { path: 'a.txt', line: 2, kind },
      { path: 'b.txt', line: 1, kind },
      { path: 'c.bin', line: 1, kind },
    ]);
  });
});
