import { createHash } from 'node:crypto';
import { done } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { callTools, finish, promptOf, refuse, toolAnswers } from '../testing/model.ts';
import { answer } from '../testing/people.ts';
import { seedIntake } from '../testing/seeds.ts';

const ANSWER = ANSWERS['plan-generation'];

const PLAN = `# Plan

Add one function beside sum.

Risk: low

## Steps

1. write the test
2. write the function

## Files

- \`src/double.js\`

## Tests

One test of double.
`;

describe('plan-generation', () => {
  it('writes plan and list of things to do, and binds the approval to the text of the plan', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.artifacts.set('TASK.md', 'Double a number.');
    bench.artifacts.set('CONTEXT.md', 'One module.');
    bench.model.queue(finish(ANSWER));

    const made = await runStep(bench, 'plan-generation');

    const planHash = createHash('sha256').update(PLAN).digest('hex');
    expect(made.outcome).to.deep.equal(done({ summary: ANSWER.summary, risk: 'low', planHash }));
    expect([...made.artifacts]).to.deep.equal([
      ['PLAN.md', PLAN],
      ['TODO.md', '# To do\n\n- [ ] write the test\n- [ ] write the function\n'],
    ]);
    expect(made.facts.at(-1)).to.deep.equal({ type: 'RISK.ASSESSED.SUCCESS', data: { risk: 'low' } });
    expect(promptOf(bench.model.requests[0])).to.match(
      /<task>\nDouble a number\.\n<\/task>\n\n<context>\nOne module\.\n<\/context>$/,
    );
  });

  it('makes another plan of the last one as a person wants it, under its own round', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.artifacts.set('PLAN.md', 'The first plan.');
    bench.artifacts.set('REVIEW.md', 'ada wants it changed.');
    bench.model.queue(finish({ ...ANSWER, summary: 'Another.' }));

    const made = await runStep(bench, 'plan-generation', { round: 2 });

    expect(made.outcome.kind).to.equal('done');
    expect(made.artifacts.get('PLAN.md')).to.include('Another.').and.not.include('The first plan.');
    const [request] = bench.model.requests;
    expect(request?.purpose).to.include({ step: 'plan-generation', round: 2 });
    expect(promptOf(request)).to.match(
      /<plan>\nThe first plan\.\n<\/plan>\n\n<wanted>\nada wants it changed\.\n<\/wanted>$/,
    );
    expect(request?.system).to.include('wants another one');
  });

  const raised = [
    { what: 'says so itself', issue: {}, answer: { risk: 'medium' }, risk: 'medium' },
    { what: 'breaks something', issue: {}, answer: { breaking: true }, risk: 'high' },
    { what: 'deletes files', issue: {}, answer: { deletesFiles: true }, risk: 'high' },
    { what: 'names a protected path', issue: {}, answer: { files: ['.github/ci.yml'] }, risk: 'high' },
    {
      what: 'is for an issue about security',
      issue: { labels: ['tamma', 'security'] },
      answer: {},
      risk: 'high',
    },
  ] as const;
  for (const { what, issue, answer: given, risk } of raised) {
    it(`settles on ${risk} risk when the plan ${what}`, async () => {
      await using bench = await createBench({ issue });
      seedIntake(bench);
      bench.model.queue(finish({ ...ANSWER, ...given }));

      const made = await runStep(bench, 'plan-generation');

      expect(made.outcome.kind === 'done' && made.outcome.result).to.include({ risk });
      expect(made.artifacts.get('PLAN.md')).to.include(`\nRisk: ${risk}\n`);
      expect(made.facts.at(-1)?.data).to.deep.equal({ risk });
    });
  }

  const OPTIONS = [
    { name: 'A table', summary: 'Look it up.', pros: ['fast'], cons: ['large'] },
    { name: 'A formula', summary: 'Work it out.' },
  ];

  it('shows the options and which one is taken where they are wanted, and takes no plan without them', async () => {
    await using bench = await createBench({ issue: { labels: ['tamma', 'design-options-needed'] } });
    seedIntake(bench);
    bench.model.queue(
      finish(ANSWER),
      finish({ ...ANSWER, options: OPTIONS, chosen: 'Another' }),
      finish({ ...ANSWER, options: OPTIONS, chosen: 'A formula' }),
    );

    const made = await runStep(bench, 'plan-generation');

    expect(promptOf(bench.model.requests[0])).to.match(/\n\nOptions are wanted for this one/);
    expect(toolAnswers(bench.model.requests[1])[0]).to.include('options: 2 or 3 are wanted');
    expect(toolAnswers(bench.model.requests[2])[0]).to.include('chosen: it has to be the name');
    expect(made.artifacts.get('PLAN.md')).to.include(
      '## Options\n\n### A table\n\nLook it up.\n\n- for: fast\n- against: large\n\n### A formula (chosen)\n\nWork it out.\n\n## Steps',
    );
  });

  it('asks what only a person knows, begins anew with the answer, and asks no more than three times', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.artifacts.set('TASK.md', '# Task\n\nDouble a number.\n');
    for (const number of [1, 2, 3]) {
      bench.model.queue(callTools(['ask_question', { question: `Question ${number}?` }]));
      const { outcome } = await runStep(bench, 'plan-generation');
      expect(outcome).to.include({ kind: 'ask', question: `Question ${number}?` });
      answer(bench, 'plan-generation', `Answer ${number}.`);
    }
    bench.model.queue(finish(ANSWER));

    const made = await runStep(bench, 'plan-generation');

    expect(made.outcome.kind).to.equal('done');
    const last = bench.model.requests.at(-1);
    expect(last?.tools.map(({ name }) => name)).not.to.include('ask_question');
    expect(bench.model.requests.map(({ purpose }) => purpose.round)).to.deep.equal([0, 100, 200, 300]);
    expect(promptOf(last)).to.match(
      /<question source="you">\nQuestion 1\?\n<\/question>\n\n<answer author="ada">\nAnswer 1\.\n<\/answer>/,
    );
    expect(promptOf(last)).to.include('<task>\n# Task\n\nDouble a number.\n\n</task>');
    expect(made.artifacts.get('TASK.md')).to.match(
      /^# Task\n\nDouble a number\.\n\n## Questions of plan-generation\n\n### Question 1\n\n> Question 1\?\n\nAnswered by ada:\n\n> Answer 1\.\n\n### Question 2/,
    );
  });

  it('escalates when the model gives up', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(refuse());

    const made = await runStep(bench, 'plan-generation');

    expect(errorOf(made)).to.include({ code: 'AI_REFUSED', class: 'model' });
    expect(made.artifacts.size).to.equal(0);
  });

  it('escalates when the model keeps handing in something else', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    const wrong = finish({ ...ANSWER, risk: 'none' });
    bench.model.queue(wrong, wrong, wrong, wrong);

    const error = errorOf(await runStep(bench, 'plan-generation'));

    expect(error).to.include({ code: 'AI_RESULT_INVALID', class: 'model' });
    expect(error.message).to.include('risk');
  });

  it('ends as before when an attempt before it died', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(finish(ANSWER), finish(ANSWER));

    const lost = await attempt(bench, 'plan-generation');
    const kept = await runStep(bench, 'plan-generation');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect([...kept.artifacts]).to.deep.equal([...lost.artifacts]);
  });
});
