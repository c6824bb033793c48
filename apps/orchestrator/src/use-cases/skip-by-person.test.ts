import { foldWorkflow, taskIdOf, type WorkflowState } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { describeSkip } from './skip-by-person.ts';

const NAMES = ['code', 'review'] as const;
const ERROR = { code: 'EMPTY', class: 'model', message: 'nothing was changed' } as const;

function about(stepId: string, round = 0) {
  return { stepId, taskId: taskIdOf('demo-1.r1', stepId, round), attempt: 1 };
}

/** The review is under way; the story goes on from there. */
function stateAfter(...told: ReturnType<typeof buildEvent>[]): WorkflowState {
  const steps = NAMES.map((id) => ({ id, phase: 'EXECUTE', capability: 'ai' }) as const);
  const done = { result: {}, durationMs: 1 };
  const taken = { capability: 'ai', workerId: 'w' } as const;
  const state = foldWorkflow([
    buildEvent('WORKFLOW.STATE.CREATED', {
      project: 'demo',
      platform: 'local',
      repository: '/demo',
      issue: 1,
      title: 'One',
      template: 'test',
      templateHash: 'hash',
      score: 1,
      run: 1,
    }),
    buildEvent('WORKFLOW.STARTED.SUCCESS', { steps }),
    buildEvent('TASK.COMPLETED.SUCCESS', done, about('code')),
    buildEvent('TASK.DEQUEUED.SUCCESS', taken, about('review')),
    ...told,
  ]);
  if (state === null) throw new Error('it was never created');
  return state;
}

function said(state: WorkflowState): string {
  const review = state.steps.find(({ id }) => id === 'review');
  return review === undefined ? 'there is no such step' : describeSkip(state, review);
}

const ROUND = buildEvent(
  'ROUND.STARTED.SUCCESS',
  { round: 1, kind: 'repair', steps: ['code'], why: 'serious faults' },
  about('review'),
);

describe('what is said to whoever has a step left out', () => {
  it('says that one which runs may come to its own end first', () => {
    expect(said(stateAfter())).to.contain('unless it ends by itself first');
  });

  it('says that one which sent work back waits for that, and what stands in the way', () => {
    expect(said(stateAfter(ROUND))).to.equal(
      'step review sent work back: it is left out as soon as that is over',
    );
    const until = '2026-01-08T00:00:00.000Z';
    const failed = buildEvent('TASK.FAILED.PERMANENT', { error: ERROR, retryCount: 0 }, about('code', 1));
    const escalation = { level: 2, error: ERROR, until };
    const asked = buildEvent('ESCALATION.TRIGGERED.SUCCESS', escalation, about('code', 1));
    expect(said(stateAfter(ROUND, failed, asked))).to.match(/step code has stopped: retry that one$/);
  });
});
