import { branchNameOf } from '@tamma/domain';
import { expect } from 'chai';
import type { Bench } from './testing/bench.ts';
import { createExample, walkOn } from './testing/example.ts';
import { answer } from './testing/people.ts';
import type { TestRepository } from './testing/repository.ts';

const SLOW_MS = 120_000;
const GATE_MS = 60_000;
const ISSUES: readonly number[] = [1, 3, 4, 5];
const PASS = { command: ['true'], timeout: GATE_MS };
const WHO = ['-c', 'user.name=Somebody', '-c', 'user.email=somebody@example.test'];

/** The head of each issue's branch, all made from the same first commit, in one repository. */
async function collectHeads({ repository }: Bench): Promise<ReadonlyMap<number, string>> {
  const heads = new Map<number, string>();
  for (const number of ISSUES) {
    // The gates have their say below, on what is merged; only issue 4 needs its red one to come to its end.
    await using bench = await createExample(number, number === 4 ? {} : { gates: { build: PASS } });
    // Nobody has to agree to a plan whose change goes nowhere, nor to be asked about it.
    bench.results.set('plan-approval', { by: 'ada', subject: 'the plan' });
    if (number === 5) answer(bench, 'clarification', 'As you like.');
    const { stopped } = await walkOn(bench, 'build-gate');
    if (stopped !== null) throw new Error(`issue ${number} is stuck at ${stopped.handler}`);
    const { title } = bench.head.issue;
    const branch = branchNameOf(number, title, bench.head.workflowId);
    await repository.git(
      'fetch',
      '--quiet',
      bench.repository.path,
      `refs/heads/${branch}:refs/heads/${branch}`,
    );
    heads.set(number, await repository.git('rev-parse', `refs/heads/${branch}`));
  }
  return heads;
}

/** Merges the heads in every order. Gives back the commit that each order came to; fails on a conflict. */
async function mergeInAnyOrder(
  repository: TestRepository,
  base: string,
  heads: ReadonlyMap<number, string>,
): Promise<readonly string[]> {
  if (heads.size === 0) return [base];
  const ends: string[] = [];
  for (const [number, head] of heads) {
    const tree = await repository.git('merge-tree', '--write-tree', base, head);
    const merged = await repository.git(...WHO, 'commit-tree', tree, '-p', base, '-p', head, '-m', 'Merge');
    const rest = new Map([...heads].filter(([other]) => other !== number));
    ends.push(...(await mergeInAnyOrder(repository, merged, rest)));
  }
  return ends;
}

describe('the branches of the example', function () {
  this.timeout(SLOW_MS);

  it('merge without a conflict in all 24 orders, to the same library, which is green', async () => {
    await using bench = await createExample(1);
    const { repository } = bench;
    const main = await repository.git('rev-parse', 'main');

    const ends = await mergeInAnyOrder(repository, main, await collectHeads(bench));

    expect(ends).to.have.length(24);
    const trees = await Promise.all(ends.map((end) => repository.git('rev-parse', `${end}^{tree}`)));
    expect(new Set(trees).size).to.equal(1);
    await repository.git('update-ref', 'refs/heads/merged', ends[0] ?? '');
    const { cloneUrl } = bench.platform;
    await using workspace = await bench.workspaces.open({ key: 'merged', cloneUrl, branch: 'merged' });
    const { signal } = new AbortController();
    for (const argv of [
      ['npm', 'test'],
      ['npm', 'run', 'build'],
    ]) {
      const { exitCode, output } = await workspace.run({ argv, timeoutMs: GATE_MS, signal });
      expect(exitCode, output).to.equal(0);
    }
  });
});
