import { cp, lstat, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { runCommand } from '../run-command.ts';
import { binariesIn, findPostgres } from './binaries.ts';

describe('the PostgreSQL programs', () => {
  it('run although the install script never linked their libraries', async () => {
    await using folder = await testFolder();
    const native = await copyWithoutLinks(folder.path);
    const bare = await runCommand([join(native, 'bin/initdb'), '--version'], RUN);
    expect(bare.complaint).to.match(/libpq|libicu/);
    const programs = join(folder.path, 'programs');
    // Twice, at once: the links are replaced, not in the way.
    const [binaries] = await Promise.all([binariesIn(native, programs), binariesIn(native, programs)]);
    for (const program of [binaries.initdb, binaries.postgres]) {
      const outcome = await runCommand([program, '--version'], { ...RUN, environment: binaries.environment });
      expect(outcome.stdout, outcome.complaint).to.match(/\(PostgreSQL\) 18\./);
    }
  });

  it('are refused when the list of links is rubbish', async () => {
    await using folder = await testFolder();
    await mkdir(join(folder.path, 'native'));
    for (const rubbish of ['{}', '[{"source": 1}]', '[null]']) {
      await writeFile(join(folder.path, 'native/pg-symlinks.json'), rubbish);
      const error = await binariesIn(join(folder.path, 'native'), folder.path).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.include({ code: 'POSTGRES_DAMAGED', remedy: 'Run "npm ci".' });
    }
  });
});

const RUN = { environment: {}, timeoutMs: 10_000 };

async function copyWithoutLinks(folder: string): Promise<string> {
  const installed = join(dirname((await findPostgres(folder)).postgres), '..');
  const native = join(folder, 'package/native');
  for (const part of ['bin', 'lib', 'pg-symlinks.json']) {
    const filter = async (path: string) => !path.endsWith('.a') && !(await lstat(path)).isSymbolicLink();
    await cp(join(installed, part), join(native, part), { recursive: true, filter });
  }
  return native;
}
