import type { RelayedEvent } from '@tamma/contracts';
import { createStory, secondAt } from '@tamma/domain/testing';
import { expect } from 'chai';
import { costsOf, waitsOf } from './costs.ts';

const usage = { inputTokens: 10, outputTokens: 5, cacheReadTokens: 1, cacheWriteTokens: 2, costUsd: 0.25 };
const story = createStory()
  .tell(0, 'WORKFLOW.STATE.CREATED')
  .tell(10, 'WORKFLOW.STARTED.SUCCESS')
  .tell(13, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake' })
  .tell(14, 'AI.RESPONSE.RECEIVED', { step: 'context-research', data: { usage } })
  .tell(15, 'AI.RESPONSE.RECEIVED', { step: 'issue-intake', data: { usage } })
  .tell(16, 'AI.RESPONSE.RECEIVED', { step: 'context-research', data: { usage } })
  .tell(17, 'APPROVAL.REQUESTED.SUCCESS', { step: 'issue-intake' });
const events: RelayedEvent[] = story.events.map((event, place) => ({
  offset: `1-${place}`,
  event: { ...event, data: { ...event.data } },
}));

describe('costs and waits', () => {
  it('are added up by step and model, and come to what the workflow says', () => {
    const lines = costsOf(events);
    expect(
      lines.map(({ stepId, calls, inputTokens, cacheReadTokens, cacheWriteTokens }) => [
        stepId,
        calls,
        inputTokens,
        cacheReadTokens,
        cacheWriteTokens,
      ]),
    ).to.deep.equal([
      ['context-research', 2, 20, 2, 4],
      ['issue-intake', 1, 10, 1, 2],
    ]);
    const sum = lines.reduce((total, { costUsd }) => total + costUsd, 0);
    expect(sum).to.equal(story.state().usage.costUsd);
  });

  it('count the wait that goes on, the longest first', () => {
    const nowMs = Date.parse(secondAt(60));
    expect(waitsOf(story.state(), nowMs)).to.deep.equal([
      { reason: 'approval', waitedMs: 43_000, isOpen: true },
      { reason: 'slot', waitedMs: 10_000, isOpen: false },
      { reason: 'worker', waitedMs: 3000, isOpen: false },
    ]);
    expect(waitsOf(story.state(), 0)[0]).to.deep.equal({ reason: 'slot', waitedMs: 10_000, isOpen: false });
  });
});
