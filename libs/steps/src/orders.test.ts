import { done, GATES, gatesMissing, type Order } from '@tamma/domain';
import { expect } from 'chai';
import { findStep } from './registry.ts';
import { errorOf, runStep } from './testing/attempt.ts';
import { type Bench, createBench } from './testing/bench.ts';
import { finish } from './testing/model.ts';
import { seedRounds } from './testing/rounds.ts';
import { branchOf, seedChange, seedGates, seedPullRequest, seedReview } from './testing/seeds.ts';

const MINUTE_MS = 60_000;
const OVERRIDE: Order = {
  kind: 'override',
  by: 'ada',
  why: 'the tool is wrong',
  at: '2026-01-02T00:00:00.000Z',
};
const SECRET = `export const key = 'ghp_${'a1B2'.repeat(9)}';\n`;

const createRed = (gate: 'build' | 'test' | 'security') =>
  createBench({ gates: { [gate]: { command: ['sh', '-c', 'exit 3'], timeout: MINUTE_MS } } });

async function failFor(bench: Bench, handler: 'build-gate' | 'test-gate' | 'security-gate'): Promise<void> {
  seedRounds(bench, 'repair', handler);
  errorOf(await runStep(bench, handler));
}

describe('an override', () => {
  for (const gate of GATES) {
    it(`lets the very commit pass that the ${gate} gate refused, and never calls it passed`, async () => {
      await using bench = await createRed(gate);
      const commit = await seedChange(bench);
      await failFor(bench, `${gate}-gate`);

      const made = await runStep(bench, `${gate}-gate`, { order: OVERRIDE });

      expect(made.outcome.kind).to.equal('done');
      expect(made.gates).to.have.length(1);
      expect(made.gates[0]).to.deep.include({
        gate,
        commit,
        passed: false,
        override: { by: 'ada', why: 'the tool is wrong' },
      });
      expect(made.gates[0]?.summary).to.match(/^overridden by ada: the tool is wrong \(.*exit code 3/);
      expect(made.facts).to.deep.equal([]);
      expect(gatesMissing(commit, [gate], bench.gates)).to.deep.equal([]);
    });

    it(`counts for no other commit: the ${gate} gate runs on that one`, async () => {
      await using bench = await createRed(gate);
      await seedChange(bench);
      await failFor(bench, `${gate}-gate`);
      const later = await bench.repository.commit(branchOf(bench), { 'src/double.js': 'later\n' });

      const made = await runStep(bench, `${gate}-gate`, { order: OVERRIDE });

      expect(errorOf(made).class).to.equal('gate');
      expect(gatesMissing(later, [gate], bench.gates)).to.deep.equal([gate]);
    });
  }

  it('never lets pass what looks like a secret', async () => {
    await using bench = await createBench();
    await seedChange(bench, { 'src/key.js': SECRET });
    errorOf(await runStep(bench, 'security-gate'));

    const made = await runStep(bench, 'security-gate', { order: OVERRIDE });

    expect(errorOf(made).message).to.include('looks like a secret');
  });

  it('takes a change that the review refused, for that commit, without asking the model again', async () => {
    await using bench = await createBench();
    const commit = await seedChange(bench);
    const findings = [{ severity: 'serious', path: 'src/double.js', line: 1, note: 'overflows' }];
    seedRounds(bench, 'repair', 'code-review');
    bench.model.queue(finish({ summary: 'Unsound.', findings, changes: 'New.' }));
    errorOf(await runStep(bench, 'code-review'));

    const made = await runStep(bench, 'code-review', { order: OVERRIDE });

    const summary = 'overridden by ada: the tool is wrong';
    expect(made.outcome).to.deep.equal(done({ commit, summary, changes: '' }));
    const later = await bench.repository.commit(branchOf(bench), { 'src/double.js': 'later\n' });
    bench.model.queue(finish({ summary: 'Sound.', findings: [], changes: 'New.' }));
    expect((await runStep(bench, 'code-review', { order: OVERRIDE })).outcome).to.deep.equal(
      done({ commit: later, summary: 'Sound.', changes: 'New.', agent: 'only' }),
    );
  });

  it('shows in the pull request as what it is', async () => {
    await using bench = await createRed('test');
    const commit = await seedChange(bench);
    seedGates(bench, commit, ['build', 'security']);
    seedReview(bench, commit);
    await failFor(bench, 'test-gate');
    await runStep(bench, 'test-gate', { order: OVERRIDE });

    expect((await runStep(bench, 'pull-request')).outcome.kind).to.equal('done');
    const opened = await bench.platform.readPullRequest(1);
    expect(opened?.body).to.include(`- test on ${commit.slice(0, 7)}: overridden by ada: the tool is wrong`);
  });
});

describe('a step that a person may have left out', () => {
  it('says what stands for its result, in the shape that later steps read', () => {
    for (const handler of ['clarification', 'context-research', 'code-review']) {
      const step = findStep(handler);
      expect(step?.result.safeParse(step.whenSkipped).success, handler).to.equal(true);
    }
  });

  it('is missed by nobody: a pull request is opened without a review', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    bench.results.set('code-review', findStep('code-review')?.whenSkipped);

    expect((await runStep(bench, 'pull-request')).outcome.kind).to.equal('done');
  });
});
