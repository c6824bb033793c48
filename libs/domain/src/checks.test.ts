import { expect } from 'chai';
import { type Check, judgeChecks } from './checks.ts';

function check(name: string, state: Check['state']): Check {
  return { name, state, summary: '', url: null, runId: null, attempt: 1 };
}

function judge(states: Readonly<Record<string, Check['state']>>, required: readonly string[] = []) {
  const checks = Object.entries(states).map(([name, state]) => check(name, state));
  const { verdict, failed, awaited } = judgeChecks({ checks, required });
  return [verdict, failed.map(({ name }) => name), awaited];
}

describe('the checks of a commit', () => {
  it('come to nothing where nothing reports and nothing has to', () => {
    expect(judge({})).to.deep.equal(['none', [], []]);
  });

  it('have passed when each has passed, or says nothing', () => {
    expect(judge({ a: 'passed', b: 'neutral' })).to.deep.equal(['passed', [], []]);
    expect(judge({ a: 'neutral' }, ['a'])).to.deep.equal(['passed', [], []]);
  });

  it('are awaited while one runs', () => {
    expect(judge({ a: 'passed', b: 'pending' })).to.deep.equal(['pending', [], ['b']]);
  });

  it('are awaited while a required one is silent, even when nothing has reported', () => {
    expect(judge({ a: 'passed' }, ['a', 'b'])).to.deep.equal(['pending', [], ['b']]);
    expect(judge({}, ['b'])).to.deep.equal(['pending', [], ['b']]);
    expect(judge({ a: 'pending' }, ['b', 'a'])).to.deep.equal(['pending', [], ['a', 'b']]);
  });

  it('have failed with one that failed, whatever still runs', () => {
    expect(judge({ a: 'failed', b: 'pending', c: 'passed' }, [])).to.deep.equal(['failed', ['a'], ['b']]);
  });

  it('count only where they are required, if any is', () => {
    expect(judge({ a: 'passed', b: 'failed', c: 'pending' }, ['a'])).to.deep.equal(['passed', [], []]);
  });

  it('of one name count each', () => {
    const checks = [check('a', 'passed'), check('a', 'failed'), check('b', 'pending'), check('b', 'pending')];
    expect(judgeChecks({ checks, required: ['a', 'b'] })).to.deep.include({
      verdict: 'failed',
      awaited: ['b'],
    });
  });
});
