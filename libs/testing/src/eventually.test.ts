import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { eventually, quickest, testClock, testFolder, uniqueName } from './index.ts';

describe('eventually', () => {
  it('returns what the check found, once it finds something', async () => {
    let asked = 0;
    const found = await eventually('three', () => {
      asked += 1;
      return asked === 3 && asked;
    });
    expect(found).to.equal(3);
  });

  it('fails with what it waited for', async () => {
    const failure = await eventually('the moon', () => false, 20).then(
      () => 'found',
      (error: Error) => error.message,
    );
    expect(failure).to.equal('waited 20 ms in vain: the moon');
  });
});

describe('the quickest of several tries', () => {
  const tries = (...tookMs: number[]) => {
    let tried = 0;
    const work = async () => tookMs[tried++] ?? 0;
    return { work, tried: () => tried };
  };

  it('is the first that was quick enough', async () => {
    const { work, tried } = tries(90, 20, 10);
    expect([await quickest(50, work), tried()]).to.deep.equal([20, 2]);
  });

  it('is the best of five when none was', async () => {
    const { work, tried } = tries(90, 70, 80, 90, 95, 10);
    expect([await quickest(50, work), tried()]).to.deep.equal([70, 5]);
  });
});

describe('things of a test of its own', () => {
  it('are a folder that is gone afterwards, a name nobody else has, and a clock that moves when told', async () => {
    let path = '';
    {
      await using folder = await testFolder();
      path = folder.path;
      expect(existsSync(path)).to.equal(true);
    }
    expect(existsSync(path)).to.equal(false);
    expect(uniqueName('a'))
      .to.match(/^a[0-9a-f]{12}$/)
      .and.not.to.equal(uniqueName('a'));
    const clock = testClock(5);
    clock.advance(3);
    expect(clock.now()).to.equal(8);
  });
});
