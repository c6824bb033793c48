import { done } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { finish, promptOf, refuse } from '../testing/model.ts';
import { branchOf, seedChange, seedPlan } from '../testing/seeds.ts';

const ANSWER = ANSWERS['code-review'];

describe('code-review', () => {
  it('shows the reviewer plan and diff, and writes CHANGES.md and the patch', async () => {
    await using bench = await createBench();
    seedPlan(bench);
    const first = await seedChange(bench);
    const head = await bench.repository.commit(branchOf(bench), { 'README.md': '# Sums and more\n' });
    bench.model.queue(finish(ANSWER));

    const made = await runStep(bench, 'code-review');

    const { summary, changes } = ANSWER;
    expect(made.outcome).to.deep.equal(done({ commit: head, summary, changes }));
    const prompt = promptOf(bench.model.requests[0]);
    expect(prompt).to.include('<plan>\n# Plan\n\nAdd it.\n\n</plan>');
    expect(prompt).to.match(/<diff>\ndiff --git [\s\S]*\n\+export const double = [\s\S]*\n<\/diff>$/);
    expect(made.artifacts.get('change.patch')).to.include('+export const double = (n) => 2 * n;\n');
    expect(made.artifacts.get('CHANGES.md')).to.equal(
      [
        '# Changes',
        '## Overview\n\nThere is a new function double.',
        '## Modified Files\n\n- `README.md` (+1 -1)\n- `src/double.js` (+1 -0)',
        '## Diff Summary\n\n2 files, 2 lines added, 1 removed.',
        `## Related Commits\n\n- ${first.slice(0, 7)} Somebody's commit 2\n- ${head.slice(0, 7)} Somebody's commit 3`,
        '## Review\n\nSound and small.\n\n- minor: `src/double.js:1` the name could say more',
      ].join('\n\n'),
    );
  });

  it('escalates with the findings when one of them is serious, and keeps the report', async () => {
    await using bench = await createBench();
    await seedChange(bench);
    const serious = { severity: 'serious', path: 'src/double.js', line: 1, note: 'overflows' };
    bench.model.queue(finish({ ...ANSWER, findings: [...ANSWER.findings, serious] }));

    const made = await runStep(bench, 'code-review');

    const message = 'the review found serious faults: src/double.js:1 overflows';
    expect(errorOf(made)).to.include({ code: 'REVIEW_REFUSED', class: 'gate', message });
    expect(made.artifacts.get('CHANGES.md')).to.include('- serious: `src/double.js:1` overflows');
  });

  it('shows a giant diff with its middle left out, and keeps the whole patch', async () => {
    await using bench = await createBench();
    const line = `${'x'.repeat(99)}\n`;
    await seedChange(bench, { 'giant.txt': line.repeat(2000) });
    bench.model.queue(finish(ANSWER));

    const made = await runStep(bench, 'code-review');

    const prompt = promptOf(bench.model.requests[0]);
    expect(prompt.length).to.be.below(101_000);
    expect(prompt).to.match(/characters left out/);
    expect(made.artifacts.get('change.patch')?.length).to.be.above(200_000);
  });

  it('escalates when the model gives up, and writes nothing', async () => {
    await using bench = await createBench();
    await seedChange(bench);
    bench.model.queue(refuse());

    const made = await runStep(bench, 'code-review');

    expect(errorOf(made)).to.include({ code: 'AI_REFUSED', class: 'model' });
    expect(made.artifacts.size).to.equal(0);
  });

  it('ends as before when an attempt before it died', async () => {
    await using bench = await createBench();
    await seedChange(bench);
    bench.model.queue(finish(ANSWER), finish(ANSWER));

    const lost = await attempt(bench, 'code-review');
    const kept = await runStep(bench, 'code-review');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect([...kept.artifacts]).to.deep.equal([...lost.artifacts]);
  });
});
