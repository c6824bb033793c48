import type { StepHandler } from '@tamma/contracts';
import { expect } from 'chai';
import { ANSWERS, DOUBLE_FILE } from '../testing/answers.ts';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { callTools, finish, promptOf, toolAnswers } from '../testing/model.ts';
import { seedRounds } from '../testing/rounds.ts';
import { branchOf, seedBranch, seedPlan } from '../testing/seeds.ts';

const ANSWER = ANSWERS['code-generation'];
const UNTESTED = 'This change has no test of its own. Said of that: No tests are there yet.';

/** Queues a change of one file, and the result. */
function queueChange({ model }: Bench, file: { path: string; text: string }): void {
  model.queue(callTools(['write_file', file]), finish(ANSWER));
}

const MENDED = { path: 'src/double.js', text: 'export const double = (n) => n + n;\n' };
const ROUND = { round: 1 };

/** A pushed change that `askedBy` sent back. Returns its commit. */
async function createRefused(bench: Bench, askedBy: StepHandler = 'build-gate'): Promise<string> {
  seedPlan(bench);
  await seedBranch(bench);
  queueChange(bench, DOUBLE_FILE);
  await runStep(bench, 'code-generation');
  seedRounds(bench, 'repair', askedBy, 1);
  return (await bench.platform.readBranch(branchOf(bench))) ?? '';
}

describe('code-generation in a round of repair', () => {
  it('adds one commit of its own to the change, under its own task and round', async () => {
    await using bench = await createBench();
    const refused = await createRefused(bench);
    queueChange(bench, MENDED);

    const made = await runStep(bench, 'code-generation', ROUND);

    const head = await bench.platform.readBranch(branchOf(bench));
    const baseCommit = await bench.repository.git('rev-parse', 'main');
    expect(made.outcome).to.deep.include({
      kind: 'done',
      result: {
        headCommit: head,
        baseCommit,
        summary: 'Added double.',
        agent: 'only',
        testsCannotFail: UNTESTED,
      },
    });
    expect(await bench.repository.git('rev-parse', `${head}^`)).to.equal(refused);
    const message = await bench.repository.git('log', '-1', '--format=%B', `${head}`);
    expect(message).to.match(/\nTamma-Task: demo-1\.r1\.code-generation\.1$/);
    expect(bench.model.requests.map(({ purpose }) => purpose.round)).to.deep.equal([0, 0, 1, 1]);
  });

  const problems = [
    ['build-gate', 'build.log'],
    ['test-gate', 'test.log'],
    ['security-gate', 'security.log'],
    ['code-review', 'REVIEW.md'],
  ] as const;
  for (const [askedBy, artifact] of problems) {
    it(`shows what ${askedBy} found, the change and the plan`, async () => {
      await using bench = await createBench();
      await createRefused(bench, askedBy);
      bench.artifacts.set(artifact, `${artifact}: it is wrong`);
      queueChange(bench, MENDED);

      await runStep(bench, 'code-generation', ROUND);

      const request = bench.model.requests[2];
      expect(promptOf(request)).to.include('<plan>\n# Plan\n\nAdd it.\n\n</plan>');
      expect(promptOf(request)).to.match(/<diff>\ndiff --git .*\n\+export const double .*\n<\/diff>/s);
      expect(promptOf(request)).to.match(
        new RegExp(`<problem source="${artifact}">\n${artifact}: it is wrong\n</problem>$`),
      );
      expect(request?.system).to.include('was refused');
      for (const field of ['summary', 'tests', 'commitMessage']) {
        expect(request?.system).to.include(`\`${field}\``);
      }
    });
  }

  it('shows the end of a long log, where the failure stands', async () => {
    await using bench = await createBench();
    await createRefused(bench);
    bench.artifacts.set('build.log', `begin\n${'x'.repeat(49_984)}\nit failed\n`);
    queueChange(bench, MENDED);

    await runStep(bench, 'code-generation', ROUND);

    const prompt = promptOf(bench.model.requests[2]);
    expect(prompt)
      .to.include('it failed\n\n</problem>')
      .and.match(/30001 characters left out/);
    expect(prompt).not.to.include('begin');
  });

  it('finishes with the repair of an earlier attempt, never with the change it repairs', async () => {
    await using bench = await createBench();
    const refused = await createRefused(bench);
    queueChange(bench, MENDED);
    await attempt(bench, 'code-generation', ROUND);
    const head = await bench.platform.readBranch(branchOf(bench));

    const kept = await runStep(bench, 'code-generation', ROUND);

    expect(head).not.to.equal(refused);
    expect(kept.outcome.kind === 'done' && kept.outcome.result).to.include({ headCommit: head });
    expect(bench.model.requests).to.have.length(4);
  });

  it('counts for the agent whose change it mends, and for none where people want another one', async () => {
    for (const [kind, repairs] of [
      ['repair', 'only'],
      ['rework', undefined],
    ] as const) {
      await using bench = await createBench();
      await createRefused(bench);
      bench.rounds.length = 0;
      seedRounds(bench, kind, 'code-review', 1);
      queueChange(bench, MENDED);
      const { reports } = await attempt(bench, 'code-generation', ROUND);
      expect(reports.map((one) => [one.result, one.repairs])).to.deep.equal([['done', repairs]]);
    }
  });

  it('tells a model that changed nothing so, and escalates when it insists', async () => {
    await using bench = await createBench();
    const refused = await createRefused(bench);
    bench.artifacts.set('build.log', 'the build ended with exit code 1');
    bench.model.queue(finish(ANSWER), finish(ANSWER), finish(ANSWER), finish(ANSWER));

    const error = errorOf(await runStep(bench, 'code-generation', ROUND));

    expect(error).to.include({ code: 'AI_RESULT_INVALID', class: 'model' });
    expect(error?.message).to.match(/; it was to mend this: .*exit code 1$/s);
    expect(error?.remedy).to.match(/^read the artifact build\.log; /);
    expect(toolAnswers(bench.model.requests[3])[0]).to.match(
      /^error: No file is changed\. Make the change\./,
    );
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(refused);
  });

  it('may answer the review without changing anything', async () => {
    await using bench = await createBench();
    const refused = await createRefused(bench, 'code-review');
    bench.artifacts.set('REVIEW.md', 'doubling overflows');
    bench.model.queue(finish({ ...ANSWER, summary: 'It cannot overflow: see line 3.' }));

    const { outcome } = await runStep(bench, 'code-generation', ROUND);

    const summary = 'It cannot overflow: see line 3.';
    expect(outcome.kind === 'done' && outcome.result).to.include({ headCommit: refused, summary });
    expect(await bench.platform.readBranch(branchOf(bench))).to.equal(refused);
  });

  it('refuses to guess when nobody on record asked for it', async () => {
    await using bench = await createBench();
    await createRefused(bench, 'pull-request');

    const thrown = await attempt(bench, 'code-generation', ROUND).catch((error: unknown) => error);

    expect(thrown).to.include({ code: 'REPAIR_UNEXPLAINED', class: 'validation' });
  });
});
