import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { openLog } from './log-file.ts';

describe('a server log', () => {
  it('shows the end of what was written since it was opened', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'a.log');
    await writeFile(path, 'earlier run\n');
    const log = await openLog(path);
    expect(await log.tail()).to.equal('');
    await log.file.write(`${'long '.repeat(1000)}\nlast line\n`);
    expect(await log.tail())
      .to.match(/last line$/)
      .and.have.length.below(1600);
    await log.file.close();
    expect(await readFile(path, 'utf8')).to.match(/^earlier run\nlong /);
  });

  it('is set aside when it is long', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'a.log');
    await writeFile(path, Buffer.alloc(10 * 1024 * 1024 + 1));
    await (await openLog(path)).file.close();
    expect((await stat(path)).size).to.equal(0);
    expect((await stat(`${path}.old`)).size).to.equal(10 * 1024 * 1024 + 1);
  });
});
