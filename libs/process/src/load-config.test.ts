import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { type ConfigFlags, type Environment, type LoadedConfig, loadConfig } from './load-config.ts';

const MINIMAL = `
projects:
  - platform: local
    repository: repos/shop.git
    issues: ./issues
    ai: { provider: scripted, answers: answers }
`;

interface LoadRequest {
  readonly text?: string;
  readonly environment?: Environment;
  readonly flags?: ConfigFlags;
  readonly required?: boolean;
  readonly authentication?: 'none' | 'token';
}

async function load(request: LoadRequest): Promise<{ loaded: LoadedConfig; folder: string }> {
  await using folder = await testFolder();
  const path = join(folder.path, 'tamma.config.yaml');
  if (request.text !== undefined) await writeFile(path, request.text);
  const loaded = await loadConfig({
    file: { path, required: request.required ?? true },
    environment: request.environment ?? {},
    flags: request.flags ?? {},
    ...(request.authentication === undefined ? {} : { authentication: request.authentication }),
  });
  return { loaded, folder: folder.path };
}

async function configOf(request: LoadRequest) {
  const { loaded, folder } = await load(request);
  if (!loaded.ok) throw new Error(`unexpected problems: ${JSON.stringify(loaded.problems)}`);
  return { ...loaded, folder };
}

/** Problems as `source: path: message (remedy)`, the file's folder left out. */
async function problemsOf(request: LoadRequest): Promise<readonly string[]> {
  const { loaded, folder } = await load(request);
  if (loaded.ok) throw new Error('expected problems, found none');
  return loaded.problems.map(({ source, path, message, remedy }) => {
    const text = `${source.replace(`${folder}/`, '')}: ${path}: ${message}`;
    return remedy === undefined ? text : `${text} (${remedy})`;
  });
}

