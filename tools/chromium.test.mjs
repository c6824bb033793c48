import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { findChromium, parsePlan } from './chromium.mjs';

async function program(folder, name, script) {
  await mkdir(folder, { recursive: true });
  const path = join(folder, name);
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o755);
  return path;
}

const APT_THAT_FAILS = 'echo "E: Unable to locate package chromium" >&2; exit 100';

describe('findChromium', () => {
  it('takes the one on PATH, but not one that does not run', async () => {
    await using folder = await testFolder();
    const bin = join(folder.path, 'bin');
    await program(bin, 'chromium', 'exit 1');
    const path = await program(bin, 'google-chrome', 'echo "Google Chrome 150"');
    const environment = { PATH: `/nowhere:${bin}:/usr/sbin` };
    expect(await findChromium({ environment, cacheFolder: join(folder.path, 'cache') })).to.equal(path);
  });

  it('takes the one that was unpacked before', async () => {
    await using folder = await testFolder();
    const cacheFolder = join(folder.path, 'cache');
    const path = await program(cacheFolder, 'chromium', 'echo "Chromium 150"');
    expect(await findChromium({ environment: { PATH: '' }, cacheFolder })).to.equal(path);
  });

  it('names the one command to type when there is none and none can be brought', async () => {
    await using folder = await testFolder();
    const cacheFolder = join(folder.path, 'cache');
    const bin = join(folder.path, 'bin');
    const complaintOf = (surroundings) =>
      findChromium({ cacheFolder, ...surroundings }).then(
        () => 'found one',
        ({ message }) => message,
      );
    expect(await complaintOf({ environment: { PATH: '' } })).to.match(
      /no Chromium for the browser tests: no apt-get on PATH\nType: sudo apt-get update && sudo apt-get install/,
    );
    await program(bin, 'apt-get', APT_THAT_FAILS);
    for (const isRoot of [true, false]) {
      const complaint = await complaintOf({ environment: { PATH: bin }, isRoot });
      expect(complaint).to.contain('Unable to locate package chromium\nType: sudo apt-get');
    }
  });

  it('installs the package as root, without asking', async () => {
    await using folder = await testFolder();
    const bin = join(folder.path, 'bin');
    const log = join(folder.path, 'log');
    const install = `echo "$@" >> ${log}; case "$*" in *" install "*) printf '#!/bin/sh\\n' > ${bin}/chromium; /bin/chmod 755 ${bin}/chromium;; esac`;
    await program(bin, 'apt-get', install);
    const said = [];
    const found = await findChromium({
      environment: { PATH: bin },
      cacheFolder: join(folder.path, 'cache'),
      isRoot: true,
      say: (line) => said.push(line),
    });
    expect(found).to.equal(join(bin, 'chromium'));
    expect(said).to.deep.equal(['installing chromium, fonts-dejavu-core with apt-get, once']);
  });
});

describe('parsePlan', () => {
  it('reads which packages apt would install', () => {
    const output = [
      'NOTE: This is only a simulation!',
      'Inst chromium-common (156.0-1~deb12u1 Debian-Security:12/oldstable-security [amd64])',
      'Inst libnss3 [2:3.87-1] (2:3.87.1-1 Debian:12 [amd64])',
      'Conf chromium-common (156.0-1~deb12u1 Debian-Security:12/oldstable-security [amd64])',
    ].join('\n');
    expect(parsePlan(output)).to.deep.equal(['chromium-common', 'libnss3']);
    expect(parsePlan('')).to.deep.equal([]);
  });
});
