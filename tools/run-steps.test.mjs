import { tmpdir } from 'node:os';
import { expect } from 'chai';
import { runSteps } from './run-steps.mjs';

const script = (name, code) => ({ name, argv: [process.execPath, '-e', code] });

async function run(...steps) {
  const said = [];
  const failed = await runSteps(steps, { folder: tmpdir(), say: (text) => said.push(text) });
  return { failed, said: said.map((text) => text.replace(/\d+\.\d s/, 'N s')) };
}

describe('runSteps', () => {
  it('names each step with its time, and shows no output of good ones', async () => {
    const { failed, said } = await run(script('format', 'console.log("noise")'), script('types', ''));
    expect(failed).to.equal(null);
    expect(said).to.deep.equal(['format …', 'format: good, N s', 'types …', 'types: good, N s']);
  });

  it('stops at the first that fails, and shows what it said on both channels', async () => {
    const bad = script('types', 'console.log("out"); console.error("err"); process.exit(3)');
    const { failed, said } = await run(bad, script('tests', 'console.log("never")'));
    expect(failed).to.equal('types');
    expect(said).to.deep.equal(['types …', 'out\nerr', 'types: FAILED after N s (exit code 3)']);
  });

  it('counts a step that was killed, or is not there, as failed', async () => {
    expect((await run(script('killed', 'process.kill(process.pid, "SIGKILL")'))).failed).to.equal('killed');
    expect((await run({ name: 'absent', argv: ['/nowhere/at-all'] })).failed).to.equal('absent');
  });
});
