import { expect } from 'chai';
import { formatPath, formatProblems } from './config-problem.ts';

describe('formatProblems', () => {
  it('puts each problem on a line with its place, and the remedy below', () => {
    const text = formatProblems([
      { path: 'projects[0].ai', source: 'tamma.config.yaml', message: 'is missing', remedy: 'Add it.' },
      { path: '', source: 'TAMMA_CAPABILITIES', message: '"gti" is not a capability' },
    ]);
    expect(text.split('\n')).to.deep.equal([
      '2 problems in the configuration:',
      '  tamma.config.yaml: projects[0].ai: is missing',
      '    Add it.',
      '  TAMMA_CAPABILITIES: "gti" is not a capability',
    ]);
  });
});

describe('formatPath', () => {
  it('writes a path as a person would', () => {
    expect(formatPath(['projects', 0, 'gates', 'build'])).to.equal('projects[0].gates.build');
    expect(formatPath([])).to.equal('');
  });
});