describe('loadConfig', () => {
  it('fills in the defaults and resolves paths of projects from the folder of the file', async () => {
    const { config, source, folder } = await configOf({ text: MINIMAL });
    expect(config.server).to.deep.include({ host: '127.0.0.1', port: 3000 });
    expect(config.intake.pollInterval).to.equal(60_000);
    expect(config.projects[0]).to.deep.include({
      id: 'shop',
      repository: join(folder, 'repos/shop.git'),
      issues: join(folder, 'issues'),
    });
    expect(config.projects[0]?.ai.agents.scripted).to.include({ answers: join(folder, 'answers') });
    expect(source.file).to.equal(join(folder, 'tamma.config.yaml'));
  });

  it('resolves the paths of every agent', async () => {
    const agents = `
        canned: { provider: scripted, answers: answers }
        codex: { provider: command, command: [codex, exec], readable: [codex-home, /opt/codex] }
        claude: { provider: anthropic }`;
    const text = MINIMAL.replace(
      'ai: { provider: scripted, answers: answers }',
      `ai:\n      agents:${agents}`,
    );
    const { config, folder } = await configOf({ text });
    const ai = config.projects[0]?.ai;
    expect(ai?.use).to.deep.equal(['canned', 'codex', 'claude']);
    expect(ai?.agents.canned).to.include({ answers: join(folder, 'answers') });
    expect(ai?.agents.codex).to.deep.include({ readable: [join(folder, 'codex-home'), '/opt/codex'] });
    expect(ai?.agents.claude).to.include({ keyVariable: 'ANTHROPIC_API_KEY' });
  });

  it('leaves absolute paths alone', async () => {
    const { config } = await configOf({ text: MINIMAL.replace('repos/shop.git', '/srv/shop.git') });
    expect(config.projects[0]?.repository).to.equal('/srv/shop.git');
  });

  it('lets the file beat defaults, the environment beat the file, and flags beat both', async () => {
    const text = `${MINIMAL}\nserver: { port: 4000, host: localhost }\nlogging: { level: warn }`;
    const environment = { PORT: '5000', LOG_LEVEL: 'debug', REDIS_URL: 'redis://example:6379' };
    const fromFile = await configOf({ text });
    const fromEnvironment = await configOf({ text, environment });
    const fromFlags = await configOf({ text, environment, flags: { port: '6000' } });
    expect(fromFile.config.server).to.include({ port: 4000, host: 'localhost' });
    expect(fromEnvironment.config.server).to.include({ port: 5000, host: 'localhost' });
    expect(fromEnvironment.config.logging.level).to.equal('debug');
    expect(fromEnvironment.config.redis.url).to.equal('redis://example:6379');
    expect(fromFlags.config.server.port).to.equal(6000);
  });

  it('takes an empty variable for an unset one', async () => {
    const { config } = await configOf({ text: MINIMAL, environment: { PORT: '', TAMMA_TOKENS: '' } });
    expect(config.server.port).to.equal(3000);
  });

  it('freezes the result to its depths', async () => {
    const { config } = await configOf({ text: MINIMAL });
    expect(Object.isFrozen(config)).to.equal(true);
    expect(Object.isFrozen(config.projects[0]?.eligibility.labelsRequired)).to.equal(true);
  });

  it('reports every problem at once, each with its path', async () => {
    const text = `
server: { prot: 1, port: nine }
logging: { level: loud }
workers:
projects:
  - platform: local
    repositry: x
    issues: 3
    ai: { provider: gpt }
`;
    expect(await problemsOf({ text, environment: { LOG_LEVEL: 'shouting' } })).to.have.members([
      'tamma.config.yaml: server.port: expected a number, found text',
      'tamma.config.yaml: server.prot: is not a known setting (Did you mean "port"?)',
      'LOG_LEVEL: logging.level: expected trace, debug, info, warn or error',
      'tamma.config.yaml: workers: expected a group of settings, found nothing',
      'tamma.config.yaml: projects[0].repository: is missing: expected text',
      'tamma.config.yaml: projects[0].repositry: is not a known setting (Did you mean "repository"?)',
      'tamma.config.yaml: projects[0].issues: expected text, found a number',
      'tamma.config.yaml: projects[0].ai.provider: expected anthropic, openai, command or scripted',
    ]);
  });

  it('hints at keys deep inside, and lists what is known when nothing is near', async () => {
    const text = `${MINIMAL}    gates: { build: { comand: [make], elephants: 1 } }`;
    const problems = await problemsOf({ text });
    expect(problems).to.include.members([
      'tamma.config.yaml: projects[0].gates.build.comand: is not a known setting (Did you mean "command"?)',
      'tamma.config.yaml: projects[0].gates.build.elephants: is not a known setting (Take it out; known here: command, timeout, network.)',
    ]);
  });

  it('names line and column of a syntax error and shows no text of the file', async () => {
    const problems = await problemsOf({ text: 'redis:\n  url: "redis://:hunter2@host\nserver: [1' });
    expect(problems[0]).to.match(/^tamma\.config\.yaml: : line \d+, column \d+: \S+/);
    expect(problems.join('\n')).not.to.contain('hunter2');
  });

  it('refuses a key that is given twice', async () => {
    const [problem] = await problemsOf({ text: 'server: { port: 1, port: 2 }' });
    expect(problem).to.contain('line 1, column 20: Map keys must be unique');
  });

  it('refuses a file that is not a group of settings', async () => {
    const problems = await problemsOf({ text: '- just\n- a list' });
    expect(problems).to.deep.equal(['tamma.config.yaml: : expected a group of settings, found a list']);
  });

  it('refuses aliases that blow up', async () => {
    const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let level = 1; level < 8; level += 1) {
      lines.push(
        `a${level}: &a${level} [${Array(10)
          .fill(`*a${level - 1}`)
          .join(', ')}]`,
      );
    }
    expect((await problemsOf({ text: lines.join('\n') })).join()).to.contain('Excessive alias count');
  });

  it('tells a missing file from an empty one', async () => {
    expect(await problemsOf({})).to.deep.equal([
      'tamma.config.yaml: : does not exist (Create it, or set TAMMA_CONFIG to its path.)',
    ]);
    const missing = ['tamma.config.yaml: projects: is missing: expected a list'];
    expect(await problemsOf({ required: false })).to.deep.equal(missing);
    expect(await problemsOf({ text: '' })).to.deep.equal(missing);
  });

  it('names the variable a wrong value came from', async () => {
    expect(await problemsOf({ text: MINIMAL, environment: { PORT: '3000x' } })).to.deep.equal([
      'PORT: server.port: expected a number, found text',
    ]);
    expect(await problemsOf({ text: MINIMAL, flags: { port: '99999' } })).to.deep.equal([
      '--port: server.port: Too big: expected number to be <=65535',
    ]);
  });

  it('never shows the address of a server, which may hold a password', async () => {
    const environment = { REDIS_URL: 'http://:hunter2@host', DATABASE_URL: 'hunter2' };
    const problems = await problemsOf({ text: MINIMAL, environment });
    expect(problems).to.deep.equal([
      'REDIS_URL: redis.url: expected an address such as redis://localhost:6379',
      'DATABASE_URL: database.url: expected an address such as postgres://user@localhost:5432/tamma',
    ]);
  });

  it('lets an API without tokens listen on loopback only, wherever the host was set', async () => {
    const authentication = 'none';
    for (const host of ['127.0.0.1', '127.9.9.9', '::1', '[::1]', 'localhost', 'LOCALHOST']) {
      await configOf({ text: MINIMAL, environment: { HOST: host }, authentication });
    }
    for (const host of ['0.0.0.0', '::', '192.168.1.4', 'example.com', '127.0.0.1.example.com']) {
      const [problem] = await problemsOf({ text: MINIMAL, environment: { HOST: host }, authentication });
      expect(problem).to.match(/^HOST: server\.host: without tokens it listens on loopback only/);
    }
    const [fromFile] = await problemsOf({ text: `${MINIMAL}\nserver: { host: 0.0.0.0 }`, authentication });
    expect(fromFile).to.match(/^tamma\.config\.yaml: server\.host: without tokens/);
  });

  it('keeps commands that may reach the network away from an API without tokens', async () => {
    const open = ['gates.prepare.network', 'ai.agents.command'];
    const text = `projects:
  - platform: local
    repository: r.git
    issues: issues
    gates: { prepare: { command: [npm, ci] }, test: { command: [npm, test] } }
    ai: { provider: command, command: [aider] }
`;
    const problems = await problemsOf({ text, authentication: 'none' });
    expect(problems).to.deep.equal(
      open.map(
        (place) =>
          `tamma.config.yaml: projects[0].${place}: commands that may reach the network reach this API too, where without tokens everybody may approve (Set TAMMA_TOKEN or TAMMA_TOKENS, or keep these commands off the network.)`,
      ),
    );
    await configOf({ text, authentication: 'token' });
    await configOf({ text });
  });

  it('lets an API with tokens, and a process without an API, listen anywhere', async () => {
    for (const host of ['0.0.0.0', '::', '192.168.1.4']) {
      const withTokens = { text: MINIMAL, environment: { HOST: host }, authentication: 'token' } as const;
      expect((await configOf(withTokens)).config.server.host).to.equal(host);
      const { config } = await configOf({ text: MINIMAL, environment: { HOST: host } });
      expect(config.server.host).to.equal(host);
    }
  });

  it('takes the repository of a project on GitHub that names none from the environment', async () => {
    const ai = 'ai: { provider: scripted, answers: answers }';
    const text = `projects: [{ platform: github, ${ai} }, { platform: github, repository: acme/own, ${ai} }]`;
    const environment = { GITHUB_REPOSITORY: 'acme/till' };
    const { config } = await configOf({ text, environment });
    expect(config.projects.map(({ repository }) => repository)).to.deep.equal(['acme/till', 'acme/own']);
    const [wrong] = await problemsOf({ text, environment: { GITHUB_REPOSITORY: 'till' } });
    expect(wrong).to.match(/^GITHUB_REPOSITORY: projects\[0\]\.repository: expected owner\/name/);
    for (const none of [{}, { GITHUB_REPOSITORY: '' }]) {
      const [missing] = await problemsOf({ text, environment: none });
      expect(missing).to.match(/^tamma\.config\.yaml: projects\[0\]\.repository: /);
    }
    expect((await configOf({ text: MINIMAL, environment })).config.projects[0]?.repository).to.match(/shop/);
  });
});
