import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { identify, identifyByPs, isAlive, parseProcStat } from './process-identity.ts';

describe('process identity', () => {
  it('is the same each time for one process, and differs between two', async () => {
    const first = await identify(process.pid);
    expect(first?.pid).to.equal(process.pid);
    expect(await identify(process.pid)).to.deep.equal(first);
    expect((await identify(1))?.startTime)
      .to.match(/^\d+$/)
      .and.not.equal(first?.startTime);
  });

  it('is alive until the process ends', async () => {
    const child = spawn('sleep', ['30']);
    const identity = await identify(child.pid ?? 0);
    if (identity === null) throw new Error('sleep was not identified');
    expect(await isAlive(identity)).to.equal(true);
    await kill(child);
    expect(await isAlive(identity)).to.equal(false);
    expect(await identify(identity.pid)).to.equal(null);
  });

  it('does not take another process with the same pid for it', async () => {
    expect(await isAlive({ pid: process.pid, startTime: '1' })).to.equal(false);
  });

  it('counts a zombie as gone', async () => {
    // The parent becomes sleep, which never collects its child.
    const parent = spawn('sh', ['-c', 'sleep 0.1 & echo $!; exec sleep 30'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const [line] = await once(parent.stdout, 'data');
    const zombie = Number(String(line));
    await eventually('the zombie counts as gone', async () => (await identify(zombie)) === null);
    expect(existsSync(`/proc/${zombie}`)).to.equal(true);
    await kill(parent);
  });

  it('is null for what cannot be a pid', async () => {
    for (const pid of [0, -1, 1.5, Number.NaN]) expect(await identify(pid)).to.equal(null);
  });

  it('is read behind names that hold spaces and parentheses', () => {
    const fields = 'S 1 1 1 0 -1 4194304 102 0 0 0 0 0 0 0 20 0 1 0 133867 3133440';
    expect(parseProcStat(`42 (a) b (c) ${fields}`)).to.deep.equal({ pid: 42, startTime: '133867' });
    expect(parseProcStat('rubbish')).to.equal(null);
    expect(parseProcStat('')).to.equal(null);
  });

  if (existsSync('/usr/bin/ps') || existsSync('/bin/ps')) {
    it('can be had from ps where there is no /proc', async () => {
      const child = spawn('sleep', ['30']);
      const pid = child.pid ?? 0;
      const first = await identifyByPs(pid);
      expect(first?.startTime).to.match(/\d\d:\d\d:\d\d/);
      expect(await identifyByPs(pid)).to.deep.equal(first);
      await kill(child);
      expect(await identifyByPs(pid)).to.equal(null);
    });
  }
});

async function kill(child: ChildProcess): Promise<void> {
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}
