import { buildEvent, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { decisionOn, keepDecision, NOTHING_DECIDED, noteDecision } from './decided.ts';

const AT = '2026-01-01T12:00:00.000Z';
const by = { at: AT, actor: { kind: 'human', id: 'ada' } } as const;
const approved = buildEvent('APPROVAL.PROVIDED.SUCCESS', SAMPLE_DATA['APPROVAL.PROVIDED.SUCCESS'], by);

describe('decisions that were heard of', () => {
  it('are kept with who made them', () => {
    const decided = noteDecision(NOTHING_DECIDED, approved);
    const asked = {
      id: SAMPLE_DATA['APPROVAL.PROVIDED.SUCCESS'].approvalId ?? '',
      since: '2026-01-01T11:00:00.000Z',
    };
    expect(decisionOn(decided, asked)).to.deep.equal({ id: asked.id, choice: 'approve', by: 'ada', at: AT });
    expect(decisionOn(decided, { ...asked, id: 'another' })).to.equal(null);
  });

  it('are no answer to what was asked later under the same name', () => {
    const retried = buildEvent('ESCALATION.RESOLVED.SUCCESS', { decision: 'retry', why: '' }, by);
    const decided = noteDecision(NOTHING_DECIDED, retried);
    expect(decisionOn(decided, { id: 'demo-1.r1', since: '2026-01-01T11:00:00.000Z' })?.choice).to.equal(
      'retry',
    );
    const skipped = buildEvent('ESCALATION.RESOLVED.SUCCESS', { decision: 'skip', why: '' }, by);
    expect(noteDecision(NOTHING_DECIDED, skipped).get('demo-1.r1')?.choice).to.equal('skip');
    expect(decisionOn(decided, { id: 'demo-1.r1', since: '2026-01-01T13:00:00.000Z' })).to.equal(null);
  });

  it('are not made by policy, nor by anything else that happens', () => {
    const policy = buildEvent('APPROVAL.PROVIDED.SUCCESS', {
      ...SAMPLE_DATA['APPROVAL.PROVIDED.SUCCESS'],
      approvalId: null,
    });
    expect(noteDecision(NOTHING_DECIDED, policy)).to.equal(NOTHING_DECIDED);
    const merged = buildEvent('PR.MERGED.SUCCESS', SAMPLE_DATA['PR.MERGED.SUCCESS']);
    expect(noteDecision(NOTHING_DECIDED, merged)).to.equal(NOTHING_DECIDED);
  });

  it('fill no memory', () => {
    let decided = NOTHING_DECIDED;
    for (let count = 0; count < 1000; count += 1) {
      decided = keepDecision(decided, { id: `a${count}`, choice: 'approve', by: 'ada', at: AT });
    }
    expect(decided.size).to.equal(200);
    expect(decided.has('a999')).to.equal(true);
  });
});
