import { expect } from 'chai';
import { createToolBench, ruleOf } from './testing/tool-bench.ts';

const gate = (script: string) => ({ command: ['sh', '-c', script], timeout: 60_000, network: false });
const TOKEN = `ghp_${'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'}`;

describe('run_gate', () => {
  it("runs the project's command, gives what it printed, and has it told", async () => {
    await using bench = await createToolBench({ gates: { test: gate('echo red; exit 3') } });
    const answer = await bench.call('run_gate', { gate: 'test' });
    expect(answer).to.equal('"sh -c echo red; exit 3" ended with exit code 3\n\nred\n');
    const [fact] = bench.facts;
    expect(fact?.type).to.equal('AI.COMMAND.RAN');
    expect(fact?.data).to.include({
      command: 'sh -c echo red; exit 3',
      exitCode: 3,
      timedOut: false,
      sandbox: 'none',
    });
  });

  it('cuts a long output in the middle, and keeps the summary', async () => {
    await using bench = await createToolBench({ gates: { test: gate('seq 100000') } });
    const answer = await bench.call('run_gate', { gate: 'test' });
    expect(answer)
      .to.match(/ended with exit code 0\n\n1\n2\n/)
      .and.match(/characters left out/)
      .and.match(/100000\n$/);
    expect(answer.length).to.be.lessThan(32 * 1024);
  });

  it('says when the time was up, and tells no secret of a command', async () => {
    const slow = { ...gate(`: ${TOKEN}; exec sleep 60`), timeout: 200 };
    await using bench = await createToolBench({ gates: { build: slow } });
    expect(await bench.call('run_gate', { gate: 'build' })).to.contain('ran longer than 0.2 s and was ended');
    expect(bench.facts[0]?.data).to.include({
      timedOut: true,
      command: 'sh -c : [secret removed]; exec sleep 60',
    });
  });
});

describe('run_command', () => {
  const commands = [['echo'], ['sh', '-c', 'echo fixed']];

  it('is there only where the project allows some', async () => {
    await using bench = await createToolBench();
    expect(bench.tools.map(({ name }) => name)).not.to.include('run_command');
  });

  it('runs what begins with what is allowed, without a shell', async () => {
    await using bench = await createToolBench({ ai: { commands } });
    const answer = await bench.call('run_command', {
      command: ['echo', 'a; touch owned', '$(id)', '&&', '>', 'x'],
    });
    expect(answer).to.contain('\n\na; touch owned $(id) && > x\n');
    expect(await bench.workspace.changedFiles()).to.deep.equal([]);
    expect(bench.facts).to.have.length(1);
  });

  for (const command of [
    ['rm', '-rf', '/'],
    ['sh', '-c', 'git push origin HEAD:main'],
    ['sh', '-c', 'echo fixed; rm -rf /'],
    ['sh', '-c', ':(){ :|:& };:'],
    ['/bin/echo', 'a'],
    ['./echo'],
    ['echo;id'],
    ['ECHO'],
    ['env', 'echo'],
    ['git', 'push', '--force'],
    [''],
  ]) {
    it(`refuses ${JSON.stringify(command)}, and names what is allowed`, async () => {
      await using bench = await createToolBench({ ai: { commands } });
      const error = await bench.refuse('run_command', { command });
      expect(ruleOf(error)).to.equal('command');
      expect(error.remedy).to.contain('["echo"], ["sh","-c","echo fixed"]');
      expect(bench.facts).to.deep.equal([]);
    });
  }

  it("runs a gate's command under that gate's limits", async () => {
    const test = { ...gate('echo gate; exec sleep 60'), timeout: 300 };
    await using bench = await createToolBench({ ai: { commands }, gates: { test } });
    expect(await bench.call('run_command', { command: test.command })).to.contain('ran longer than 0.3 s');
    expect(ruleOf(await bench.refuse('run_command', { command: [...test.command, 'more'] }))).to.equal(
      'command',
    );
  });
});

describe('what prepares a checkout', () => {
  it('runs once, before the first command', async () => {
    const prepare = gate('echo run >> prepared');
    await using bench = await createToolBench({
      gates: { prepare, build: gate('cat prepared'), test: gate('cat prepared') },
    });
    expect(await bench.call('run_gate', { gate: 'build' })).to.match(/\n\nrun\n$/);
    expect(await bench.call('run_gate', { gate: 'test' })).to.match(/\n\nrun\n$/);
    expect(bench.facts).to.have.length(2);
  });

  it('is what failed when it fails, and is tried again with the next command', async () => {
    const prepare = gate('echo broken; test -e mended');
    await using bench = await createToolBench({ gates: { prepare, test: gate('echo tested') } });
    const answer = await bench.call('run_gate', { gate: 'test' });
    expect(answer).to.contain('which prepares the checkout, ended with exit code 1\n\nbroken\n');
    // Of what was asked for nothing ran.
    expect(bench.facts[0]?.data).to.include({ command: 'sh -c echo broken; test -e mended', exitCode: 1 });
    await bench.call('write_file', { path: 'mended', text: '' });
    expect(await bench.call('run_gate', { gate: 'test' })).to.match(/exit code 0\n\ntested\n$/);
  });
});
