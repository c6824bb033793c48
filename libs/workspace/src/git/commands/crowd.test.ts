import { spawnSync } from 'node:child_process';
import { expect } from 'chai';
import { countThreads, PROCESSES_MAX, watchCrowd } from './crowd.ts';
import { RUN_ID_VARIABLE } from './environment.ts';
import { newMark, type RunMark } from './mark.ts';
import { killStragglers, processesOf } from './process-group.ts';

const PATH = process.env.PATH ?? '';
const COUNT = PROCESSES_MAX + 20;

/** Settles when the watch says that it is a crowd. */
async function noticed(mark: RunMark, threadsBefore: number): Promise<boolean> {
  const crowd = Promise.withResolvers<void>();
  const watch = watchCrowd(mark, threadsBefore, crowd.resolve);
  await crowd.promise;
  return watch.over();
}

describe('the watch over a crowd', () => {
  const mark = newMark();
  let threadsBefore = 0;
  before(async () => {
    threadsBefore = await countThreads();
    const script = `i=0; while [ $i -lt ${COUNT} ]; do sleep 600 & i=$((i + 1)); done`;
    const env = { PATH, [RUN_ID_VARIABLE]: mark.id };
    spawnSync('sh', ['-c', script], { env, stdio: 'ignore' });
  });
  after(async () => {
    await killStragglers(mark);
    expect(await processesOf(mark)).to.deep.equal([]);
  });

  it('notices one that is there by its first look', async () => {
    expect(await noticed(mark, threadsBefore)).to.equal(true);
  });

  it('notices one that took the place of others which ended meanwhile', async () => {
    expect(await noticed(mark, threadsBefore + 10 * COUNT)).to.equal(true);
  });

  it('takes the crowd of another run for none', async () => {
    const watch = watchCrowd(newMark(), threadsBefore, () => expect.fail('it is not its own'));
    expect(await noticed(mark, threadsBefore)).to.equal(true);
    expect(watch.over()).to.equal(false);
  });
});
