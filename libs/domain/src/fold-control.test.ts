import { expect } from 'chai';
import { createStory, type Story, secondAt } from './testing/story.ts';

const STEP = 'issue-intake';
const CREATED = createStory().tell(0, 'WORKFLOW.STATE.CREATED');
const STARTED = CREATED.tell(10, 'WORKFLOW.STARTED.SUCCESS', {
  data: {
    steps: [
      { id: STEP, phase: 'INTAKE', capability: 'git', allow: ['skip'] },
      { id: 'build-gate', phase: 'EXECUTE', capability: 'build' },
    ],
  },
});
const RUNNING = STARTED.tell(20, 'TASK.DEQUEUED.SUCCESS', { step: STEP, attempt: 1 });
const ASKED = RUNNING.tell(30, 'QUESTION.ASKED.SUCCESS', { step: STEP });
const APPROVING = RUNNING.tell(30, 'APPROVAL.REQUESTED.SUCCESS', { step: STEP });
const ESCALATED = RUNNING.tell(30, 'TASK.FAILED.PERMANENT', { step: STEP }).tell(
  30,
  'ESCALATION.TRIGGERED.SUCCESS',
  { step: STEP, data: { until: secondAt(900) } },
);
const SUSPENSION = { by: 'test', why: 'a release is made', since: secondAt(100) };

function suspend(story: Story): Story {
  return story.tell(100, 'WORKFLOW.SUSPENDED.SUCCESS');
}

function resume(story: Story): Story {
  return story.tell(200, 'WORKFLOW.RESUMED.SUCCESS');
}

describe('the fold of a suspension', () => {
  const all = { CREATED, STARTED, RUNNING, ASKED, APPROVING, ESCALATED };

  for (const [name, story] of Object.entries(all)) {
    it(`shows a workflow that was ${name} as standing still, by whom and why`, () => {
      const state = suspend(story).state();
      expect(state.status).to.equal(name === 'CREATED' ? 'pending' : 'paused');
      expect(state.suspended).to.deep.include(SUSPENSION);
      expect(state.waitingFor).to.deep.equal({
        reason: 'human',
        since: secondAt(100),
        until: state.suspended?.until,
        why: 'suspended by test: a release is made',
      });
    });

    it(`takes a workflow that was ${name} back to what it was, and counts the wait once`, () => {
      const [before, after] = [story.state(), resume(suspend(story)).state()];
      expect(after.suspended).to.equal(null);
      const { status, approval, escalation, steps } = before;
      expect(after).to.deep.include({ status, approval, escalation, steps });
      const reason = name === 'RUNNING' ? 'worker' : before.waitingFor?.reason;
      expect(after.waitingFor).to.deep.include({ reason, since: secondAt(200) });
      const waitedMs = Object.values(after.waitedMs).reduce((sum: number, ms = 0) => sum + ms, 0);
      // All but the ten seconds, or eighty, in which a step ran.
      expect(waitedMs).to.equal(200_000 - workedSeconds(name) * 1000);
    });
  }

  function workedSeconds(name: string): number {
    if (name === 'RUNNING') return 80;
    return name === 'CREATED' || name === 'STARTED' ? 0 : 10;
  }

  it('told twice is the first one, and lifted twice changes nothing', () => {
    const again = suspend(RUNNING).tell(150, 'WORKFLOW.SUSPENDED.SUCCESS', { data: { why: 'other' } });
    expect(again.state()).to.deep.equal(suspend(RUNNING).state());
    const resumed = resume(suspend(RUNNING));
    expect(resumed.tell(300, 'WORKFLOW.RESUMED.SUCCESS').state()).to.deep.equal(resumed.state());
  });

  it('lasts while what runs comes to its end, and counts that time once', () => {
    const done = suspend(RUNNING)
      .tell(110, 'TASK.COMPLETED.SUCCESS', { step: STEP })
      .tell(120, 'TASK.DEQUEUED.SUCCESS', { step: 'build-gate', attempt: 1 })
      .tell(121, 'TASK.PARKED.SUCCESS', { step: 'build-gate', data: { on: 'human' } });
    expect(done.state()).to.deep.include({ status: 'paused' });
    expect(done.state().waitingFor).to.deep.equal(suspend(RUNNING).state().waitingFor);
    expect(done.state().steps.map(({ status }) => status)).to.deep.equal(['completed', 'scheduled']);
    const resumed = resume(done).state();
    expect(resumed).to.include({ status: 'running' });
    expect(resumed.waitedMs).to.deep.equal({ slot: 10_000, worker: 10_000, human: 100_000 });
  });

  it('keeps what was asked meanwhile, and asks it when it is over', () => {
    const asked = suspend(RUNNING).tell(110, 'APPROVAL.REQUESTED.SUCCESS', { step: STEP });
    expect(asked.state().waitingFor?.reason).to.equal('human');
    const resumed = resume(asked).state();
    expect(resumed.waitingFor).to.deep.include({ reason: 'approval', since: secondAt(200) });
    expect(resumed.approval?.id).to.equal(APPROVING.state().approval?.id);
  });

  it('keeps what failed meanwhile, and what a person decided about it', () => {
    const failed = suspend(RUNNING).tell(110, 'ESCALATION.TRIGGERED.SUCCESS', { step: STEP });
    expect(resume(failed).state()).to.deep.include({ status: 'paused' });
    expect(resume(failed).state().escalation).to.include({ stepId: STEP, level: 2 });
    const resolved = failed.tell(150, 'ESCALATION.RESOLVED.SUCCESS', { step: STEP });
    expect(resolved.state()).to.deep.include({ status: 'paused', escalation: null });
    expect(resume(resolved).state().waitingFor).to.include({ reason: 'worker' });
  });

  it('does not undo that its last step was at its end already', () => {
    const merged = suspend(RUNNING).tell(110, 'WORKFLOW.COMPLETED.SUCCESS').state();
    expect(merged).to.include({ status: 'completed', result: 'merged', suspended: null, waitingFor: null });
    expect(merged.waitedMs.human).to.equal(10_000);
    for (const story of [CREATED, APPROVING, ESCALATED]) {
      const state = suspend(story).tell(110, 'WORKFLOW.COMPLETED.SUCCESS').state();
      expect(state).to.include({ endedAt: null, result: null });
    }
  });

  it('does not keep a workflow from being cancelled or failed', () => {
    const cancelled = suspend(ESCALATED).tell(110, 'WORKFLOW.CANCELLED.SUCCESS').state();
    expect(cancelled).to.include({ status: 'cancelled', suspended: null, escalation: null });
    const failed = suspend(RUNNING).tell(110, 'WORKFLOW.FAILED.PERMANENT').state();
    expect(failed).to.include({ status: 'failed', suspended: null });
  });

  it('holds for one that is started all the same, until it is resumed', () => {
    const started = suspend(CREATED).tell(110, 'WORKFLOW.STARTED.SUCCESS');
    expect(started.state()).to.include({ status: 'paused', startedAt: secondAt(110) });
    expect(resume(started).state()).to.include({ status: 'running' });
  });
});

