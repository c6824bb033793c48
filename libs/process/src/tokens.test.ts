import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import type { Environment } from './config-overrides.ts';
import { readTokens } from './tokens.ts';

const ANN = 'ann-has-a-secret-0001';
const BOB = 'bob:has/a+secret=0002';

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');

async function tokensOf(environment: Environment, folder = '/nowhere') {
  const read = await readTokens(environment, folder);
  if (!read.ok) throw new Error(`unexpected problems: ${JSON.stringify(read.problems)}`);
  return read.tokens;
}

async function problemsOf(environment: Environment, folder = '/nowhere'): Promise<readonly string[]> {
  const read = await readTokens(environment, folder);
  if (read.ok) throw new Error('expected problems, found none');
  return read.problems.map(({ source, message }) => `${source}: ${message}`);
}

describe('readTokens', () => {
  it('finds none where none are set, or empty ones', async () => {
    const empty = { TAMMA_TOKEN: '', TAMMA_TOKENS: ' ', TAMMA_TOKEN_FILE: '', TAMMA_TOKENS_FILE: '' };
    expect(await tokensOf({})).to.deep.equal([]);
    expect(await tokensOf(empty)).to.deep.equal([]);
  });

  it('makes the one token that of the owner, who may do everything', async () => {
    expect(await tokensOf({ TAMMA_TOKEN: ` ${ANN}\n` })).to.deep.equal([
      { name: 'owner', roles: ['viewer', 'operator', 'approver'], sha256: sha256(ANN) },
    ]);
  });

  it('reads names with their roles, joined or one after the other', async () => {
    const apart = `ann:viewer:${ANN}, ann:approver:${ANN} ,bob:operator:${BOB},`;
    const joined = `ann:viewer+approver:${ANN},bob:operator:${BOB}`;
    const expected = [
      { name: 'ann', roles: ['viewer', 'approver'], sha256: sha256(ANN) },
      { name: 'bob', roles: ['operator'], sha256: sha256(BOB) },
    ];
    expect(await tokensOf({ TAMMA_TOKENS: apart })).to.deep.equal(expected);
    expect(await tokensOf({ TAMMA_TOKENS: joined })).to.deep.equal(expected);
  });

  it('lets a name have two tokens, so that one can follow the other', async () => {
    const tokens = await tokensOf({ TAMMA_TOKENS: `ann:viewer:${ANN},ann:viewer:${BOB}` });
    expect(tokens.map(({ name }) => name)).to.deep.equal(['ann', 'ann']);
  });

  it('reads them from files, one entry a line, from where it was asked', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'list'), `ann:viewer:${ANN}\r\n\nbob:operator:${BOB}\n`);
    await writeFile(join(folder.path, 'one'), `${ANN}-of-owner\n`);
    const environment = { TAMMA_TOKENS_FILE: 'list', TAMMA_TOKEN_FILE: join(folder.path, 'one') };
    const tokens = await tokensOf(environment, folder.path);
    expect(tokens.map(({ name }) => name)).to.deep.equal(['owner', 'ann', 'bob']);
  });

  it('refuses what is not an entry, and says which', async () => {
    const cases: readonly (readonly [entry: string, complaint: RegExp])[] = [
      [ANN, /entry 1: is not of the form name:role:token/],
      [`ann:${ANN}`, /entry 1: is not of the form/],
      [`:viewer:${ANN}`, /entry 1: has a name of other characters/],
      [`ann smith:viewer:${ANN}`, /entry 1: has a name of other characters/],
      [`ann:admin:${ANN}`, /entry 1: has a role that is none of viewer, operator, approver/],
      [`ann::${ANN}`, /entry 1: has a role that is none of/],
      [`ann:viewer+:${ANN}`, /entry 1: has a role that is none of/],
      [`ann:viewer+viewer:${ANN}`, /entry 1: has a role twice/],
      ['ann:viewer:', /entry 1: has a token of fewer than 16 characters/],
      ['ann:viewer:fifteen-letters', /entry 1: has a token of fewer than 16 characters/],
      [`ann:viewer:${'x'.repeat(501)}`, /entry 1: has a token of more than 500/],
      ['ann:viewer:it has blanks in between', /entry 1: has a token with blanks/],
      ['ann:viewer:schlüssel-mit-umlaut', /entry 1: has a token with blanks or characters/],
      [' , ,', /TAMMA_TOKENS: names nobody/],
    ];
    for (const [entry, complaint] of cases) {
      const [problem] = await problemsOf({ TAMMA_TOKENS: entry });
      expect(problem, entry).to.match(complaint);
    }
  });

  it('tells every problem at once, and shows nothing of what was written', async () => {
    await using folder = await testFolder();
    await mkdir(join(folder.path, 'folder'));
    const environment = {
      TAMMA_TOKENS: `hunter2secret:${ANN}:viewer,ann:viewer:${ANN},hunter2hunter2hunter2,bob:boss:hunter2hunter2`,
      TAMMA_TOKENS_FILE: 'hunter2',
      TAMMA_TOKEN: 'hunter2',
    };
    const problems = await problemsOf(environment, folder.path);
    expect(problems).to.deep.equal([
      'TAMMA_TOKEN: has a token of fewer than 16 characters',
      'TAMMA_TOKENS_FILE: is set, and so is TAMMA_TOKENS: which of them counts is a guess',
    ]);
    const { TAMMA_TOKENS } = environment;
    const all = await readTokens({ TAMMA_TOKENS, TAMMA_TOKEN: 'hunter2' }, folder.path);
    expect(!all.ok && all.problems).to.have.length(4);
    expect(JSON.stringify(all)).to.not.contain('hunter2').and.not.contain(ANN).and.not.contain('boss');
  });

  it('refuses one token for two names, or the same entry twice, also across variables', async () => {
    expect(await problemsOf({ TAMMA_TOKENS: `ann:viewer:${ANN},bob:viewer:${ANN}` })).to.deep.equal([
      'TAMMA_TOKENS: entry 2 has the token of entry 1 again',
    ]);
    expect(await problemsOf({ TAMMA_TOKENS: `ann:viewer:${ANN},ann:viewer:${ANN}` })).to.have.length(1);
    expect(await problemsOf({ TAMMA_TOKENS: `ann:viewer:${ANN}`, TAMMA_TOKEN: ANN })).to.deep.equal([
      'TAMMA_TOKENS: entry 1 has the token of the owner in TAMMA_TOKEN again',
    ]);
  });

  it('refuses files that are not there, empty, folders, endless or huge', async () => {
    await using folder = await testFolder();
    await mkdir(join(folder.path, 'folder'));
    await writeFile(join(folder.path, 'empty'), ' \n');
    await writeFile(join(folder.path, 'huge'), 'x'.repeat(200_000));
    const problemOf = async (file: string) =>
      (await problemsOf({ TAMMA_TOKEN_FILE: file }, folder.path)).join();
    expect(await problemOf('absent')).to.equal('TAMMA_TOKEN_FILE: names a file that cannot be read (ENOENT)');
    expect(await problemOf('folder')).to.contain('cannot be read (EISDIR)');
    expect(await problemOf('empty')).to.contain('names an empty file');
    expect(await problemOf('huge')).to.contain('more than 131072 bytes');
    expect(await problemOf('/dev/zero')).to.contain('more than 131072 bytes');
  });

  it('refuses more entries than anybody needs', async () => {
    const entries = Array.from({ length: 201 }, (_, index) => `n${index}:viewer:${ANN}${index}`);
    expect(await problemsOf({ TAMMA_TOKENS: entries.join() })).to.deep.equal([
      'TAMMA_TOKENS: has 201 entries, at most 200 are read',
    ]);
  });
});
