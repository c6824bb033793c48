// Whether docker-compose.yml and what it mounts fit the product, as far as that can be told without Docker.
import { existsSync } from 'node:fs';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { parse } from 'yaml';
import { loadConfig, parseEnvironment, readEnvironment, readTokens } from '../libs/process/src/index.ts';
import { prepareContainers } from './prepare-containers.mjs';

const ROOT = join(import.meta.dirname, '..');
/** What a process gives itself to drain; Docker kills it when its own grace is over. */
const DRAIN_S = 30;
const DRAINING = ['orchestrator', 'worker'];

const read = (path) => readFile(join(ROOT, path), 'utf8');
const readYaml = async (path) => parse(await read(path), { merge: true });
const { services, volumes, networks } = await readYaml('docker-compose.yml');
const all = Object.entries(services);
/** `source:target:mode` as its parts. */
const mountsOf = (service) => (service.volumes ?? []).map((mount) => mount.split(':'));

async function prepared() {
  const folder = await mkdtemp(join(tmpdir(), 'tamma-compose-'));
  const places = {
    projects: folder,
    workerKeys: join(folder, 'worker'),
    orchestratorKeys: join(folder, 'orchestrator'),
  };
  await prepareContainers(places, { path: process.env.PATH ?? '' });
  return { ...places, [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }) };
}

/** What a container's process would see, with the volumes where they lie here. */
async function environmentOf(service, keys, projects) {
  const entries = Object.entries(service.environment).map(([name, value]) => [
    name,
    value
      .replace(/^\$\{\w+:-(.*)\}$/, '$1')
      .replace(/^\/projects/, projects)
      .replace(/^\/run\/tamma/, keys),
  ]);
  return readEnvironment(keys, Object.fromEntries(entries));
}

describe('docker-compose.yml', () => {
  it('gives each process an environment and a configuration that it accepts', async () => {
    await using made = await prepared();
    const { orchestrator, worker } = services;
    const environments = [
      await environmentOf(orchestrator, made.orchestratorKeys, made.projects),
      await environmentOf(worker, made.workerKeys, made.projects),
    ];
    for (const environment of environments) {
      const { ok, settings, problems } = parseEnvironment(environment, ROOT);
      expect(ok, JSON.stringify(problems)).to.equal(true);
      const loaded = await loadConfig({ file: settings.configFile, environment, authentication: 'token' });
      expect(loaded.ok, JSON.stringify(loaded.problems)).to.equal(true);
      expect(loaded.config.server.host).to.equal('0.0.0.0');
      expect(services).to.have.property(new URL(loaded.config.redis.url).hostname);
    }
    const [environment] = environments;
    expect(services).to.have.property(new URL(environment.DATABASE_URL).hostname);
    const { tokens } = await readTokens(environment, made.orchestratorKeys);
    expect(tokens?.map(({ name }) => name)).to.deep.equal(['owner']);
  });

  it('pins other images to a minor version', () => {
    const images = all.flatMap(([, { image }]) => image ?? []);
    expect(images).to.have.length(3);
    for (const image of images) expect(image).to.match(/:v?\d+\.\d+/);
  });

  it('publishes to this machine alone', () => {
    const published = all.flatMap(([, { ports = [] }]) => ports);
    expect(published).to.have.length(2);
    for (const port of published) expect(port).to.match(/^127\.0\.0\.1:\$\{[A-Z_]+:-\d+\}:\d+$/);
  });

  it('confines and bounds every container, and starts again what ends by itself', () => {
    for (const [name, service] of all) {
      expect(service.security_opt, name).to.include('no-new-privileges:true');
      expect(service.cap_drop, name).to.deep.equal(['ALL']);
      expect(service.read_only, name).to.equal(true);
      expect(service.deploy.resources.limits, name).to.have.keys('cpus', 'memory', 'pids');
      expect(service.logging.options, name).to.have.keys('max-size', 'max-file');
      expect(service.restart, name).to.equal(name === 'init' ? 'no' : 'unless-stopped');
    }
  });

  it('gives a process more time to drain than it takes', () => {
    for (const name of DRAINING) {
      expect(Number.parseInt(services[name].stop_grace_period, 10)).to.be.greaterThan(DRAIN_S);
    }
  });

  it('keeps workers away from PostgreSQL and from the keys of the orchestrator', () => {
    expect(services.worker).not.to.have.property('networks');
    expect(services.postgres.networks).to.deep.equal(['record']);
    expect(networks.record).to.deep.equal({ internal: true });
    expect(mountsOf(services.worker).map(([source]) => source)).not.to.include('orchestrator-keys');
    for (const [name, service] of all.filter(([one]) => one !== 'init')) {
      const keys = mountsOf(service).filter(([source]) => source.endsWith('-keys'));
      for (const [, , mode] of keys) expect(mode, name).to.equal('ro');
    }
  });

  it('mounts volumes that it declares and files that are there', () => {
    for (const [source] of all.flatMap(([, service]) => mountsOf(service))) {
      if (source.startsWith('.')) expect(existsSync(join(ROOT, source)), source).to.equal(true);
      else expect(volumes).to.have.property(source);
    }
    const [profile] = services.worker.security_opt.filter((one) => one.startsWith('seccomp:'));
    expect(existsSync(join(ROOT, profile.slice('seccomp:'.length)))).to.equal(true);
  });

  it('can run many workers: nothing of theirs has a fixed name or port', () => {
    expect(services.worker).not.to.have.any.keys('container_name', 'ports');
  });
});

describe('Prometheus', () => {
  it('scrapes the ports that the processes listen on', async () => {
    const { scrape_configs: jobs } = await readYaml('infra/prometheus/prometheus.yml');
    const found = jobs.flatMap(({ dns_sd_configs: targets = [] }) => targets);
    const { settings } = parseEnvironment({}, ROOT);
    const port = Number(services.orchestrator.ports[0].split(':').at(-1));
    expect(found.map(({ names, port: at }) => ({ names, at }))).to.deep.equal([
      { names: ['orchestrator'], at: port },
      { names: ['worker'], at: settings.workerPort },
    ]);
  });

  it('warns about metrics that exist', async () => {
    const { groups } = await readYaml('infra/prometheus/rules.yml');
    const names = groups.flatMap(({ rules }) =>
      rules.flatMap(({ expr }) => expr.match(/\btamma_\w+/g) ?? []),
    );
    const sources = await Array.fromAsync(glob('{apps,libs}/*/src/**/!(*.test).ts', { cwd: ROOT }), read);
    expect(names).not.to.deep.equal([]);
    for (const name of names) {
      const isMade = sources.some((source) => source.includes(`'${name}'`));
      expect(isMade, name).to.equal(true);
    }
  });
});
