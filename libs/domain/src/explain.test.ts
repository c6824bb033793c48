import { expect } from 'chai';
import { explainWorkflow, failedStepOf, openStepOf } from './explain.ts';
import { createStory, secondAt } from './testing/story.ts';
import { WAITING_REASONS } from './workflow.ts';
import type { WorkflowState } from './workflow-state.ts';

const ID = 'demo-1.r1';
const CANCEL = { who: 'an operator', how: `tamma cancel ${ID} --reason "…"` };
const CREATED = createStory().tell(0, 'WORKFLOW.STATE.CREATED');
const STARTED = CREATED.tell(10, 'WORKFLOW.STARTED.SUCCESS');
const RUNNING = STARTED.tell(20, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 1 });
const FAILED = RUNNING.tell(30, 'TASK.FAILED.PERMANENT', { step: 'issue-intake' }).tell(
  30,
  'ESCALATION.TRIGGERED.SUCCESS',
  { step: 'issue-intake' },
);

function waitingFor(reason: (typeof WAITING_REASONS)[number], until: string | null): WorkflowState {
  const waiting = { reason, since: secondAt(20), until, why: 'so it is' };
  return { ...RUNNING.state(), waitingFor: waiting };
}

describe('the explanation of a workflow', () => {
  it('says of one that is claimed that it waits for a slot', () => {
    const { summary, movers, queued, afterwards } = explainWorkflow(CREATED.state());
    expect(summary).to.equal('its issue is claimed, and it waits until a workflow that runs ends or pauses');
    expect(movers).to.deep.equal([
      { who: 'the orchestrator', how: 'starts it when a slot is free, highest score first' },
      CANCEL,
    ]);
    expect([queued, afterwards]).to.deep.equal([null, null]);
  });

  it('names the task that is queued, and who can take it', () => {
    const { summary, movers, queued } = explainWorkflow(STARTED.state());
    expect(summary).to.equal('step issue-intake waits for a worker: its first step is queued');
    expect(movers[0]?.who).to.equal('a worker with the capability git');
    expect(queued).to.deep.equal({ taskId: `${ID}.issue-intake`, capability: 'git' });
    const done = RUNNING.tell(30, 'TASK.COMPLETED.SUCCESS', { step: 'issue-intake' });
    expect(explainWorkflow(done.state()).queued).to.deep.equal({
      taskId: `${ID}.context-research`,
      capability: 'code',
    });
  });

  it('names what runs, with attempt and round when it is not the first', () => {
    expect(explainWorkflow(RUNNING.state())).to.deep.include({
      summary: 'step issue-intake runs',
      movers: [CANCEL],
      queued: null,
    });
    const second = RUNNING.tell(30, 'TASK.RETRY.SCHEDULED', { step: 'issue-intake' });
    const again = second.tell(40, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 2 });
    expect(explainWorkflow(again.state()).summary).to.equal('step issue-intake runs, attempt 2');
  });

  it('says when a step that failed is tried again, and after what', () => {
    const retrying = RUNNING.tell(30, 'TASK.RETRY.SCHEDULED', { step: 'issue-intake' });
    const { summary, nextAttemptAt, afterwards, lastError, queued } = explainWorkflow(retrying.state());
    expect(summary).to.equal('step issue-intake failed and is tried again: retry after: it broke');
    expect(nextAttemptAt).to.equal(secondAt(31));
    expect(afterwards).to.equal('the step runs again');
    expect(lastError).to.include({ code: 'X', message: 'it broke' });
    expect(queued).to.equal(null);
  });

  it('says who was asked to approve what, and how to answer', () => {
    const asked = RUNNING.tell(30, 'APPROVAL.REQUESTED.SUCCESS', { step: 'issue-intake' });
    const { summary, movers, afterwards, approvalId } = explainWorkflow(asked.state());
    expect(summary).to.equal('somebody has to approve its plan: medium risk');
    expect(approvalId).to.equal(asked.state().approval?.id);
    expect(movers.map(({ how }) => how)).to.deep.equal([
      `tamma approve ${approvalId}`,
      `tamma reject ${approvalId} --comment "…"`,
      `tamma edit ${approvalId} --comment "…"`,
      CANCEL.how,
    ]);
    expect(afterwards).to.match(/^it is escalated/);
  });

  it('shows the question that is open', () => {
    const asked = RUNNING.tell(30, 'QUESTION.ASKED.SUCCESS', { step: 'issue-intake' });
    const { summary, movers, approvalId } = explainWorkflow(asked.state());
    expect(summary).to.equal('it asks a person: Which one?');
    expect(movers[0]).to.deep.equal({ who: 'an approver', how: `tamma answer ${approvalId} "…"` });
  });

  it('tells an escalation from a question: what failed, what to do about it, and what happens otherwise', () => {
    const { summary, movers, afterwards, lastError, approvalId } = explainWorkflow(FAILED.state());
    expect(summary).to.equal(
      'step issue-intake failed for good and a person is needed (level 2, on-call): it broke',
    );
    expect(movers[0]).to.deep.equal({ who: 'an operator', how: `tamma retry ${ID} --reason "…"` });
    expect(afterwards).to.equal('it is cancelled, and its issue released');
    expect(lastError).to.include({ remedy: 'mend it' });
    expect(approvalId).to.equal(null);
  });

  it('says how high an escalation has risen, and what the template allows to be ordered', () => {
    const steps = RUNNING.state().steps.map((step) => ({ ...step, allow: ['skip', 'override'] as const }));
    const raised = FAILED.tell(40, 'ESCALATION.RAISED.SUCCESS', { data: { level: 4 } }).state();
    expect(explainWorkflow(raised).summary).to.contain('(level 4, all-hands)');
    const failed = { ...raised, steps: steps.map((step) => ({ ...step, status: 'failed' as const })) };
    expect(explainWorkflow(failed).movers).to.deep.equal([
      { who: 'an operator', how: `tamma retry ${ID} --reason "…"` },
      { who: 'an operator', how: `tamma skip ${ID} issue-intake --reason "…"` },
      { who: 'an approver', how: `tamma override ${ID} issue-intake --reason "…"` },
      CANCEL,
    ]);
  });

  it('says of one that stands still who had it do so, whatever else is open, and who lifts it', () => {
    const asked = RUNNING.tell(30, 'QUESTION.ASKED.SUCCESS', { step: 'issue-intake' });
    for (const story of [CREATED, RUNNING, asked, FAILED]) {
      const { summary, movers, afterwards, queued } = explainWorkflow(
        story.tell(40, 'WORKFLOW.SUSPENDED.SUCCESS').state(),
      );
      expect(summary).to.equal('it stands still: suspended by test: a release is made');
      expect(movers).to.deep.equal([{ who: 'an operator', how: `tamma resume ${ID} --reason "…"` }, CANCEL]);
      expect([afterwards, queued]).to.deep.equal(['it is cancelled, and its issue released', null]);
    }
  });

  it('names the task of the round that works on a step again', () => {
    const round = RUNNING.tell(30, 'TASK.COMPLETED.SUCCESS', { step: 'issue-intake' })
      .tell(40, 'TASK.DEQUEUED.SUCCESS', { step: 'context-research', attempt: 1 })
      .tell(50, 'ROUND.STARTED.SUCCESS', {
        step: 'context-research',
        data: { round: 1, steps: ['issue-intake'], why: 'a gate is red' },
      });
    const { summary, queued } = explainWorkflow(round.state());
    expect(summary).to.equal('step issue-intake waits for a worker: round 1 is queued: a gate is red');
    expect(queued).to.deep.equal({ taskId: `${ID}.issue-intake.1`, capability: 'git' });
  });

  it('says which checks or reviews are awaited, where, and what happens otherwise', () => {
    const opened = RUNNING.tell(30, 'PR.OPENED.SUCCESS', { data: { number: 7, url: 'http://git/7' } });
    for (const [on, what, who, how] of [
      ['ci', 'the checks of', 'the checks of the platform', 'go on by themselves'],
      ['review', 'a review of', 'a reviewer on the platform', 'approves it, or says what to change'],
    ] as const) {
      const parked = { step: 'issue-intake', data: { on, why: 'so it is' } };
      const before = explainWorkflow(RUNNING.tell(40, 'TASK.PARKED.SUCCESS', parked).state());
      expect(before.summary).to.equal(`step issue-intake waits for ${what} its pull request: so it is`);
      expect(before.movers[0]).to.deep.equal({ who, how });
      const { summary, movers, afterwards } = explainWorkflow(
        opened.tell(40, 'TASK.PARKED.SUCCESS', parked).state(),
      );
      expect(summary).to.equal(`step issue-intake waits for ${what} pull request #7: so it is`);
      expect(movers[0]).to.deep.equal({ who, how: `${how}; see http://git/7` });
      expect(afterwards).to.match(/^it is escalated/);
    }
  });

  it('has words for every reason, with a time and without', () => {
    for (const reason of WAITING_REASONS) {
      for (const until of [null, secondAt(90)]) {
        const { summary, afterwards, movers } = explainWorkflow(waitingFor(reason, until));
        if (reason !== 'slot') expect(summary, reason).to.contain('so it is');
        expect(summary, reason).to.not.contain('undefined');
        if (until === null) expect(afterwards, reason).to.equal(null);
        expect(movers.at(-1), reason).to.deep.equal(CANCEL);
      }
    }
    expect(explainWorkflow(waitingFor('rate-limit', secondAt(90))).nextAttemptAt).to.equal(secondAt(90));
    expect(explainWorkflow(waitingFor('ci', secondAt(90))).nextAttemptAt).to.equal(null);
  });

  it('has words for every end, and nobody can move it any more', () => {
    const merged = RUNNING.tell(90, 'WORKFLOW.COMPLETED.SUCCESS', { data: { result: 'merged' } });
    const unchanged = RUNNING.tell(90, 'WORKFLOW.COMPLETED.SUCCESS', { data: { result: 'no-change' } });
    const because = RUNNING.tell(90, 'WORKFLOW.COMPLETED.SUCCESS', {
      data: { result: 'no-change', why: 'the base has it already' },
    });
    const done = RUNNING.tell(90, 'WORKFLOW.COMPLETED.SUCCESS', { data: { result: 'done' } });
    const ends = [merged, unchanged, because, done, RUNNING.tell(90, 'WORKFLOW.CANCELLED.SUCCESS')];
    const all = [...ends, RUNNING.tell(90, 'WORKFLOW.FAILED.PERMANENT')].map((story) =>
      explainWorkflow(story.state()),
    );
    expect(all.map(({ summary }) => summary)).to.deep.equal([
      'it ended: its pull request is merged',
      'it ended: no change was needed',
      'it ended: no change was needed: the base has it already',
      'it ended: its task is done',
      'it was cancelled: the issue is closed',
      'it failed: it broke',
    ]);
    for (const { movers, queued, afterwards } of all) {
      expect([movers, queued, afterwards]).to.deep.equal([[], null, null]);
    }
  });

  it('finds the step that is open and the one that failed', () => {
    expect(openStepOf(CREATED.state())).to.equal(null);
    expect(openStepOf(RUNNING.state())?.id).to.equal('issue-intake');
    expect(failedStepOf(RUNNING.state())).to.equal(null);
    expect(failedStepOf(FAILED.state())?.id).to.equal('issue-intake');
  });
});
