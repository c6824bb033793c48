import { expect } from 'chai';
import type { LiveMessage } from './live.ts';
import { createLiveCursor } from './live-cursor.ts';

const event = { id: 'e', type: 'TASK.COMPLETED.SUCCESS', at: '2026-01-01T00:00:00.000Z', data: {} };

function ofWorkflow(offset: string, workflowId = 'demo-1.r1'): LiveMessage<'workflow_event'> {
  return { type: 'workflow_event', workflowId, offset, event: { ...event, workflowId } };
}

function named(offset: string, eventType: string, workflowId = 'demo-1.r1'): LiveMessage<'event'> {
  return { type: 'event', eventType, offset, event: { ...event, workflowId } };
}

describe('live cursor', () => {
  it('begins where the first connection does, and goes on where it was', () => {
    const cursor = createLiveCursor();
    cursor.add({ workflowId: 'demo-1.r1' });
    cursor.add({ events: ['TASK.*'], since: '2-0' });
    expect(cursor.connected('5-0')).to.deep.equal([
      { workflowId: 'demo-1.r1', since: '5-0' },
      { events: ['TASK.*'], since: '2-0' },
    ]);
    expect(cursor.accept(ofWorkflow('6-0'))).to.equal(true);
    expect(cursor.accept(named('3-0', 'TASK.*'))).to.equal(true);
    expect(cursor.connected('9-0')).to.deep.equal([
      { workflowId: 'demo-1.r1', since: '6-0' },
      { events: ['TASK.*'], since: '3-0' },
    ]);
  });

  it('loses nothing of what was asked for on a connection that broke before the first event', () => {
    const cursor = createLiveCursor();
    cursor.connected('5-0');
    cursor.add({ workflowId: 'demo-1.r1' });
    expect(cursor.connected('9-0')).to.deep.equal([{ workflowId: 'demo-1.r1', since: '5-0' }]);
  });

  it('drops what came before, also when it comes in other company', () => {
    const cursor = createLiveCursor();
    cursor.add({ workflowId: 'demo-1.r1', since: '1-0' });
    const offsets = ['1-0', '2-0', '2-0', '1-5', '10-0', '9-0'];
    expect(offsets.filter((offset) => cursor.accept(ofWorkflow(offset)))).to.deep.equal(['2-0', '10-0']);
  });

  it('keeps a place for each subscription', () => {
    const cursor = createLiveCursor();
    cursor.add({ events: ['TASK.*', 'task:completed'], since: '0-0' });
    cursor.add({ workflowId: 'demo-2.r1', events: ['TASK.*'], since: '0-0' });
    expect(cursor.accept(named('7-0', 'task:completed'))).to.equal(true);
    expect(cursor.accept(named('3-0', 'TASK.*')), 'the first has seen 7-0, the other is not meant').to.equal(
      false,
    );
    expect(cursor.accept(named('3-0', 'TASK.*', 'demo-2.r1')), 'the other one').to.equal(true);
    expect(cursor.accept(named('3-0', 'TASK.*', 'demo-2.r1'))).to.equal(false);
    expect(cursor.accept(named('8-0', 'GATE.*')), 'nobody asked').to.equal(false);
    expect(cursor.accept(ofWorkflow('8-0')), 'nobody asked').to.equal(false);
  });

  it('takes progress beside the event it comes from', () => {
    const cursor = createLiveCursor();
    cursor.add({ workflowId: 'demo-1.r1', since: '1-0' });
    const place = { workflowId: 'demo-1.r1', taskId: 't', step: 's' };
    const progress = { type: 'progress', ...place, progress: 5, message: '', offset: '2-0' } as const;
    expect(cursor.accept(ofWorkflow('2-0'))).to.equal(true);
    expect(cursor.accept(progress)).to.equal(true);
    expect(cursor.accept(progress)).to.equal(false);
  });

  it('forgets what is not wanted any more, whatever the order of its names', () => {
    const cursor = createLiveCursor();
    cursor.add({ events: ['a', 'b'], since: '1-0' });
    cursor.remove({ events: ['b', 'a'] });
    expect(cursor.connected('5-0')).to.deep.equal([]);
  });
});
