import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { mustRun } from '../run-command.ts';
import { type Surroundings, surroundingsOf } from '../surroundings.ts';
import { pathOf } from '../testing/home.ts';
import { parseLibraries } from './apt.ts';
import { findRedis } from './find-redis.ts';

describe('the libraries that apt-cache names', () => {
  it('are the first of alternatives, without those of every machine', () => {
    const output = [
      'redis-tools',
      '  PreDepends: libpre1',
      ' |Depends: libsystemd0',
      '  Depends: libelogind0',
      '  Depends: adduser',
      '  Depends: libc6',
      '  Depends: libssl3',
      '    libssl3:i386',
      '  Suggests: libnot1',
    ];
    expect(parseLibraries(output.join('\n'))).to.deep.equal(['libpre1', 'libsystemd0', 'libssl3']);
  });
});

// Only Debian and its kin have apt; elsewhere this way of finding Redis does not exist.
if (existsSync('/usr/bin/apt-get')) {
  describe('Redis from the distribution', () => {
    it('is downloaded and unpacked with its libraries when apt has no lists, and kept for the next start', async () => {
      await using machine = await machineWithArchive();
      const program = await findRedis(machine.surroundings);
      expect(program.description).to.equal(`Redis 7.9 at ${machine.target}/usr/bin/redis-server`);
      expect(program.environment).to.deep.equal({
        LD_LIBRARY_PATH: `${machine.target}/usr/lib/test-linux-gnu`,
      });
      await machine.forgetArchive();
      expect((await findRedis(machine.surroundings)).description).to.equal(program.description);
      expect(await readdir(join(machine.target, '..'))).to.deep.equal(['redis']);
    });

    it('is brought once by several starts at the same time', async () => {
      await using machine = await machineWithArchive();
      const programs = await Promise.all([1, 2, 3].map(() => findRedis(machine.surroundings)));
      expect(new Set(programs.map((program) => program.description)).size).to.equal(1);
      expect(await readdir(join(machine.target, '..'))).to.deep.equal(['redis']);
    });

    it('replaces an unpacked one that does not work', async () => {
      await using machine = await machineWithArchive();
      await mkdir(join(machine.target, 'usr/bin'), { recursive: true });
      await writeFile(join(machine.target, 'usr/bin/redis-server'), 'half a file');
      expect((await findRedis(machine.surroundings)).version.minor).to.equal(9);
    });

    it('is not left half-unpacked when a package is damaged', async () => {
      await using machine = await machineWithArchive();
      await machine.damageArchive();
      const error = await findRedis(machine.surroundings).catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: 'REDIS_NOT_FOUND' });
      expect(String(error)).to.match(/Hash Sum mismatch|unexpected size/);
      expect(await readdir(join(machine.target, '..'))).to.deep.equal([]);
    });
  });
}

const TOOLS_OF_DEBIAN = ['sh', 'apt-get', 'apt-cache', 'dpkg', 'dpkg-deb', 'tar', 'rm'];
const TOOLS = 'redis-tools';
const PACKAGES: Readonly<
  Record<string, { readonly depends: string; readonly files: Record<string, string> }>
> = {
  'redis-server': { depends: TOOLS, files: {} },
  [TOOLS]: {
    depends: 'libextra1',
    files: { 'usr/bin/redis-server': '#!/bin/sh\necho "Redis server v=7.9.0 sha=0"\n' },
  },
  libjemalloc2: { depends: '', files: { 'usr/lib/test-linux-gnu/libjemalloc.so.2': '' } },
  liblzf1: { depends: '', files: {} },
  libatomic1: { depends: '', files: {} },
  libextra1: { depends: '', files: { 'usr/lib/test-linux-gnu/libextra.so.1': '' } },
};

/** A machine without Redis, whose apt has one archive of ours and no lists yet. */
async function machineWithArchive() {
  const folder = await testFolder();
  const archive = join(folder.path, 'archive');
  const programsFolder = join(folder.path, 'programs');
  const environment = {
    PATH: await pathOf(folder.path, TOOLS_OF_DEBIAN, process.env.PATH),
    APT_CONFIG: await writeAptConfig(folder.path),
  };
  const surroundings = await surroundingsOf({ home: join(folder.path, 'home'), programsFolder, environment });
  await writeArchive(archive, surroundings);
  return {
    surroundings,
    target: join(programsFolder, 'redis'),
    forgetArchive: () => writeFile(join(archive, 'Packages'), ''),
    damageArchive: () => writeFile(join(archive, `${TOOLS}.deb`), 'rubbish'),
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

async function writeAptConfig(folder: string): Promise<string> {
  const path = join(folder, 'apt.conf');
  await mkdir(join(folder, 'empty-lists/partial'), { recursive: true });
  await writeFile(join(folder, 'sources.list'), `deb [trusted=yes] copy:${folder}/archive ./\n`);
  const lines = [
    `Dir::Etc::SourceList "${folder}/sources.list";`,
    'Dir::Etc::SourceParts "-";',
    `Dir::State::Lists "${folder}/empty-lists";`,
    `Dir::Cache "${folder}/empty-cache";`,
  ];
  await writeFile(path, lines.join('\n'));
  return path;
}

async function writeArchive(archive: string, surroundings: Surroundings): Promise<void> {
  const stanzas: string[] = [];
  for (const [name, { depends, files }] of Object.entries(PACKAGES)) {
    const control = controlOf(name, depends);
    await buildPackage(join(archive, name), { control, files, surroundings });
    const bytes = await readFile(join(archive, `${name}.deb`));
    const hash = createHash('sha256').update(bytes).digest('hex');
    stanzas.push(`${control}Filename: ./${name}.deb\nSize: ${bytes.length}\nSHA256: ${hash}\n`);
  }
  await writeFile(join(archive, 'Packages'), stanzas.join('\n'));
}

function controlOf(name: string, depends: string): string {
  const dependsLine = depends === '' ? '' : `Depends: ${depends}\n`;
  return `Package: ${name}\nVersion: 99:1\nArchitecture: all\nMaintainer: test <t@example.org>\n${dependsLine}Description: test\n`;
}

interface PackageContent {
  readonly control: string;
  readonly files: Record<string, string>;
  readonly surroundings: Surroundings;
}

async function buildPackage(root: string, { control, files, surroundings }: PackageContent): Promise<void> {
  await mkdir(join(root, 'DEBIAN'), { recursive: true });
  await writeFile(join(root, 'DEBIAN/control'), control);
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(root, path, '..'), { recursive: true });
    await writeFile(join(root, path), text, { mode: 0o755 });
  }
  const command = ['dpkg-deb', '--root-owner-group', '--build', root, `${root}.deb`];
  await mustRun('TEST', command, { environment: surroundings.environment, timeoutMs: 10_000 });
}
