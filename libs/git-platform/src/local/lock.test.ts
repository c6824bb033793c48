import { readdir, readFile, stat, utimes, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { TammaError } from '@tamma/domain';
import { eventually, testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { refusalOf } from '../contract.ts';
import { withLock } from './lock.ts';

const CONTENDERS = 8;
/** How far apart contenders arrive at most: less than one waits between two looks at a lock. */
const APART_MS = 10;
const ROUNDS = 15;
const LOCKS_AT_ONCE = 20;
const MINUTE_MS = 60_000;

/** What a holder leaves behind that was killed a while ago, maybe in another container. */
async function abandon(path: string): Promise<void> {
  await writeFile(path, 'somebody');
  await age(path);
}

async function age(path: string): Promise<void> {
  const aMinuteAgo = new Date(Date.now() - MINUTE_MS);
  await utimes(path, aMinuteAgo, aMinuteAgo);
}

/** The most that worked under one abandoned lock at once, of contenders that arrive in close succession. */
async function mostAtOnce(path: string): Promise<number> {
  await abandon(path);
  let inside = 0;
  let most = 0;
  const contend = async () => {
    await sleep(Math.random() * APART_MS);
    await withLock(path, async () => {
      inside += 1;
      most = Math.max(most, inside);
      await sleep(1);
      inside -= 1;
    });
  };
  await Promise.all(Array.from({ length: CONTENDERS }, contend));
  return most;
}

describe('lock', () => {
  it('lets one in at a time, also when all find the lock of a killed holder', async () => {
    await using folder = await testFolder();
    for (let round = 0; round < ROUNDS; round += 1) {
      const paths = Array.from({ length: LOCKS_AT_ONCE }, (_, lock) => join(folder.path, `lock-${lock}`));
      const counts = await Promise.all(paths.map(mostAtOnce));
      expect(counts.filter((most) => most !== 1)).to.deep.equal([]);
    }
    expect(await readdir(folder.path)).to.deep.equal([]);
  });

  it('leaves alone what another took after a holder was held up for too long', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'lock');
    await withLock(path, () => writeFile(path, 'another'));
    expect(await readFile(path, 'utf8')).to.equal('another');
  });

  it('stays with one who works for long', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'lock');
    const isYoung = async () => Date.now() - (await stat(path)).mtimeMs < MINUTE_MS / 2;
    await withLock(path, async () => {
      await age(path);
      await eventually('the holder says that it lives', isYoung);
    });
    expect(await readdir(folder.path)).to.deep.equal([]);
  });

  it('is waited for as long as is said, and then fails as is said', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'lock');
    const busy = (of: string) => new TammaError('SEATS_TAKEN', `${of} is taken`, { class: 'conflict' });
    await withLock(path, async () => {
      const error = await refusalOf(withLock(path, async () => {}, { waitMaxMs: 0, busy }));
      expect(error).to.include({ code: 'SEATS_TAKEN', class: 'conflict', message: `${path} is taken` });
    });
  });

  it('is not in the way for ever when its remover was killed too', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'lock');
    await abandon(path);
    await abandon(`${path}.stale`);
    expect(await withLock(path, async () => 'done')).to.equal('done');
    expect(await readdir(dirname(path))).not.to.include(basename(path));
  });
});
