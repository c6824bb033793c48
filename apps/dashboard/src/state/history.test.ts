import type { RelayedEvent } from '@tamma/contracts';
import type { AnyEvent } from '@tamma/domain';
import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { addEvents, EMPTY_HISTORY, type History } from './history.ts';

const story = createStory()
  .tell(0, 'WORKFLOW.STATE.CREATED')
  .tell(1, 'WORKFLOW.STARTED.SUCCESS')
  .tell(2, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake' })
  .tell(3, 'AI.RESPONSE.RECEIVED', { step: 'issue-intake' })
  .tell(3, 'AI.RESPONSE.RECEIVED', { step: 'issue-intake' })
  .tell(4, 'TASK.COMPLETED.SUCCESS', { step: 'issue-intake' });
const relay = (event: AnyEvent, place: number): RelayedEvent => ({
  offset: `1767225600000-${place}`,
  event: { ...event, data: { ...event.data } },
});
const log = story.events.map(relay);

describe('history of a workflow', () => {
  it('is the fold of its events', () => {
    const history = addEvents(EMPTY_HISTORY, log);
    expect(history.state).to.deep.equal(story.state());
    expect(history.events).to.deep.equal(log);
    expect(history.cursor).to.equal('1767225600000-5');
  });

  it('loses and doubles nothing, wherever the connection breaks and whatever is sent again', () => {
    for (let cut = 0; cut <= log.length; cut += 1) {
      for (let again = 0; again <= cut; again += 1) {
        const before = addEvents(EMPTY_HISTORY, log.slice(0, cut));
        const after = log.slice(again).reduce<History>((history, one) => addEvents(history, [one]), before);
        expect(after.state, `cut ${cut}, again from ${again}`).to.deep.equal(story.state());
        expect(after.events).to.deep.equal(log);
      }
    }
  });

  it('counts a fact that was told twice once', () => {
    const twice = story.events.flatMap((event, index) => [
      relay(event, index * 2),
      relay(event, index * 2 + 1),
    ]);
    const history = addEvents(EMPTY_HISTORY, twice);
    expect(history.state?.usage.calls).to.equal(2);
    expect(history.events).to.have.length(log.length);
    expect(history.cursor).to.equal('1767225600000-11');
  });

  it('shows what it cannot read, without folding it', () => {
    const strange = {
      offset: '1767225600001-0',
      event: { id: 'x', type: 'MOON.LANDED.SUCCESS', at: 'now', data: {} },
    };
    const history = addEvents(addEvents(EMPTY_HISTORY, log), [strange]);
    expect(history.state).to.deep.equal(story.state());
    expect(history.events.at(-1)).to.equal(strange);
  });

  it('stays the same object when nothing is new', () => {
    const history = addEvents(EMPTY_HISTORY, log);
    expect(addEvents(history, log)).to.equal(history);
  });
});
