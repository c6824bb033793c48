import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { CHAIN_START, hashEvent } from '../../chain.ts';
import { buildBeginning } from '../../testing/fixtures.ts';
import { advance, NO_RECORD, type WorkflowRecord } from './workflow-record.ts';

function build(): WorkflowRecord {
  let record = NO_RECORD;
  for (const event of buildBeginning('demo-1.r1').slice(0, 2)) record = advance(record, event).after;
  return record;
}

describe('workflow record', () => {
  it('begins its chain at the start and counts from one', () => {
    const [created] = buildBeginning('demo-1.r1');
    if (created === undefined) throw new Error('no event');
    const { after, prevHash } = advance(NO_RECORD, created);
    expect(prevHash).to.equal(CHAIN_START);
    expect(after).to.include({ seq: 1, hash: hashEvent(CHAIN_START, created) });
    expect(after.state?.status).to.equal('pending');
  });

  it('sees a change whatever became of the order of keys, and none where there is none', () => {
    const record = build();
    const waiting = record.state?.waitingFor;
    if (!record.state || !waiting) throw new Error('it should wait');
    const { reason, since, until, why } = waiting;
    const reordered = { ...record, state: { ...record.state, waitingFor: { why, until, since, reason } } };
    const same = buildEvent('TASK.COMPLETED.SUCCESS', { result: {}, durationMs: 1 }, { at: since });
    expect(advance(reordered, same).changes?.waitingFor?.to).to.include({ why: 'its next step is queued' });
    const again = { ...reordered, state: advance(reordered, same).after.state };
    expect(advance(again, same).changes).to.equal(null);
  });

  it('goes on with the chain when the fold cannot take an event', () => {
    const record = build();
    const bad = Object.assign(buildEvent('WORKFLOW.STARTED.SUCCESS', { steps: [] }), { data: null });
    const { after, failure, changes } = advance(record, bad);
    expect(failure).to.contain('cannot be applied');
    expect(changes).to.equal(null);
    expect(after.seq).to.equal(record.seq + 1);
    expect(after.state).to.equal(record.state);
  });
});
