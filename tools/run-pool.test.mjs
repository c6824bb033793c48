import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { runPool } from './run-pool.mjs';

async function pool(commands, atOnce = 2) {
  await using folder = await testFolder();
  const lines = [];
  const jobs = Object.entries(commands).map(([name, command]) => ({ name, command, folder: folder.path }));
  const failed = await runPool(jobs, { atOnce, env: process.env, say: (line) => lines.push(line) });
  return { failed, lines };
}

describe('a pool of jobs', () => {
  it('shows what each says under its name, and which of them failed', async () => {
    const { failed, lines } = await pool({ a: 'echo one; echo two >&2', b: 'exit 3', c: 'kill -9 $$' });
    expect(failed).to.have.members(['b', 'c']);
    expect(lines).to.include.members(['a: one', 'a: two']);
    expect(lines.some((line) => /^b: ended with 3 after \d+ s$/.test(line))).to.equal(true);
    expect(lines.some((line) => /^c: ended with SIGKILL after \d+ s$/.test(line))).to.equal(true);
  });

  it('begins them in the order given, and no more at once than it is told', async () => {
    const busy = 'mkdir busy || exit 1; rmdir busy';
    const { failed, lines } = await pool({ c: busy, a: busy, b: busy }, 1);
    expect(failed).to.deep.equal([]);
    expect(lines.map((line) => line[0])).to.deep.equal(['c', 'a', 'b']);
  });
});
