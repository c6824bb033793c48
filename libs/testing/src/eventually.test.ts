import { existsSync } from 'node:fs';
import { expect } from 'chai';
import { eventually, testClock, testFolder, uniqueName } from './index.ts';

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
