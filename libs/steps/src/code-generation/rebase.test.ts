import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, errorOf, runStep, typesOf } from '../testing/attempt.ts';
import { type Bench, createBench } from '../testing/bench.ts';
import { buildAgent, callTools, createQueuedModel, finish, promptOf, toolAnswers } from '../testing/model.ts';
import { seedRounds } from '../testing/rounds.ts';
import { branchOf, seedChange, seedPlan } from '../testing/seeds.ts';

const ANSWER = ANSWERS['code-generation'];
const ROUND = { round: 1 };
const THEIRS = 'export const double = (n) => n + n;\n';
const JOINED = { path: 'src/double.js', text: 'export const double = (n) => n * 2;\n' };

/** A pushed change, a base that moved on with these files, and a round to bring the two together. */
async function prepare(bench: Bench, theirs: Record<string, string>) {
  seedPlan(bench);
  const old = await seedChange(bench);
  const base = await bench.repository.commit('main', theirs);
  seedRounds(bench, 'rebase', 'pull-request', 1);
  return { old, base };
}

const headOf = ({ repository }: Bench, branch: string) => repository.git('rev-parse', branch);

describe('code-generation in a round that puts the change onto its base', () => {
  it('asks no model where the two do not meet, and says what it stands on now', async () => {
    await using bench = await createBench();
    const { old, base } = await prepare(bench, { 'other.txt': 'Other.\n' });

    const made = await runStep(bench, 'code-generation', ROUND);

    const headCommit = await headOf(bench, branchOf(bench));
    expect(headCommit).not.to.equal(old);
    expect(made.outcome).to.deep.include({
      kind: 'done',
      result: { headCommit, baseCommit: base, summary: `put onto ${base.slice(0, 7)} without conflict` },
    });
    expect(await headOf(bench, `${headCommit}^`)).to.equal(base);
    expect(bench.model.requests).to.have.length(0);
    const data = { branch: branchOf(bench), base: 'main', baseCommit: base, commit: headCommit };
    expect(made.facts).to.deep.equal([{ type: 'BRANCH.REBASED.SUCCESS', data }]);
  });

  it('ends as before when an attempt before it died', async () => {
    await using bench = await createBench();
    await prepare(bench, { 'other.txt': 'Other.\n' });
    const lost = await attempt(bench, 'code-generation', ROUND);
    const kept = await runStep(bench, 'code-generation', ROUND);
    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect(await bench.repository.git('rev-list', '--count', `main..${branchOf(bench)}`)).to.equal('1');
  });

  it('shows a model where the two meet, and pushes one commit that joins them', async () => {
    await using bench = await createBench();
    const { base } = await prepare(bench, { 'src/double.js': THEIRS });
    bench.model.queue(
      callTools(['read_file', { path: 'src/double.js' }], ['write_file', JOINED]),
      finish(ANSWER),
    );

    const made = await runStep(bench, 'code-generation', ROUND);

    const headCommit = await headOf(bench, branchOf(bench));
    expect(made.outcome).to.deep.include({ kind: 'done' });
    expect(bench.results.get('code-generation')).to.deep.equal({
      headCommit,
      baseCommit: base,
      summary: 'Added double.',
    });
    expect(await headOf(bench, `${headCommit}^`)).to.equal(base);
    expect(await bench.repository.git('show', `${headCommit}:src/double.js`)).to.equal(JOINED.text.trim());
    expect(await bench.repository.git('log', '-1', '--format=%B', headCommit)).to.match(
      /\nTamma-Task: demo-1\.r1\.code-generation\.1$/,
    );
    expect(typesOf(made).slice(-2)).to.deep.equal(['COMMIT.CREATED.SUCCESS', 'BRANCH.REBASED.SUCCESS']);
    const [first, second] = bench.model.requests;
    expect(promptOf(first)).to.match(/<conflicts>\nsrc\/double\.js\n<\/conflicts>$/);
    for (const field of ['summary', 'tests', 'commitMessage'])
      expect(first?.system).to.include(`\`${field}\``);
    expect(JSON.stringify(second?.messages)).to.include('<<<<<<< ').and.include('>>>>>>> ');
  });

  it('finishes with the resolution of an earlier attempt, and asks no model', async () => {
    await using bench = await createBench();
    const { base } = await prepare(bench, { 'src/double.js': THEIRS });
    bench.model.queue(callTools(['write_file', JOINED]), finish(ANSWER));
    await attempt(bench, 'code-generation', ROUND);
    const headCommit = await headOf(bench, branchOf(bench));
    const asked = bench.model.requests.length;
    await runStep(bench, 'code-generation', ROUND);
    expect(bench.results.get('code-generation')).to.include({ headCommit, baseCommit: base });
    expect(bench.model.requests).to.have.length(asked);
  });

  it('takes no file that still holds marks, says so, and escalates when the model insists', async () => {
    await using bench = await createBench();
    const { old } = await prepare(bench, { 'src/double.js': THEIRS });
    bench.model.queue(finish(ANSWER), finish(ANSWER), finish(ANSWER), finish(ANSWER));
    const error = errorOf(await runStep(bench, 'code-generation', ROUND));
    expect(error).to.include({ code: 'CONFLICT_UNRESOLVED', class: 'conflict' });
    expect(error.message).to.include('src/double.js');
    expect(toolAnswers(bench.model.requests[1])[0]).to.include(
      'Marks of the conflict are left in src/double.js',
    );
    expect(await headOf(bench, branchOf(bench))).to.equal(old);
  });

  it('gives the conflict to the next agent as it was when the first one fails half-way', async () => {
    const [one, other] = [createQueuedModel(), createQueuedModel()];
    await using bench = await createBench({ agents: [buildAgent(one, 'one'), buildAgent(other, 'other')] });
    await prepare(bench, { 'src/double.js': THEIRS });
    one.queue(callTools(['write_file', { ...JOINED, text: 'half' }]), async () => {
      throw new TammaError('AWAY', 'it is away', { class: 'network' });
    });
    other.queue(
      callTools(['read_file', { path: 'src/double.js' }]),
      callTools(['write_file', JOINED]),
      finish(ANSWER),
    );
    expect((await runStep(bench, 'code-generation', ROUND)).outcome.kind).to.equal('done');
    expect(toolAnswers(other.requests[1])[0]).to.include('<<<<<<< ').and.not.include('half');
  });

  it('takes a file for resolved that the model removed', async () => {
    await using bench = await createBench();
    await prepare(bench, { 'src/double.js': THEIRS });
    const elsewhere = { path: 'src/twice.js', text: JOINED.text };
    bench.model.queue(
      callTools(['delete_file', { path: 'src/double.js' }], ['write_file', elsewhere]),
      finish(ANSWER),
    );
    expect((await runStep(bench, 'code-generation', ROUND)).outcome.kind).to.equal('done');
  });

  it('escalates when the base holds the change already, and leaves the branch alone', async () => {
    await using bench = await createBench();
    const { old } = await prepare(bench, { 'src/double.js': 'export const double = (n) => 2 * n;\n' });
    const error = errorOf(await runStep(bench, 'code-generation', ROUND));
    expect(error).to.include({ code: 'EMPTY_CHANGE' });
    expect(await headOf(bench, branchOf(bench))).to.equal(old);
  });

  it('pushes nothing over what somebody pushed meanwhile', async () => {
    await using bench = await createBench();
    await prepare(bench, { 'src/double.js': THEIRS });
    let strangers = '';
    bench.model.queue(callTools(['write_file', JOINED]), async () => {
      strangers = await bench.repository.commit(branchOf(bench), { 'mine.txt': 'Mine.\n' });
      return finish(ANSWER);
    });
    const { outcome } = await runStep(bench, 'code-generation', ROUND);
    expect(outcome.kind === 'retry' && outcome.error.code).to.equal('PUSH_REFUSED');
    expect(await headOf(bench, branchOf(bench))).to.equal(strangers);
  });
});
