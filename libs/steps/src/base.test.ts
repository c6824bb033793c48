import { expect } from 'chai';
import { ANSWERS } from './testing/answers.ts';
import { runStep } from './testing/attempt.ts';
import { createBench } from './testing/bench.ts';
import { finish, promptOf } from './testing/model.ts';
import { branchOf, seedChange, seedPlan } from './testing/seeds.ts';

const PATCH = { filesMax: 50, linesMax: 2000, allowSensitivePaths: false, protectedPaths: [] };

describe('the base that a change is measured against', () => {
  it('moves along when a person merges the base into the branch: what came with it is none of the change', async () => {
    await using bench = await createBench({ gates: { patch: { ...PATCH, filesMax: 1 } } });
    seedPlan(bench);
    const head = await seedChange(bench);
    const base = await bench.repository.commit('main', { 'a.txt': 'A.\n', 'b.txt': 'B.\n' });
    await bench.repository.commit(branchOf(bench), { 'a.txt': 'A.\n', 'b.txt': 'B.\n' });
    const tree = await bench.repository.git('rev-parse', `${branchOf(bench)}^{tree}`);
    const merged = await bench.repository.git(
      ...['-c', 'user.name=Maria', '-c', 'user.email=maria@example.test'],
      ...['commit-tree', tree, '-p', head, '-p', base, '-m', 'Merge main'],
    );
    await bench.repository.git('update-ref', `refs/heads/${branchOf(bench)}`, merged);
    bench.model.queue(finish(ANSWERS['code-review']));

    expect((await runStep(bench, 'security-gate')).outcome.kind).to.equal('done');
    await runStep(bench, 'code-review');

    expect(promptOf(bench.model.requests[0])).to.include('src/double.js').and.not.include('a.txt');
  });

  it('stays where it was when a person merges the change while it is looked at', async () => {
    await using bench = await createBench();
    const head = await seedChange(bench);
    await bench.repository.git('update-ref', 'refs/heads/main', head);
    expect((await runStep(bench, 'security-gate')).outcome.kind).to.equal('done');
  });

  it('is where the branch left the base when a person put it onto another history', async () => {
    await using bench = await createBench();
    await seedChange(bench);
    const base = await bench.repository.git('rev-parse', 'main');
    bench.results.set('code-generation', { headCommit: base, summary: '', baseCommit: '0'.repeat(40) });
    expect((await runStep(bench, 'security-gate')).outcome.kind).to.equal('done');
  });
});
