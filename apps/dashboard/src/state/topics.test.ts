import { subscribeSchema } from '@tamma/contracts';
import { applyEvent } from '@tamma/domain';
import { buildEvent, createStory, EVENT_TYPES, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { concernsOf, HEARD_EVENTS } from './topics.ts';

const heard: ReadonlySet<string> = new Set(HEARD_EVENTS);

describe('what the page listens to', () => {
  it('is a subscription the server takes', () => {
    expect(subscribeSchema.safeParse({ events: [...HEARD_EVENTS] }).success).to.equal(true);
  });

  it('holds every event that moves a workflow', () => {
    const story = createStory().tell(0, 'WORKFLOW.STATE.CREATED').tell(1, 'WORKFLOW.STARTED.SUCCESS');
    const states = [
      story.state(),
      story.tell(2, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake' }).state(),
      story.tell(2, 'ESCALATION.TRIGGERED.SUCCESS').state(),
    ];
    for (const type of EVENT_TYPES) {
      const event = buildEvent(type, SAMPLE_DATA[type], { stepId: 'issue-intake' });
      const moves = states.some((state) => applyEvent(state, event) !== state);
      if (moves) expect(heard.has(type), type).to.equal(true);
    }
  });

  it('says what has to be looked at again', () => {
    const of = (type: string) => concernsOf({ offset: '1-1', event: { id: 'x', type, at: '', data: {} } });
    expect(of('APPROVAL.REQUESTED.SUCCESS')).to.deep.equal({
      inbox: true,
      intake: false,
      fleet: false,
      money: false,
    });
    expect(of('WORKFLOW.CANCELLED.SUCCESS')).to.deep.equal({
      inbox: true,
      intake: true,
      fleet: false,
      money: false,
    });
    expect(of('WORKER.REGISTERED.SUCCESS')).to.deep.equal({
      inbox: false,
      intake: false,
      fleet: true,
      money: false,
    });
    for (const type of ['QUEUE.PAUSED.SUCCESS', 'CIRCUIT.OPENED.SUCCESS', 'SERVICE.HELD.SUCCESS'])
      expect(of(type), type).to.deep.equal({ inbox: false, intake: false, fleet: true, money: false });
    expect(of('BUDGET.RAISED.SUCCESS')).to.deep.equal({
      inbox: false,
      intake: false,
      fleet: false,
      money: true,
    });
    expect(of('ESCALATION.RAISED.SUCCESS').inbox).to.equal(true);
    expect(of('AI.RESPONSE.RECEIVED')).to.deep.equal({
      inbox: false,
      intake: false,
      fleet: false,
      money: false,
    });
  });
});
