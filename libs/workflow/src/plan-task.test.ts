import { plannedStepSchema } from '@tamma/contracts';
import { expect } from 'chai';
import { planOfTask } from './plan-task.ts';

describe('the plan of a task on its own', () => {
  it('is one step on the queue that the task needs', () => {
    const gate = planOfTask('quality_gate', { gate: 'security' });
    expect(gate.name).to.equal('task');
    expect(
      gate.steps.map(({ id, capability, opens, closes }) => [id, capability, opens, closes]),
    ).to.deep.equal([['quality-gate', 'security', false, null]]);
    const git = planOfTask('git_operation', {});
    expect(git.steps.map(({ handler, capability }) => [handler, capability])).to.deep.equal([
      ['git-operation', 'git'],
    ]);
    for (const step of [...gate.steps, ...git.steps]) {
      expect(plannedStepSchema.parse(step)).to.deep.equal(step);
    }
  });

  it('is named by its text', () => {
    expect(planOfTask('quality_gate', { gate: 'test' }).hash).to.match(/^[0-9a-f]{64}$/);
    expect(planOfTask('quality_gate', { gate: 'test' })).to.deep.equal(
      planOfTask('quality_gate', { gate: 'test' }),
    );
    expect(planOfTask('quality_gate', { gate: 'test' }).hash).not.to.equal(
      planOfTask('quality_gate', { gate: 'build' }).hash,
    );
  });
});
