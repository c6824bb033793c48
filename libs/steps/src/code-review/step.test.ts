import { done } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { finish, promptOf, refuse } from '../testing/model.ts';
import { roundOf, seedRounds } from '../testing/rounds.ts';
import { branchOf, seedChange, seedGates, seedPlan } from '../testing/seeds.ts';

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
    expect(made.outcome).to.deep.equal(done({ commit: head, summary, changes, agent: 'only' }));
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

  const serious = { severity: 'serious', path: 'src/double.js', line: 1, note: 'overflows' };
  const REFUSAL = { ...ANSWER, findings: [...ANSWER.findings, serious] };

  it('has serious findings repaired and all gates run again, and writes down what it found', async () => {
    await using bench = await createBench();
    const commit = await seedChange(bench);
    bench.model.queue(finish(REFUSAL));

    const made = await runStep(bench, 'code-review');

    expect(roundOf(made)).to.deep.equal({
      kind: 'repair',
      steps: ['code-generation', 'build-gate', 'test-gate', 'security-gate'],
    });
    expect(made.outcome).to.include({ why: 'the review found serious faults: src/double.js:1 overflows' });
    const findings =
      '- serious: `src/double.js:1` overflows\n- minor: `src/double.js:1` the name could say more';
    expect(made.artifacts.get('REVIEW.md')).to.equal(
      `# Review of ${commit}\n\nSound and small.\n\n${findings}\n`,
    );
    expect(made.artifacts.get('CHANGES.md')).to.include(findings);
  });

  it('takes a check that is not met for serious, and shows each with its evidence', async () => {
    await using bench = await createBench();
    bench.artifacts.set('TASK.md', 'double(2) is 4, and it is exported.');
    const head = await seedChange(bench);
    seedGates(bench, head, ['test']);
    const acceptance = [
      { check: 'double(2) is 4', met: true, evidence: 'src/double.js:1' },
      { check: 'it is documented', met: false, evidence: 'README.md does not name it' },
    ];
    bench.model.queue(finish({ ...ANSWER, acceptance }));

    const made = await runStep(bench, 'code-review');

    expect(made.outcome).to.include({
      why: 'the review found serious faults: not met: it is documented (README.md does not name it)',
    });
    expect(made.artifacts.get('REVIEW.md')).to.include(
      '- [x] double(2) is 4: src/double.js:1\n- [ ] it is documented: README.md does not name it\n\n- minor',
    );
    const prompt = promptOf(bench.model.requests[0]);
    expect(prompt).to.include('<task>\ndouble(2) is 4, and it is exported.\n</task>');
    expect(prompt).to.include('<gates>\ntest passed: test is fine\n</gates>');
  });

  it('takes a refusal for one that names no fault', async () => {
    await using bench = await createBench();
    await seedChange(bench);
    bench.model.queue(finish({ ...ANSWER, verdict: 'request_changes' }));
    const { outcome } = await runStep(bench, 'code-review');
    expect(outcome).to.include({ why: 'the review found serious faults: Sound and small.' });
  });

  it('tells people what the tests are worth', async () => {
    await using bench = await createBench();
    const headCommit = await seedChange(bench);
    const testsCannotFail = 'This change has no test of its own. Said of that: only names changed';
    bench.results.set('code-generation', { headCommit, summary: 'Renamed.', testsCannotFail });
    bench.model.queue(finish(ANSWER));

    const { artifacts } = await runStep(bench, 'code-review');

    expect(artifacts.get('CHANGES.md')).to.include(`## Tests\n\n${testsCannotFail}\n\n## Review`);
  });

  it('hears what the author says to findings that were left as they are', async () => {
    await using bench = await createBench();
    const headCommit = await seedChange(bench);
    seedRounds(bench, 'repair', 'build-gate', 1);
    bench.model.queue(finish(REFUSAL), finish(ANSWER));
    const { artifacts } = await runStep(bench, 'code-review');
    bench.artifacts.set('REVIEW.md', artifacts.get('REVIEW.md') ?? '');
    bench.results.set('code-generation', { headCommit, summary: 'It cannot: see the guard.' });

    await runStep(bench, 'code-review');

    const prompt = promptOf(bench.model.requests[1]);
    expect(prompt).to.match(/<earlier>\n# Review of .*overflows.*<\/earlier>/s);
    expect(prompt).to.include('<reply>\nIt cannot: see the guard.\n</reply>');
  });

  it('looks at the new head afresh after the repair, under the number of that round', async () => {
    await using bench = await createBench();
    await seedChange(bench);
    seedRounds(bench, 'repair', 'build-gate', 1);
    bench.model.queue(finish(REFUSAL), finish(ANSWER));
    await runStep(bench, 'code-review');
    const head = await bench.repository.commit(branchOf(bench), { 'src/double.js': 'mended\n' });

    const made = await runStep(bench, 'code-review');

    expect(made.outcome.kind === 'done' && made.outcome.result).to.include({ commit: head });
    expect(bench.model.requests.map(({ purpose }) => purpose.round)).to.deep.equal([0, 2]);
    const prompt = promptOf(bench.model.requests[1]);
    expect(prompt).to.include('+mended').and.not.include('overflows');
    expect(bench.model.requests[1]?.messages).to.have.length(1);
  });

  it('escalates with the findings when the rounds of repair are used up', async () => {
    await using bench = await createBench();
    await seedChange(bench);
    seedRounds(bench, 'repair', 'test-gate');
    bench.model.queue(finish(REFUSAL));

    const made = await runStep(bench, 'code-review');

    const message = 'the review found serious faults after 3 rounds of repair: src/double.js:1 overflows';
    expect(errorOf(made)).to.include({ code: 'REVIEW_REFUSED', class: 'gate', message });
    expect(made.artifacts.get('REVIEW.md')).to.include('- serious: `src/double.js:1` overflows');
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
