import { done } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, errorOf, runStep, typesOf } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { callTools, finish, promptOf, refuse, toolAnswers } from '../testing/model.ts';
import { seedIntake } from '../testing/seeds.ts';

const DAY_MS = 24 * 3_600_000;
const ANSWER = ANSWERS.clarification;
const QUESTIONS = ['Which numbers?', 'Negative ones too?'];

describe('clarification', () => {
  it('writes what is wanted and when it is done to TASK.md', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(callTools(['read_file', { path: 'src/sum.js' }]), finish(ANSWER));

    const made = await runStep(bench, 'clarification');

    const { goal, acceptance } = ANSWER;
    expect(made.outcome).to.deep.equal(done({ goal, acceptance, ambiguity: 10 }));
    expect([...made.artifacts]).to.deep.equal([
      [
        'TASK.md',
        '# Issue 1: Add a title-case function\n\n## Goal\n\nA function doubles a number.\n\n' +
          '## Acceptance\n\n- [ ] double(2) is 4\n- [ ] double is exported\n',
      ],
    ]);
    expect(toolAnswers(bench.model.requests[1])).to.deep.equal(['export const sum = (a, b) => a + b;\n']);
    expect(promptOf(bench.model.requests[0])).to.equal(
      '<issue>\n#1 Add a title-case function\n\nThe library needs a function that capitalizes each word of a sentence.\n</issue>',
    );
  });

  it('tells every answer of the model and every call of a tool', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(callTools(['read_file', { path: 'no-such-file' }]), finish(ANSWER));

    const made = await runStep(bench, 'clarification');

    expect(typesOf(made)).to.deep.equal([
      'AI.RESPONSE.RECEIVED',
      'AI.TOOL.CALLED',
      'AI.RESPONSE.RECEIVED',
      'AI.TOOL.CALLED',
    ]);
    expect(made.facts[0]?.data).to.include({ provider: 'queued', model: 'queued-1' });
    expect(made.facts[1]?.data).to.deep.equal({
      tool: 'read_file',
      ok: false,
      summary: 'read_file no-such-file',
    });
  });

  it('asks the author when the request is too vague to guess', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(finish({ ...ANSWER, ambiguity: 71, questions: QUESTIONS }));

    const { outcome, artifacts } = await runStep(bench, 'clarification');

    expect(outcome).to.deep.equal({
      kind: 'ask',
      question: 'Which numbers?\nNegative ones too?',
      forMs: DAY_MS,
    });
    expect(artifacts.size).to.equal(0);
  });

  it('goes on without asking at the limit, or when there is nothing to ask', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(
      finish({ ...ANSWER, ambiguity: 70, questions: QUESTIONS }),
      finish({ ...ANSWER, ambiguity: 100, questions: [] }),
    );

    expect((await attempt(bench, 'clarification')).outcome.kind).to.equal('done');
    expect((await attempt(bench, 'clarification')).outcome.kind).to.equal('done');
  });

  it('escalates when the model gives up', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(refuse());

    const made = await runStep(bench, 'clarification');

    expect(errorOf(made)).to.include({ code: 'AI_REFUSED', class: 'model' });
    expect(made.artifacts.size).to.equal(0);
  });

  it('can look at the repository and change nothing', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(callTools(['write_file', { path: 'src/sum.js', text: 'gone' }]), finish(ANSWER));

    await runStep(bench, 'clarification');

    const [request, second] = bench.model.requests;
    expect(request?.tools.map((tool) => tool.name)).to.deep.equal([
      'list_files',
      'read_file',
      'search',
      'finish',
    ]);
    expect(toolAnswers(second)[0]).to.match(/^error: There is no tool "write_file"/);
  });

  it('ends as before when an attempt before it died', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(finish(ANSWER), finish(ANSWER));

    const lost = await attempt(bench, 'clarification');
    const kept = await runStep(bench, 'clarification');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect([...kept.artifacts]).to.deep.equal([...lost.artifacts]);
  });
});