describe('the fold of an escalation', () => {
  it('shows where, since when and how high', () => {
    expect(ESCALATED.state().escalation).to.deep.equal({
      taskId: '',
      stepId: STEP,
      level: 2,
      since: secondAt(30),
      until: secondAt(900),
    });
  });

  it('rises, and never falls', () => {
    const raise = (story: Story, level: number) =>
      story.tell(40, 'ESCALATION.RAISED.SUCCESS', { data: { level } });
    const raised = raise(ESCALATED, 4);
    expect(raised.state().escalation?.level).to.equal(4);
    expect(raise(raised, 3).state()).to.deep.equal(raised.state());
    expect(raise(RUNNING, 3).state()).to.deep.equal(RUNNING.state());
  });

  for (const decision of ['retry', 'override', 'skip'] as const) {
    it(`is over when a person decides on ${decision}, and says so`, () => {
      const resolved = ESCALATED.tell(50, 'ESCALATION.RESOLVED.SUCCESS', { step: STEP, data: { decision } });
      expect(resolved.state()).to.deep.include({ status: 'running', escalation: null, error: null });
      expect(resolved.state().steps[0]).to.deep.include({ status: 'pending', error: null });
      expect(resolved.state().waitingFor?.why).to.match(/^a person had its failed step|^a person let its/);
    });
  }

  it('on the first level pauses nothing: the step waits, and shows its error', () => {
    const held = RUNNING.tell(30, 'ESCALATION.TRIGGERED.SUCCESS', { step: STEP, data: { level: 1 } });
    expect(held.state()).to.deep.include({ status: 'running', escalation: null });
    expect(held.state().steps[0]).to.deep.include({ status: 'scheduled' });
    expect(held.state().steps[0]?.error).to.include({ message: 'it broke' });
  });

  it('is over when its step runs again by itself, and not when another one does', () => {
    const other = ESCALATED.tell(40, 'TASK.DEQUEUED.SUCCESS', { step: 'build-gate' });
    expect(other.state().escalation?.stepId).to.equal(STEP);
    expect(ESCALATED.tell(40, 'TASK.DEQUEUED.SUCCESS', { step: STEP }).state().escalation).to.equal(null);
  });
});

describe('the fold of orders and priorities', () => {
  it('shows an order with the step it is about, alone', () => {
    const told = RUNNING.tell(30, 'TASK.OVERRIDE.ORDERED', { step: 'build-gate' });
    expect(told.state().steps.map(({ order }) => order)).to.deep.equal([
      null,
      { kind: 'override', by: 'test', why: 'the scanner is wrong' },
    ]);
    const skipped = told.tell(31, 'TASK.SKIP.ORDERED', { step: 'build-gate' }).state();
    expect(skipped.steps[1]?.order?.kind).to.equal('skip');
    const nowhere = RUNNING.tell(30, 'TASK.SKIP.ORDERED', { step: 'not-a-step' });
    expect(nowhere.state()).to.deep.equal(RUNNING.state());
  });

  it('knows what may be ordered, and forgets an order when a round works on the step again', () => {
    const steps = RUNNING.state().steps;
    expect(steps.map(({ allow }) => allow)).to.deep.equal([['skip'], []]);
    const round = RUNNING.tell(30, 'TASK.SKIP.ORDERED', { step: STEP })
      .tell(40, 'ROUND.STARTED.SUCCESS', { step: 'build-gate', data: { round: 1, steps: [STEP] } })
      .state();
    expect(round.steps[0]).to.deep.include({ allow: ['skip'], order: null, round: 1 });
  });

  it('takes the score that a person gave', () => {
    expect(RUNNING.tell(30, 'WORKFLOW.PRIORITIZED.SUCCESS').state().score).to.equal(900);
  });
});
