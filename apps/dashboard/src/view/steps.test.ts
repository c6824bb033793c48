import type { WorkflowState } from '@tamma/domain';
import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { countDone, nameRound, phasesOf, placeOf } from './steps.ts';

const STEPS = [
  { id: 'plan-generation', phase: 'PLAN', capability: 'ai' },
  { id: 'code-generation', phase: 'EXECUTE', capability: 'code' },
  { id: 'test-gate', phase: 'REVIEW', capability: 'test' },
] as const;

const begun = createStory()
  .tell(0, 'WORKFLOW.STATE.CREATED')
  .tell(1, 'WORKFLOW.STARTED.SUCCESS', { data: { steps: [...STEPS] } })
  .tell(2, 'TASK.DEQUEUED.SUCCESS', { step: 'plan-generation' })
  .tell(3, 'TASK.COMPLETED.SUCCESS', { step: 'plan-generation' })
  .tell(4, 'TASK.DEQUEUED.SUCCESS', { step: 'code-generation' })
  .tell(5, 'TASK.COMPLETED.SUCCESS', { step: 'code-generation' })
  .tell(6, 'PHASE.STARTED.SUCCESS', { data: { phase: 'REVIEW' } })
  .tell(7, 'TASK.DEQUEUED.SUCCESS', { step: 'test-gate', attempt: 2 })
  .tell(8, 'ROUND.STARTED.SUCCESS', { step: 'test-gate', data: { steps: ['code-generation'], why: 'red' } });

const stepOf = (state: WorkflowState, id: string) =>
  phasesOf(state)
    .flatMap(({ steps }) => steps)
    .find((step) => step.id === id);

describe('steps as they are drawn', () => {
  it('stand in six phases, also before there are any', () => {
    const empty = phasesOf(createStory().tell(0, 'WORKFLOW.STATE.CREATED').state());
    expect(empty.map(({ phase, steps }) => [phase, steps.length])).to.deep.equal(
      ['INTAKE', 'RESEARCH', 'PLAN', 'EXECUTE', 'REVIEW', 'CLOSE'].map((phase) => [phase, 0]),
    );
    const phases = phasesOf(begun.state());
    expect(phases.map(({ done, steps }) => `${done}/${steps.length}`)).to.deep.equal([
      '0/0',
      '0/0',
      '1/1',
      '0/1',
      '0/1',
      '0/0',
    ]);
    expect(phases.filter(({ isCurrent }) => isCurrent).map(({ phase }) => phase)).to.deep.equal(['REVIEW']);
  });

  it('say which round of its kind works on them, and what they wait for', () => {
    const state = begun.state();
    expect(stepOf(state, 'code-generation')).to.deep.include({ round: 'repair 1 of 3', status: 'pending' });
    expect(stepOf(state, 'test-gate')).to.deep.include({ round: null, attempts: 2, status: 'scheduled' });
    expect(stepOf(state, 'test-gate')?.waits).to.contain('red');
    expect(stepOf(state, 'plan-generation')?.waits).to.equal(null);
  });

  it('count rounds by kind, as they are numbered over the whole workflow', () => {
    const round = (number: number, kind: 'repair' | 'plan') => ({
      round: number,
      kind,
      askedBy: 'x',
      why: '',
      at: '',
    });
    const rounds = [round(1, 'plan'), round(2, 'repair'), round(3, 'repair')];
    expect([0, 1, 2, 3, 4].map((number) => nameRound(rounds, number))).to.deep.equal([
      null,
      'plan 1 of 3',
      'repair 1 of 3',
      'repair 2 of 3',
      null,
    ]);
  });

  it('say who ordered what, and show what was let pass as overridden', () => {
    const ordered = begun.tell(9, 'TASK.OVERRIDE.ORDERED', {
      step: 'test-gate',
      data: { why: 'the tests are wrong' },
    });
    const before = stepOf(ordered.state(), 'test-gate');
    expect(before?.ordered).to.match(/^override ordered by .+: the tests are wrong$/);
    expect(before?.badge.word).to.equal('waits');
    const done = ordered
      .tell(10, 'TASK.DEQUEUED.SUCCESS', { step: 'test-gate' })
      .tell(11, 'TASK.COMPLETED.SUCCESS', { step: 'test-gate' });
    expect(stepOf(done.state(), 'test-gate')?.badge).to.deep.include({ word: 'overridden', tone: 'asks' });
    expect(stepOf(done.state(), 'plan-generation')).to.deep.include({ ordered: null });
    expect(stepOf(done.state(), 'plan-generation')?.badge.word).to.equal('completed');
  });

  it('name the phase of the step that runs, not of the one begun last', () => {
    const state = begun.tell(9, 'TASK.DEQUEUED.SUCCESS', { step: 'code-generation' }).state();
    expect(placeOf(state)).to.deep.equal({ step: 'code-generation', phase: 'EXECUTE' });
    expect(countDone(state)).to.deep.equal({ done: 1, all: 3 });
    const ended = begun.tell(9, 'WORKFLOW.CANCELLED.SUCCESS').state();
    expect(placeOf(ended)).to.deep.equal({ step: null, phase: null });
  });
});
