import { done } from '@tamma/domain';
import { expect } from 'chai';
import { ANSWERS } from '../testing/answers.ts';
import { attempt, errorOf, runStep } from '../testing/attempt.ts';
import { createBench } from '../testing/bench.ts';
import { callTools, finish, promptOf, refuse, toolAnswers } from '../testing/model.ts';
import { seedIntake } from '../testing/seeds.ts';

const ANSWER = ANSWERS['context-research'];

describe('context-research', () => {
  it('writes what the implementer must know to CONTEXT.md', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.artifacts.set('TASK.md', 'Double a number.');
    bench.model.queue(callTools(['list_files', {}], ['search', { text: 'SUM =' }]), finish(ANSWER));

    const made = await runStep(bench, 'context-research');

    expect(made.outcome).to.deep.equal(done({ files: ['src/sum.js'] }));
    expect(made.artifacts.get('CONTEXT.md')).to.equal(
      '# Context\n\nOne small module with one function.\n\n## Files\n\n- `src/sum.js`: its neighbor\n\n' +
        '## Risks\n\n- none that matter\n',
    );
    expect(toolAnswers(bench.model.requests[1])).to.deep.equal([
      'README.md\nsrc/sum.js',
      'src/sum.js:1: export const sum = (a, b) => a + b;',
    ]);
    expect(promptOf(bench.model.requests[0])).to.match(/<task>\nDouble a number\.\n<\/task>$/);
  });

  it('says so when no file and no risk was found', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(finish({ summary: 'An empty repository.', files: [], risks: [] }));

    const made = await runStep(bench, 'context-research');

    expect(made.artifacts.get('CONTEXT.md')).to.include('## Files\n\nnone\n\n## Risks\n\nnone seen');
  });

  it('escalates when the model gives up', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(refuse());

    const made = await runStep(bench, 'context-research');

    expect(errorOf(made)).to.include({ code: 'AI_REFUSED', class: 'model' });
    expect(made.artifacts.size).to.equal(0);
  });

  it('ends as before when an attempt before it died', async () => {
    await using bench = await createBench();
    seedIntake(bench);
    bench.model.queue(finish(ANSWER), finish(ANSWER));

    const lost = await attempt(bench, 'context-research');
    const kept = await runStep(bench, 'context-research');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect([...kept.artifacts]).to.deep.equal([...lost.artifacts]);
  });
});
