import { expect } from 'chai';
import { ANSWERS, DOUBLE_FILE } from '../testing/answers.ts';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { callTools, finish } from '../testing/model.ts';
import { seedBranch, seedPlan } from '../testing/seeds.ts';

const timeout = 60_000;

describe('a checkout that has to be prepared', () => {
  it('is prepared before a model is paid for, and a person hears why it cannot be', async () => {
    const prepare = {
      command: ['node', '-e', 'console.log("no lock file"); process.exit(3)'],
      timeout,
      network: false,
    };
    await using bench = await createBench({ gates: { prepare } });
    seedPlan(bench);
    await seedBranch(bench);

    const made = await attempt(bench, 'code-generation');

    expect(errorOf(made)).to.include({ code: 'PREPARATION_FAILED', class: 'gate' });
    expect(errorOf(made)?.message).to.contain('ended with exit code 3').and.contain('no lock file');
    expect(bench.model.requests).to.deep.equal([]);
  });

  it('is prepared once, for everything that runs there', async () => {
    const prepare = {
      command: ['node', '-e', 'require("fs").appendFileSync(process.env.TMPDIR + "/p", "x")'],
      timeout,
      network: false,
    };
    const test = {
      command: [
        'node',
        '-e',
        'process.exit(require("fs").readFileSync(process.env.TMPDIR + "/p").length - 1)',
      ],
      timeout,
    };
    await using bench = await createBench({ gates: { prepare, test } });
    seedPlan(bench);
    await seedBranch(bench);
    bench.model.queue(
      callTools(['run_gate', { gate: 'test' }], ['write_file', DOUBLE_FILE], ['run_gate', { gate: 'test' }]),
      finish(ANSWERS['code-generation']),
    );

    const { outcome, facts } = await runStep(bench, 'code-generation');

    expect(outcome.kind).to.equal('done');
    const ran = facts.filter(({ type }) => type === 'AI.COMMAND.RAN');
    expect(ran.map(({ data }) => data)).to.have.length(2);
    for (const { data } of ran) expect(data).to.include({ exitCode: 0 });
  });
});
