import { appendFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually, testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { type GivenUp, startChild } from './child.ts';

const SLOW_MS = 20_000;
/** Leaves a line for each start, and then does what the start of that number is to do. */
const ENTRY = `
import { appendFileSync, readFileSync } from 'node:fs';
const [starts, script] = [process.env.STARTS, JSON.parse(process.env.SCRIPT)];
appendFileSync(starts, 'x');
const number = readFileSync(starts, 'utf8').length;
const does = script[Math.min(number, script.length) - 1];
if (does.up) process.send('up', () => does.exit === undefined || process.exit(does.exit));
else process.exit(does.exit);
if (does.exit === undefined) setInterval(() => {}, 1000);
`;

interface Start {
  readonly up?: true;
  readonly exit?: number;
}

async function runChild(script: readonly Start[]) {
  const folder = await testFolder();
  const [entry, starts] = [join(folder.path, 'entry.mjs'), join(folder.path, 'starts')];
  await writeFile(entry, ENTRY);
  await appendFile(starts, '');
  const givenUp: GivenUp[] = [];
  const child = startChild({
    name: 'worker',
    entry,
    environment: { STARTS: starts, SCRIPT: JSON.stringify(script) },
    logPath: join(folder.path, 'worker.log'),
    onNote: () => {},
    onPid: () => {},
    onGivenUp: (ended) => void givenUp.push(ended),
  });
  return {
    givenUp,
    countStarts: async () => (await readFile(starts, 'utf8')).length,
    [Symbol.asyncDispose]: async () => {
      await child.stop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

describe('a child of the launcher', function () {
  this.timeout(SLOW_MS);

  it('is given up when it cannot come up at all', async () => {
    await using child = await runChild([{ exit: 1 }]);
    await eventually('it is given up', async () => child.givenUp.length === 1);
    expect(child.givenUp[0]).to.include({ name: 'worker', exitCode: 1 });
    expect(await child.countStarts()).to.equal(1);
  });

  it('is started again when it came back before its servers did', async () => {
    await using child = await runChild([{ up: true, exit: 1 }, { exit: 1 }, { exit: 1 }, { up: true }]);
    await eventually('it runs again', async () => (await child.countStarts()) === 4, SLOW_MS);
    expect(child.givenUp).to.deep.equal([]);
  });

  it('is given up when its settings became wrong, also after it was up', async () => {
    await using child = await runChild([{ up: true, exit: 1 }, { exit: 2 }]);
    await eventually('it is given up', async () => child.givenUp.length === 1, SLOW_MS);
    expect(child.givenUp[0]).to.include({ exitCode: 2 });
  });
});
