import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { prepareContainers } from './prepare-containers.mjs';

const path = process.env.PATH ?? '';

async function volumes() {
  const folder = await mkdtemp(join(tmpdir(), 'tamma-volumes-'));
  const places = {
    projects: folder,
    workerKeys: join(folder, 'worker'),
    orchestratorKeys: join(folder, 'orchestrator'),
  };
  const read = (file) => readFile(join(folder, file), 'utf8');
  return {
    places,
    read,
    token: async () => (await read('orchestrator/token')).trim(),
    modeOf: async (file) => (await stat(join(folder, file))).mode & 0o777,
    files: () => readdir(folder, { recursive: true }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  };
}

describe('preparing containers', () => {
  it('makes keys and the example project, and changes nothing the second time', async () => {
    await using made = await volumes();
    const example = await prepareContainers(made.places, { path });
    expect(example).to.equal(join(made.places.projects, 'example/tamma.config.yaml'));
    const look = async () => [
      await made.files(),
      await made.token(),
      await made.read('worker/.env'),
      await made.read('worker/redis.conf'),
      await made.read('orchestrator/.env'),
      await made.read('orchestrator/postgres-password'),
    ];
    const before = await look();
    await prepareContainers(made.places, { path });
    expect(await look()).to.deep.equal(before);
  });

  it('makes up passwords that two installations do not share', async () => {
    await using one = await volumes();
    await using other = await volumes();
    for (const { places } of [one, other]) await prepareContainers(places, { path });
    for (const file of ['worker/redis.conf', 'orchestrator/postgres-password', 'orchestrator/token']) {
      expect(await one.read(file)).not.to.equal(await other.read(file));
      expect(await one.read(file)).to.match(/[0-9a-f]{48}/);
    }
  });

  it('keeps a token that was given until another is given', async () => {
    await using made = await volumes();
    await prepareContainers(made.places, { path, token: ' the-token-of-a-person ' });
    expect(await made.token()).to.equal('the-token-of-a-person');
    await prepareContainers(made.places, { path, token: '' });
    expect(await made.token()).to.equal('the-token-of-a-person');
    await prepareContainers(made.places, { path, token: 'the-next-token' });
    expect(await made.token()).to.equal('the-next-token');
  });

  it('tells workers nothing of PostgreSQL or the token, and servers only their own password', async () => {
    await using made = await volumes();
    await prepareContainers(made.places, { path });
    const secrets = [await made.read('orchestrator/postgres-password'), await made.token()];
    for (const file of (await made.files()).filter((name) => /^worker\//.test(name))) {
      for (const secret of secrets) expect(await made.read(file), file).not.to.contain(secret);
    }
    const readable = [];
    for (const file of (await made.files()).filter((name) => /^(worker|orchestrator)\//.test(name))) {
      if ((await made.modeOf(file)) & 0o077) readable.push(file);
    }
    expect(readable).to.have.members(['worker/redis.conf', 'orchestrator/postgres-password']);
  });
});
