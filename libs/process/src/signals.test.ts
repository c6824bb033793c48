import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';

interface Child extends AsyncDisposable {
  readonly process: ChildProcess;
  output(): string;
  says(text: string): Promise<unknown>;
  ended(): Promise<{ code: number | null; signal: string | null }>;
}

/** A real process: signals cannot be tried on the one that runs the tests. */
function child(mode: string): Child {
  const script = join(import.meta.dirname, 'testing/signal-process.ts');
  const process = fork(script, [mode], { silent: true });
  let output = '';
  const collect = (chunk: Buffer): void => {
    output += chunk.toString();
  };
  process.stdout?.on('data', collect);
  process.stderr?.on('data', collect);
  // Not 'close': after a disconnect by the parent it never comes.
  const exited = Promise.all([once(process, 'exit'), endOf(process.stdout), endOf(process.stderr)]);
  return {
    process,
    output: () => output,
    says: (text) => eventually(`"${text}" in: ${output}`, () => output.includes(text)),
    ended: async () => {
      await exited;
      return { code: process.exitCode, signal: process.signalCode };
    },
    [Symbol.asyncDispose]: async () => {
      process.kill('SIGKILL');
      await exited;
    },
  };
}

async function endOf(stream: Readable | null): Promise<void> {
  if (stream !== null) await once(stream, 'end');
}

describe('signals', () => {
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    it(`stops once on ${signal} and lets the process end by itself`, async () => {
      await using one = child('quick');
      await one.says('ready');
      one.process.kill(signal);
      expect(await one.ended()).to.deep.equal({ code: 0, signal: null });
      expect(one.output()).to.equal(`ready\nstopping: ${signal}\nstopped\n`);
    });
  }

  it('stops when the parent with its channel is gone', async () => {
    await using one = child('quick');
    await one.says('ready');
    one.process.disconnect();
    expect(await one.ended()).to.deep.equal({ code: 0, signal: null });
    expect(one.output()).to.contain('stopping: disconnect');
  });

  it('goes on draining when a signal follows the loss of the parent, which wished nothing', async () => {
    await using one = child('stuck');
    await one.says('ready');
    one.process.disconnect();
    await one.says('patience is over');
    one.process.kill('SIGTERM');
    await one.says('still here');
    expect(one.process.exitCode).to.equal(null);
    await eventually('a second signal ends it', () => {
      one.process.kill('SIGTERM');
      return one.process.exitCode !== null;
    });
    expect(await one.ended()).to.deep.equal({ code: 130, signal: null });
  });

  it('exits at once with 130 on a second signal', async () => {
    await using one = child('stuck');
    await one.says('ready');
    one.process.kill('SIGTERM');
    await one.says('patience is over');
    one.process.kill('SIGTERM');
    expect(await one.ended()).to.deep.equal({ code: 130, signal: null });
  });

  it('takes the doubled Ctrl-C of a package runner and the SIGTERM a parent passes on for one wish', async () => {
    await using one = child('doubled');
    await one.says('ready');
    one.process.kill('SIGINT');
    await one.says('patience is over');
    one.process.kill('SIGTERM');
    one.process.disconnect();
    await one.says('still here');
    expect(one.process.exitCode).to.equal(null);
    one.process.kill('SIGINT');
    expect((await one.ended()).code).to.equal(130);
    expect(one.output().match(/stopping/g)).to.have.length(1);
  });

  it('reports a stop that fails and exits 1', async () => {
    await using one = child('failing');
    await one.says('ready');
    one.process.kill('SIGTERM');
    expect((await one.ended()).code).to.equal(1);
    expect(one.output()).to.contain('reported: the store hangs');
  });

  it('reports what nobody caught and exits 1', async () => {
    await using thrower = child('throw');
    await using rejecter = child('reject');
    expect((await thrower.ended()).code).to.equal(1);
    expect((await rejecter.ended()).code).to.equal(1);
    expect(thrower.output()).to.contain('crashed (exception): thrown by nobody');
    expect(rejecter.output()).to.contain('crashed (rejection): rejected by nobody');
  });
});
