import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CAPABILITIES } from '@tamma/domain';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import type { Environment } from './config-overrides.ts';
import { parseEnvironment, readEnvironment } from './environment.ts';

function settingsOf(environment: Environment) {
  const parsed = parseEnvironment(environment, '/srv/app');
  if (!parsed.ok) throw new Error(`unexpected problems: ${JSON.stringify(parsed.problems)}`);
  return parsed.settings;
}

function problemsOf(environment: Environment): readonly string[] {
  const parsed = parseEnvironment(environment, '/srv/app');
  if (parsed.ok) throw new Error('expected problems, found none');
  return parsed.problems.map(({ source, message, remedy }) => `${source}: ${message} ${remedy ?? ''}`.trim());
}

describe('parseEnvironment', () => {
  it('has a default for everything', () => {
    expect(settingsOf({})).to.deep.equal({
      home: '/srv/app/.tamma',
      configFile: { path: '/srv/app/tamma.config.yaml', required: false },
      capabilities: CAPABILITIES,
      concurrency: { git: 2, ai: 2, code: 2, build: 2, test: 2, security: 2, approval: 2 },
      workerPort: 9464,
    });
  });

  it('reads what is set, and requires a file that is named', () => {
    const settings = settingsOf({
      TAMMA_HOME: '/var/tamma',
      TAMMA_CONFIG: 'conf/t.yaml',
      TAMMA_CAPABILITIES: ' git, ai ,git',
      TAMMA_CONCURRENCY: 'ai=4, git=1',
      TAMMA_WORKER_PORT: '0',
    });
    expect(settings).to.deep.equal({
      home: '/var/tamma',
      configFile: { path: '/srv/app/conf/t.yaml', required: true },
      capabilities: ['git', 'ai'],
      concurrency: { git: 1, ai: 4, code: 2, build: 2, test: 2, security: 2, approval: 2 },
      workerPort: 0,
    });
  });

  it('takes one number for all capabilities', () => {
    expect(Object.values(settingsOf({ TAMMA_CONCURRENCY: '64' }).concurrency)).to.deep.equal(
      Array(CAPABILITIES.length).fill(64),
    );
  });

  it('reports every problem at once, with a hint', () => {
    const environment = {
      TAMMA_CAPABILITIES: 'git,sceurity,elephant',
      TAMMA_CONCURRENCY: 'ai=0,gti=3,git=4,git=5',
      TAMMA_WORKER_PORT: '70000',
    };
    expect(problemsOf(environment)).to.deep.equal([
      'TAMMA_CAPABILITIES: "sceurity" is not a capability Did you mean "security"?',
      `TAMMA_CAPABILITIES: "elephant" is not a capability Known: ${CAPABILITIES.join(', ')}.`,
      'TAMMA_CONCURRENCY: expected whole numbers from 1 to 64 Write one number for all capabilities, or pairs such as ai=4,git=4,code=2.',
      'TAMMA_CONCURRENCY: "gti" is not a capability Did you mean "git"?',
      'TAMMA_CONCURRENCY: "git" is given twice',
      'TAMMA_WORKER_PORT: expected a port number from 0 (any free one) to 65535',
    ]);
  });

  it('refuses numbers that are not whole and in range, and lists that name nothing', () => {
    for (const text of ['0', '65', '1.5', '-1', 'many', 'ai=', 'ai=4=5x', '1e1']) {
      expect(problemsOf({ TAMMA_CONCURRENCY: text }), text).to.have.length(1);
    }
    expect(problemsOf({ TAMMA_CAPABILITIES: ' , ' })[0]).to.contain('names no capability');
  });
});

describe('readEnvironment', () => {
  it('reads .env, and the real environment wins', async () => {
    await using folder = await testFolder();
    await writeFile(join(folder.path, '.env'), '# local\nPORT=4000\nLOG_LEVEL="debug"\n');
    expect(await readEnvironment(folder.path, { PORT: '5000', HOME: '/root' })).to.deep.equal({
      PORT: '5000',
      LOG_LEVEL: 'debug',
      HOME: '/root',
    });
  });

  it('goes without a file, but not past one that cannot be read', async () => {
    await using folder = await testFolder();
    expect(await readEnvironment(folder.path, { PORT: '1' })).to.deep.equal({ PORT: '1' });
    await mkdir(join(folder.path, '.env'));
    const failed = await readEnvironment(folder.path, {}).then(
      () => false,
      () => true,
    );
    expect(failed).to.equal(true);
  });
});
