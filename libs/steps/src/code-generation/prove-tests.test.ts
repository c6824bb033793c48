import { expect } from 'chai';
import { ANSWERS, DOUBLE_FILE } from '../testing/answers.ts';
import { attempt, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { callTools, finish, toolAnswers } from '../testing/model.ts';
import { branchOf, seedBranch, seedPlan } from '../testing/seeds.ts';

const ANSWER = ANSWERS['code-generation'];
const PROSE_FILE = { path: 'docs/double.md', text: 'How to double.\n' };
const TEST_FILE = { path: 'test/double.txt', text: 'export const double\n' };
/** The pattern that the test file holds has to be in the sources. */
const CHECK = { command: ['sh', '-c', 'ls test >&2 && grep -rqf test/double.txt src'], timeout: 60_000 };

async function createReady(bench: Bench): Promise<string> {
  seedPlan(bench);
  bench.artifacts.set('TODO.md', '# To do\n\n- [ ] write the test\n- [ ] write the function\n');
  return await seedBranch(bench);
}

describe('tests of a change', () => {
  it('are seen to fail without it, and committed before it', async () => {
    await using bench = await createBench({ gates: { test: CHECK } });
    const start = await createReady(bench);
    bench.model.queue(
      callTools(
        ['write_file', TEST_FILE],
        ['write_file', DOUBLE_FILE],
        ['delete_file', { path: 'README.md' }],
      ),
      finish({
        ...ANSWER,
        commitMessage: 'feat(math): double a number\n\nWhy.',
        stepsDone: ['1', 'unknown'],
      }),
    );

    const made = await runStep(bench, 'code-generation');

    const branch = branchOf(bench);
    const range = `${start}..${branch}`;
    const log = await bench.repository.git('log', '--reverse', '--format=%B', range);
    expect(log.split('\n\n')).to.deep.equal([
      'test(math): double a number',
      'Tamma-Workflow: demo-1.r1\nTamma-Tests-Of: demo-1.r1.code-generation',
      'feat(math): double a number',
      'Why.',
      'Tamma-Workflow: demo-1.r1\nTamma-Task: demo-1.r1.code-generation',
    ]);
    const files = await bench.repository.git('ls-tree', '-r', '--name-only', branch);
    expect(files.split('\n')).to.deep.equal(['src/double.js', 'src/sum.js', 'test/double.txt']);
    const first = await bench.repository.git('diff', '--name-only', start, `${branch}^`);
    expect(first).to.equal('test/double.txt');
    expect(made.facts.map(({ type }) => type).filter((type) => type.startsWith('COMMIT'))).to.have.length(2);
    expect(made.artifacts.get('TODO.md')).to.equal(
      '# To do\n\n- [x] write the test\n- [ ] write the function\n',
    );
    expect(bench.results.get('code-generation')).not.to.have.property('testsCannotFail');
  });

  it('are found again with the change when an attempt before died after its push', async () => {
    await using bench = await createBench({ gates: { test: CHECK } });
    await createReady(bench);
    bench.model.queue(callTools(['write_file', TEST_FILE], ['write_file', DOUBLE_FILE]), finish(ANSWER));
    const lost = await attempt(bench, 'code-generation');
    const kept = await runStep(bench, 'code-generation');
    expect(kept.facts).to.deep.equal(lost.facts.slice(-2));
    expect(bench.model.requests).to.have.length(2);
  });

  it('that pass without it are sent back once, and taken when the model insists', async () => {
    await using bench = await createBench({ gates: { test: { command: ['true'], timeout: 60_000 } } });
    await createReady(bench);
    bench.model.queue(
      callTools(['write_file', TEST_FILE], ['write_file', DOUBLE_FILE]),
      finish(ANSWER),
      finish({ ...ANSWER, testsCannotFail: 'Only names change.' }),
    );

    const made = await runStep(bench, 'code-generation');

    expect(toolAnswers(bench.model.requests[2])[0]).to.match(
      /^error: The tests pass without the change, too/,
    );
    expect(made.outcome.kind).to.equal('done');
    expect(bench.results.get('code-generation')).to.include({
      testsCannotFail: 'The tests of this change pass without it, too. Said of that: Only names change.',
    });
  });

  it('that are red with it are sent back with what they printed, and taken once they are green', async () => {
    await using bench = await createBench({ gates: { test: CHECK } });
    await createReady(bench);
    bench.model.queue(
      callTools(['write_file', TEST_FILE], ['write_file', { ...DOUBLE_FILE, text: 'wrong\n' }]),
      finish(ANSWER),
      callTools(['write_file', DOUBLE_FILE]),
      finish(ANSWER),
    );

    const made = await runStep(bench, 'code-generation');

    expect(toolAnswers(bench.model.requests[2])[0])
      .to.match(/^error: The tests fail with the change: .* ended with exit code 1/)
      .and.include('double.txt');
    expect(made.outcome.kind).to.equal('done');
  });

  it('that stay red are left to the test gate after three times', async () => {
    await using bench = await createBench({ gates: { test: { command: ['false'], timeout: 60_000 } } });
    await createReady(bench);
    const change = callTools(['write_file', TEST_FILE], ['write_file', DOUBLE_FILE]);
    bench.model.queue(change, finish(ANSWER), finish(ANSWER), finish(ANSWER), finish(ANSWER));
    expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
  });

  it('that are not there are asked for once, unless the model says why, and people are told', async () => {
    const { testsCannotFail, ...silent } = ANSWER;
    const told = 'This change has no test of its own. Said of that: ';
    for (const { answers, sentBack, said } of [
      { answers: [finish(silent), finish(silent)], sentBack: 1, said: 'the model did not say why' },
      { answers: [finish(silent), finish(ANSWER)], sentBack: 1, said: testsCannotFail },
      { answers: [finish(ANSWER)], sentBack: 0, said: testsCannotFail },
    ]) {
      await using bench = await createBench({ gates: { test: { command: ['false'], timeout: 60_000 } } });
      await createReady(bench);
      bench.model.queue(callTools(['write_file', DOUBLE_FILE]), ...answers);
      expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
      const back = bench.model.requests.slice(2).flatMap(toolAnswers);
      expect(back.filter((text) => text.startsWith('error: Your change has no test.'))).to.have.lengthOf(
        sentBack,
      );
      expect(bench.results.get('code-generation')).to.include({ testsCannotFail: `${told}${said}` });
    }
  });

  it('that are not there are written when asked for, and proven', async () => {
    const { testsCannotFail: _, ...silent } = ANSWER;
    await using bench = await createBench({ gates: { test: CHECK } });
    const start = await createReady(bench);
    const test = callTools(['write_file', TEST_FILE]);
    bench.model.queue(callTools(['write_file', DOUBLE_FILE]), finish(silent), test, finish(silent));
    expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
    expect(bench.results.get('code-generation')).to.not.have.property('testsCannotFail');
    const commits = await bench.repository.git('rev-list', '--count', `${start}..${branchOf(bench)}`);
    expect(commits).to.equal('2');
  });

  for (const { what, files, test } of [
    { what: 'only prose changes', files: [PROSE_FILE], test: ['false'] },
    { what: 'there is nothing else', files: [TEST_FILE], test: ['false'] },
    { what: 'the project has no tests', files: [TEST_FILE, DOUBLE_FILE], test: ['sh', '-c', 'exit 127'] },
  ]) {
    it(`prove nothing, and need not, where ${what}`, async () => {
      await using bench = await createBench({ gates: { test: { command: test, timeout: 60_000 } } });
      const start = await createReady(bench);
      bench.model.queue(callTools(...files.map((file) => ['write_file', file] as const)), finish(ANSWER));
      expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
      const commits = await bench.repository.git('rev-list', '--count', `${start}..${branchOf(bench)}`);
      expect(commits).to.equal(files.length === 2 ? '2' : '1');
    });
  }

  it('lose nothing of the change that was put back meanwhile, also what no text is', async () => {
    const binary = `printf '\\\\0\\\\1' > src/logo.bin`;
    const build = { command: ['sh', '-c', binary], timeout: 60_000 };
    await using bench = await createBench({ gates: { build, test: CHECK } });
    await createReady(bench);
    const edit = { path: 'src/sum.js', text: 'export const sum = null;\n' };
    bench.model.queue(
      callTools(['write_file', TEST_FILE], ['write_file', DOUBLE_FILE], ['write_file', edit]),
      callTools(['run_gate', { gate: 'build' }]),
      finish(ANSWER),
    );
    await runStep(bench, 'code-generation');
    const files = await bench.repository.git('ls-tree', '-r', '--name-only', branchOf(bench));
    expect(files).to.include('src/logo.bin').and.include('src/double.js');
    expect(await bench.repository.git('show', `${branchOf(bench)}:src/sum.js`)).to.equal(edit.text.trim());
  });

  it('leave files that may be run what they are, and nothing of their own runs that is no text', async () => {
    const build = { command: ['sh', '-c', 'echo run > src/tool && chmod 755 src/tool'], timeout: 60_000 };
    // The run without the change leaves bytes behind.
    const script = 'grep -rqf test/double.txt src || { printf "\\0" > left.bin; exit 1; }';
    const test = { command: ['sh', '-c', script], timeout: 60_000 };
    await using bench = await createBench({ gates: { build, test } });
    await createReady(bench);
    bench.model.queue(
      callTools(['write_file', TEST_FILE], ['write_file', DOUBLE_FILE], ['run_gate', { gate: 'build' }]),
      finish(ANSWER),
    );
    expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
    const files = await bench.repository.git('ls-tree', '-r', branchOf(bench));
    expect(files)
      .to.match(/^100755 .*src\/tool$/m)
      .and.not.include('left.bin');
  });

  it('are left to the gate where their program is not on this machine', async () => {
    await using bench = await createBench({
      gates: { test: { command: ['no-such-program'], timeout: 60_000 } },
    });
    await createReady(bench);
    bench.model.queue(callTools(['write_file', TEST_FILE], ['write_file', DOUBLE_FILE]), finish(ANSWER));
    expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
  });

  it('are run without the change on nothing that is left of that run', async () => {
    // As a test does that writes down what it saw the first time, and compares from then on.
    const script =
      'test -f test/seen || cat src/* > test/seen; cat src/* | cmp - test/seen && exec grep -rqf test/double.txt src';
    const test = { command: ['sh', '-c', script], timeout: 60_000 };
    await using bench = await createBench({ gates: { test } });
    await createReady(bench);
    bench.model.queue(callTools(['write_file', TEST_FILE], ['write_file', DOUBLE_FILE]), finish(ANSWER));
    expect((await runStep(bench, 'code-generation')).outcome.kind).to.equal('done');
    const branch = branchOf(bench);
    expect(await bench.repository.git('show', `${branch}:test/seen`)).to.include('double');
  });

  it('come with notes of bugs that are none of the task, gathered over the rounds', async () => {
    await using bench = await createBench();
    await createReady(bench);
    bench.artifacts.set('BUGS.md', '# Bugs seen on the way\n\n- `a.js`: old\n');
    const bugs = [
      { path: 'a.js', note: 'old' },
      { path: 'b`.js', note: 'sum\nis slow' },
    ];
    bench.model.queue(callTools(['write_file', DOUBLE_FILE]), finish({ ...ANSWER, bugs }));
    const { artifacts } = await runStep(bench, 'code-generation');
    expect(artifacts.get('BUGS.md')).to.equal(
      "# Bugs seen on the way\n\n- `a.js`: old\n- `b'.js`: sum is slow\n",
    );
  });
});
