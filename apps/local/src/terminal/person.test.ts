import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { commandsFor, describeWait, isWaitingForPerson } from './person.ts';

const STARTED = createStory().tell(0, 'WORKFLOW.STATE.CREATED').tell(1, 'WORKFLOW.STARTED.SUCCESS');
const until = '2026-01-02T08:30:00.000Z';
const ASKED = {
  plan: STARTED.tell(2, 'APPROVAL.REQUESTED.SUCCESS', { step: 'issue-intake', data: { until } }),
  question: STARTED.tell(2, 'QUESTION.ASKED.SUCCESS', {
    step: 'issue-intake',
    data: { until, question: 'Which one?\n  And why?' },
  }),
  escalation: STARTED.tell(2, 'TASK.FAILED.PERMANENT', { step: 'issue-intake' }).tell(
    2,
    'ESCALATION.TRIGGERED.SUCCESS',
  ),
};

describe('what waits for a person', () => {
  it('is a workflow with an open question, not one that runs or is escalated', () => {
    expect(isWaitingForPerson(ASKED.plan.state())).to.equal(true);
    expect(isWaitingForPerson(ASKED.question.state())).to.equal(true);
    expect(isWaitingForPerson(ASKED.escalation.state())).to.equal(false);
    expect(isWaitingForPerson(STARTED.state())).to.equal(false);
  });

  it('says who is asked for what, in one line', () => {
    expect(describeWait(ASKED.plan.state())).to.equal(
      'waits for somebody to approve its plan until 2026-01-02 08:30 UTC: medium risk',
    );
    expect(describeWait(ASKED.question.state())).to.equal(
      'waits for an answer until 2026-01-02 08:30 UTC: Which one? And why?',
    );
  });

  it('names the command that decides', () => {
    expect(commandsFor(ASKED.plan.state())).to.deep.equal(['npx tamma approve demo-1.r1.issue-intake.a1']);
    expect(commandsFor(ASKED.question.state())).to.deep.equal([
      'npx tamma answer demo-1.r1.issue-intake.a1 "…"',
    ]);
    expect(commandsFor(ASKED.escalation.state())[0]).to.equal('npx tamma retry demo-1.r1 --reason "…"');
  });
});
