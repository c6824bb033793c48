import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import type { Environment } from './config-overrides.ts';
import { readGitHubEnvironment } from './github-environment.ts';

const PEM = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
}).privateKey;

async function settingsOf(environment: Environment, folder = '/srv/app') {
  const read = await readGitHubEnvironment(environment, folder);
  if (!read.ok) throw new Error(`unexpected problems: ${JSON.stringify(read.problems)}`);
  return read.settings;
}

async function problemsOf(environment: Environment, folder = '/srv/app'): Promise<readonly string[]> {
  const read = await readGitHubEnvironment(environment, folder);
  if (read.ok) throw new Error('expected problems, found none');
  return read.problems.map(({ source, message }) => `${source}: ${message}`);
}

describe('readGitHubEnvironment', () => {
  it('means github.com without a credential when nothing is set', async () => {
    const nothing = {
      apiUrl: 'https://api.github.com',
      serverUrl: 'https://github.com',
      authentication: null,
      webhookSecret: null,
      repository: null,
    };
    expect(await settingsOf({})).to.deep.equal(nothing);
    expect(await settingsOf({ GITHUB_TOKEN: ' ', GITHUB_API_URL: '' })).to.deep.equal(nothing);
  });

  it('reads a token and the addresses of an Enterprise Server', async () => {
    const settings = await settingsOf({
      GITHUB_API_URL: 'https://ghes.example/api/v3/',
      GITHUB_SERVER_URL: 'https://ghes.example/',
      GITHUB_TOKEN: 'ghp_one',
      GITHUB_WEBHOOK_SECRET: 'hook secret',
      GITHUB_REPOSITORY: 'acme/till',
    });
    expect(settings).to.deep.equal({
      apiUrl: 'https://ghes.example/api/v3',
      serverUrl: 'https://ghes.example',
      authentication: { kind: 'token', token: 'ghp_one' },
      webhookSecret: 'hook secret',
      repository: 'acme/till',
    });
  });

  it('never takes two addresses of which one is of another server', async () => {
    const pairs: readonly (readonly [api: string, server: string])[] = [
      ['https://ghes.example/api/v3', 'https://ghes.example'],
      ['http://127.0.0.1:4010/api/v3', 'http://127.0.0.1:4010'],
      ['https://api.acme.ghe.com', 'https://acme.ghe.com'],
      ['https://api.github.com', 'https://github.com'],
    ];
    for (const [apiUrl, serverUrl] of pairs) {
      expect(await settingsOf({ GITHUB_API_URL: apiUrl })).to.include({ apiUrl, serverUrl });
      expect(await settingsOf({ GITHUB_SERVER_URL: serverUrl })).to.include({ apiUrl, serverUrl });
    }
    const bare = await settingsOf({ GITHUB_API_URL: 'https://api.ghes.example' });
    expect(bare.serverUrl).to.equal('https://api.ghes.example');
  });

  it('reads secrets from files', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'token'), 'ghp_file\n');
    await writeFile(join(folder.path, 'hook'), 'from-file\n');
    const environment = { GITHUB_TOKEN_FILE: 'token', GITHUB_WEBHOOK_SECRET_FILE: join(folder.path, 'hook') };
    const settings = await settingsOf(environment, folder.path);
    expect(settings.authentication).to.deep.equal({ kind: 'token', token: 'ghp_file' });
    expect(settings.webhookSecret).to.equal('from-file');
  });

  it('reads an App, its key from a file or with escaped line ends', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, 'app.pem'), PEM);
    const app = { GITHUB_APP_ID: '42', GITHUB_APP_PRIVATE_KEY_PATH: 'app.pem' };
    const known = { kind: 'app', appId: '42', privateKey: PEM };
    expect((await settingsOf(app, folder.path)).authentication).to.deep.equal({
      ...known,
      installationId: null,
    });
    const inline = {
      GITHUB_APP_ID: '42',
      GITHUB_APP_PRIVATE_KEY: PEM.replaceAll('\n', '\\n'),
      GITHUB_APP_INSTALLATION_ID: '7',
    };
    const read = (await settingsOf(inline)).authentication;
    expect(read).to.deep.equal({ ...known, installationId: 7 });
  });

  it('reports every problem at once and shows no secret', async () => {
    const problems = await problemsOf({
      GITHUB_API_URL: 'https://user:hunter2@ghes.example',
      GITHUB_SERVER_URL: 'ssh://ghes.example',
      GITHUB_TOKEN: 'hunter2',
      GITHUB_APP_ID: '42',
      GITHUB_WEBHOOK_SECRET_FILE: '/nowhere/hook',
      GITHUB_REPOSITORY: 'till',
    });
    expect(problems.join('\n')).not.to.contain('hunter2');
    expect(problems).to.deep.equal([
      'GITHUB_API_URL: expected an address without credentials and query',
      'GITHUB_SERVER_URL: expected an address without credentials and query',
      'GITHUB_TOKEN: is set, and so is a GitHub App: which of them counts is a guess',
      'GITHUB_WEBHOOK_SECRET_FILE: names a file that cannot be read (ENOENT)',
      'GITHUB_REPOSITORY: expected owner/name, such as acme/till',
    ]);
  });

  it('refuses an App that lacks a part, or has one that cannot be used', async () => {
    const key = 'GITHUB_APP_PRIVATE_KEY';
    expect(await problemsOf({ GITHUB_APP_ID: '42' })).to.deep.equal([
      'GITHUB_APP_ID: is set without a key of the App',
    ]);
    expect(await problemsOf({ [key]: PEM })).to.deep.equal([
      'GITHUB_APP_ID: is not set, but a key of an App is',
    ]);
    expect(await problemsOf({ GITHUB_APP_ID: '42', [key]: 'hunter2' })).to.deep.equal([
      `${key}: holds no RSA key in PEM`,
    ]);
    const endless = { GITHUB_APP_ID: '4 2', [`${key}_PATH`]: '/dev/zero', GITHUB_APP_INSTALLATION_ID: 'x' };
    expect(await problemsOf(endless)).to.deep.equal([
      `${key}_PATH: holds no RSA key in PEM`,
      'GITHUB_APP_ID: expected the id of the App, a number',
      'GITHUB_APP_INSTALLATION_ID: expected a number',
    ]);
    const both = { GITHUB_APP_ID: '42', [`${key}_PATH`]: 'a.pem', [key]: PEM };
    expect(await problemsOf(both)).to.deep.equal([`${key}_PATH: is set, and so is ${key}`]);
  });

  it('refuses a token that was copied with something else', async () => {
    expect(await problemsOf({ GITHUB_TOKEN: 'ghp one' })).to.deep.equal([
      'GITHUB_TOKEN: has spaces or other characters that no token has',
    ]);
  });
});
