import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { checkGitHubProject, createGitHubConnection, createGitHubPlatform } from '@tamma/git-platform/github';
import { createLocalPlatform } from '@tamma/git-platform/local';
import { closeServer, listen } from '@tamma/process';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { createPlatforms } from './platforms.ts';
import { readSettings } from './settings.ts';

const TOKEN = 'ghp_aSecretThatNobodySees000000000000000';
/** Nothing listens there. */
const NOWHERE = 'http://127.0.0.1:1';

interface Given {
  readonly environment: Readonly<Record<string, string>>;
  readonly account?: string;
  readonly purpose?: 'start' | 'check';
}

/** Settings of a folder whose only project is on GitHub. */
async function readWith({ environment, account = '', purpose = 'start' }: Given) {
  await using folder = await testFolder();
  const project = {
    platform: 'github',
    repository: 'acme/till',
    account,
    ai: { provider: 'scripted', answers: folder.path },
  };
  await writeFile(join(folder.path, 'tamma.config.yaml'), JSON.stringify({ projects: [project] }));
  const notices: string[] = [];
  const settings = await readSettings({
    folder: folder.path,
    environment,
    agents: null,
    connect: (github) => {
      const connection = createGitHubConnection(github);
      return createPlatforms({
        purpose,
        onNotice: (notice) => void notices.push(notice),
        local: { check: async () => [], open: createLocalPlatform },
        github: {
          check: (project) => checkGitHubProject(connection, project),
          open: (project) => createGitHubPlatform(connection, project),
          account: () => connection.account(),
        },
      });
    },
  });
  const problems = settings.ok ? [] : settings.problems.map(({ path, message }) => `${path}: ${message}`);
  expect(JSON.stringify([settings, notices])).to.not.contain(TOKEN);
  return { settings, notices, problems };
}

/** Answers everything with this status. */
async function startGitHub(status: number) {
  const server = createServer((_request, response) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ message: 'Bad credentials' }));
  });
  const port = await listen(server, { host: '127.0.0.1', port: 0, setting: 'PORT' });
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => closeServer(server),
  };
}

describe('settings with a project on GitHub', () => {
  it('want a credential, and all that is wrong with the variables is told at once', async () => {
    const { problems } = await readWith({ environment: {} });
    expect(problems.join('\n')).to.contain('GITHUB_TOKEN');
    const wrong = await readWith({
      environment: { GITHUB_API_URL: 'ftp://x', GITHUB_SERVER_URL: 'nowhere' },
    });
    expect(wrong.problems).to.have.length(2);
  });

  it('start though GitHub cannot be reached when the account is known, and say so', async () => {
    const environment = { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: NOWHERE };
    const { settings, notices } = await readWith({ environment, account: 'tamma-bot' });
    expect(settings.ok).to.equal(true);
    expect(notices.join()).to.contain('acme/till could not be checked');
  });

  it('do not start when the account has to be asked for, and nobody answers', async () => {
    const { problems } = await readWith({ environment: { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: NOWHERE } });
    expect(problems).to.have.length(1);
  });

  it('are told as wrong by a check when GitHub cannot be reached', async () => {
    const environment = { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: NOWHERE };
    const { problems } = await readWith({ environment, account: 'tamma-bot', purpose: 'check' });
    expect(problems).to.have.length(1);
  });

  it('do not start with a token that GitHub refuses, whatever is configured', async () => {
    await using github = await startGitHub(401);
    const environment = { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: github.url };
    const { settings, problems } = await readWith({ environment, account: 'tamma-bot' });
    expect([settings.ok, problems.length]).to.deep.equal([false, 1]);
  });

  it('keep the secret of webhooks', async () => {
    const environment = { GITHUB_TOKEN: TOKEN, GITHUB_API_URL: NOWHERE, GITHUB_WEBHOOK_SECRET: 'sesame' };
    const { settings } = await readWith({ environment, account: 'tamma-bot' });
    expect(settings.ok && settings.webhookSecret).to.equal('sesame');
  });
});
