import { expect } from 'chai';
import { GATES, type GateResult, gatesMissing } from './gate.ts';

function result(gate: GateResult['gate'], commit: string, passed: boolean): GateResult {
  return { gate, commit, passed, summary: '' };
}

describe('missing gates', () => {
  it('are all of them when nothing ran', () => {
    expect(gatesMissing('c1', GATES, [])).to.deep.equal(['build', 'test', 'security']);
  });

  it('are none when each passed on this very commit', () => {
    const results = GATES.map((gate) => result(gate, 'c1', true));
    expect(gatesMissing('c1', GATES, results)).to.deep.equal([]);
  });

  it('include what failed, and what passed on another commit only', () => {
    const results = [
      result('build', 'c1', true),
      result('test', 'c1', false),
      result('test', 'c0', true),
      result('security', 'c11', true),
    ];
    expect(gatesMissing('c1', GATES, results)).to.deep.equal(['test', 'security']);
  });

  it('do not include one that a person let pass on this very commit, and on no other', () => {
    const override = { by: 'ada', why: 'the scanner is wrong' };
    const results = [{ ...result('security', 'c1', false), override }];
    expect(gatesMissing('c1', ['security', 'build'], results)).to.deep.equal(['build']);
    expect(gatesMissing('c2', ['security'], results)).to.deep.equal(['security']);
  });

  it('do not include a gate that failed once and passed later on the same commit', () => {
    const results = [result('test', 'c1', false), result('test', 'c1', true)];
    expect(gatesMissing('c1', ['test'], results)).to.deep.equal([]);
  });
});
