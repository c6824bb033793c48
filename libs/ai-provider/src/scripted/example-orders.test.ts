import { expect } from 'chai';
import { copyOfTextkit, play, readLibrary } from '../testing/example.ts';
import { editingTools, runGate } from '../testing/folder-tools.ts';

const SLOW_MS = 60_000;
const ISSUES: readonly number[] = [1, 3, 4, 5];

/** Every order of the issues. */
function ordersOf(issues: readonly number[]): readonly (readonly number[])[] {
  if (issues.length === 0) return [[]];
  return issues.flatMap((first) =>
    ordersOf(issues.filter((issue) => issue !== first)).map((rest) => [first, ...rest]),
  );
}

async function work(root: string, issue: number): Promise<void> {
  const tools = editingTools(root);
  await play({ issue, step: 'code-generation', tools });
  if (issue === 4) await play({ issue, step: 'code-generation', round: 1, tools });
}

describe('the canned changes of the example', function () {
  this.timeout(SLOW_MS);

  it('fit in whatever order the issues are worked, and come to the same library, which is green', async () => {
    const orders = ordersOf(ISSUES);
    expect(orders).to.have.length(24);
    const [reference, ...others] = orders;
    await using folder = await copyOfTextkit();
    for (const issue of reference ?? []) await work(folder.path, issue);
    const wanted = await readLibrary(folder.path);
    for (const order of others) {
      await using other = await copyOfTextkit();
      for (const issue of order) await work(other.path, issue);
      expect(await readLibrary(other.path), order.join(', ')).to.deep.equal(wanted);
    }
    const runs = [await runGate(folder.path, 'test'), await runGate(folder.path, 'build')];
    expect(runs.map(({ exitCode }) => exitCode)).to.deep.equal([0, 0]);
    expect(runs[0]?.output).to.contain('pass 17');
    expect(runs[1]?.output).to.contain('7 examples of README.md');
  });
});
