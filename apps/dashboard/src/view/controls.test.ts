import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { CONTROLS, ordersFor, permissionFor, verbsFor } from './controls.ts';

const STEPS = [
  { id: 'clarification', phase: 'INTAKE', capability: 'ai', allow: ['skip'] },
  { id: 'test-gate', phase: 'REVIEW', capability: 'test', allow: ['override'] },
  { id: 'code-review', phase: 'REVIEW', capability: 'ai', allow: ['skip', 'override'] },
] as const;

const begun = createStory()
  .tell(0, 'WORKFLOW.STATE.CREATED')
  .tell(1, 'WORKFLOW.STARTED.SUCCESS', { data: { steps: STEPS.map((one) => ({ ...one })) } })
  .tell(2, 'TASK.DEQUEUED.SUCCESS', { step: 'clarification' });
const stopped = begun
  .tell(3, 'TASK.FAILED.PERMANENT', { step: 'clarification' })
  .tell(4, 'ESCALATION.TRIGGERED.SUCCESS', { step: 'clarification' });

const ordersIn = (story: typeof begun) => {
  const state = story.state();
  return state.steps.map((step) => ordersFor(state, step).join());
};

describe('what a person can have a workflow do', () => {
  it('is what changes something now, the most helpful first', () => {
    expect(verbsFor(begun.state())).to.deep.equal(['suspend', 'priority', 'cancel']);
    expect(verbsFor(stopped.state())).to.deep.equal(['retry', 'suspend', 'priority', 'cancel']);
    expect(verbsFor(begun.tell(5, 'WORKFLOW.SUSPENDED.SUCCESS').state())).to.deep.equal([
      'resume',
      'priority',
      'cancel',
    ]);
    expect(verbsFor(stopped.tell(5, 'WORKFLOW.SUSPENDED.SUCCESS').state())[0]).to.equal('resume');
    expect(verbsFor(begun.tell(5, 'WORKFLOW.CANCELLED.SUCCESS').state())).to.deep.equal([]);
  });

  it('is to skip a step without an outcome, and to override one that failed, where its template allows it', () => {
    expect(ordersIn(begun)).to.deep.equal(['skip', '', 'skip']);
    expect(ordersIn(stopped)).to.deep.equal(['skip', '', 'skip']);
    const done = begun.tell(3, 'TASK.COMPLETED.SUCCESS', { step: 'clarification' });
    expect(ordersIn(done)).to.deep.equal(['', '', 'skip']);
    const red = done
      .tell(4, 'TASK.DEQUEUED.SUCCESS', { step: 'code-review' })
      .tell(5, 'TASK.FAILED.PERMANENT', { step: 'code-review' });
    expect(ordersIn(red)).to.deep.equal(['', '', 'skip,override']);
    expect(ordersIn(begun.tell(5, 'WORKFLOW.CANCELLED.SUCCESS'))).to.deep.equal(['', '', '']);
  });

  it('is not ordered twice, unless the step stopped in spite of it', () => {
    const ordered = begun.tell(3, 'TASK.SKIP.ORDERED', { step: 'clarification' });
    expect(ordersIn(ordered)).to.deep.equal(['', '', 'skip']);
    expect(ordersIn(ordered.tell(4, 'TASK.FAILED.PERMANENT', { step: 'clarification' }))[0]).to.equal('skip');
  });

  it('needs an operator, and an approver where it lets something pass', () => {
    expect(permissionFor('override')).to.equal('approve');
    for (const verb of ['skip', 'suspend', 'resume', 'priority', 'cancel', 'retry'] as const)
      expect(permissionFor(verb), verb).to.equal('operate');
  });

  it('says what follows from it', () => {
    for (const { label, consequence } of Object.values(CONTROLS)) {
      expect(consequence).to.match(/\.$/);
      expect(label).to.match(/^[A-Z]/);
    }
  });
});
