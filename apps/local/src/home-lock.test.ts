import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { eventually, testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { takeHomeLock } from './home-lock.ts';

const MODULE = new URL('./home-lock.ts', import.meta.url).href;

describe('lock of a home', () => {
  it('is held by one, and free again once released', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'run.lock');
    const first = await takeHomeLock(path);
    expect(first).not.to.equal(null);
    expect(await takeHomeLock(path)).to.equal(null);
    await first?.release();
    const second = await takeHomeLock(path);
    expect(second).not.to.equal(null);
    await second?.release();
  });

  it('goes to exactly one of many that start at the same moment', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'run.lock');
    const locks = await Promise.all(Array.from({ length: 8 }, () => takeHomeLock(path)));
    const held = locks.filter((lock) => lock !== null);
    expect(held).to.have.lengthOf(1);
    await held[0]?.release();
  });

  it('is free when its holder was killed', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'run.lock');
    const script = `const { takeHomeLock } = await import(${JSON.stringify(MODULE)});
      await takeHomeLock(${JSON.stringify(path)}); console.log('held'); setInterval(() => {}, 1000);`;
    const holder = spawn(process.execPath, ['--input-type=module', '--eval', script], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(holder.stdout, 'data');
    expect(await takeHomeLock(path)).to.equal(null);
    holder.kill('SIGKILL');
    await once(holder, 'exit');
    const lock = await eventually('the lock is free', () => takeHomeLock(path));
    await lock.release();
  });

  it('says what to do where it cannot be made', async () => {
    const failure = await takeHomeLock('/nowhere/at/all/run.lock').then(
      () => 'taken',
      (error: Error) => error.message,
    );
    expect(failure).to.match(/^\/nowhere\/at\/all\/run\.lock cannot be locked/);
  });
});
