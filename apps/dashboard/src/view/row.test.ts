import { createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { endOf, spanOf, waitOf, webAddress } from './row.ts';

const created = createStory().tell(0, 'WORKFLOW.STATE.CREATED');
const started = created.tell(5, 'WORKFLOW.STARTED.SUCCESS');

describe('a row of the list', () => {
  it('says what it waits for, and whether that is a person', () => {
    expect(waitOf(created.state())).to.deep.include({
      headline: 'waits for a free slot',
      isForPerson: false,
    });
    const asked = started.tell(6, 'APPROVAL.REQUESTED.SUCCESS', { step: 'issue-intake' });
    expect(waitOf(asked.state())).to.deep.include({
      headline: 'waits for an approval',
      why: 'medium risk',
      isForPerson: true,
    });
    expect(waitOf(asked.tell(7, 'WORKFLOW.SUSPENDED.SUCCESS').state())).to.deep.include({
      headline: 'stands still',
      isForPerson: true,
    });
    expect(waitOf(started.tell(6, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake' }).state())).to.equal(null);
  });

  it('says how it ended', () => {
    expect(endOf(started.state())).to.equal(null);
    expect(endOf(started.tell(6, 'WORKFLOW.COMPLETED.SUCCESS').state())).to.equal('merged');
    const unchanged = started.tell(6, 'WORKFLOW.COMPLETED.SUCCESS', { data: { result: 'no-change' } });
    expect(endOf(unchanged.state())).to.equal('no change was needed');
    const task = started.tell(6, 'WORKFLOW.COMPLETED.SUCCESS', { data: { result: 'done' } });
    expect(endOf(task.state())).to.equal('done');
    expect(endOf(started.tell(6, 'WORKFLOW.CANCELLED.SUCCESS').state())).to.equal('the issue is closed');
    expect(endOf(started.tell(6, 'WORKFLOW.FAILED.PERMANENT').state())).to.equal('it broke');
  });

  it('counts time from the start, or from the claim before there is one', () => {
    expect(spanOf(created.state())).to.deep.equal({ from: '2026-01-01T00:00:00.000Z', to: null });
    expect(spanOf(started.tell(9, 'WORKFLOW.COMPLETED.SUCCESS').state())).to.deep.equal({
      from: '2026-01-01T00:00:05.000Z',
      to: '2026-01-01T00:00:09.000Z',
    });
  });

  it('links to the web and nowhere else', () => {
    expect(webAddress('https://git.example.org/pulls/7')).to.equal('https://git.example.org/pulls/7');
    for (const address of ['javascript:alert(1)', 'local:7', 'data:text/html,x', '/admin', '']) {
      expect(webAddress(address), address).to.equal(null);
    }
  });
});
