import { expect } from 'chai';
import { line, soundWitness, taskOf } from '../testing/made-up.ts';
import { openBodies, takenOverAt } from './open-bodies.ts';

describe('the bodies that a dead worker held', () => {
  const task = taskOf('pull-request');
  const body = line({ effect: 'body', phase: 'before', task, attempt: 1, at: 50 });

  it('are those that began and never ended', () => {
    expect(openBodies(soundWitness())).to.deep.equal([]);
    expect(openBodies([...soundWitness(), { ...body, attempt: 2 }])).to.deep.equal([{ ...body, attempt: 2 }]);
  });

  it('are taken over when a later attempt begins the same task in another process', () => {
    const later = { ...body, attempt: 2, pid: body.pid + 1, at: 90 };
    expect(takenOverAt([body, later], body)).to.equal(90);
    for (const other of [
      { pid: body.pid },
      { attempt: 1 },
      { task: taskOf('code-generation') },
      { phase: 'after' as const },
    ]) {
      expect(takenOverAt([body, { ...later, ...other }], body), JSON.stringify(other)).to.equal(null);
    }
  });
});
