import { expect } from 'chai';
import { statusMarker } from './marks.ts';
import { done, escalate, unwanted } from './outcome.ts';

describe('outcome', () => {
  it('done carries the result', () => {
    expect(done({ branch: 'b' })).to.deep.equal({ kind: 'done', result: { branch: 'b' } });
  });

  it('escalate stops for a person, unwanted stops because nobody wants it any more', () => {
    const error = { code: 'X', class: 'gate', message: 'red' } as const;
    expect(escalate(error)).to.deep.equal({ kind: 'stop', reason: { kind: 'escalate', error } });
    expect(unwanted('closed')).to.deep.equal({ kind: 'stop', reason: { kind: 'unwanted', why: 'closed' } });
  });
});

describe('status comment', () => {
  it('has one marker for each workflow', () => {
    expect(statusMarker('demo-1.r1')).to.equal('tamma:status:demo-1.r1');
  });
});
