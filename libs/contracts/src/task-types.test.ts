import { GATES } from '@tamma/domain';
import { expect } from 'chai';
import {
  capabilityOfTask,
  gateTaskSchema,
  gitTaskSchema,
  TASK_HANDLERS,
  TASK_TYPES,
  workflowTaskSchema,
} from './task-types.ts';

const COMMIT = '0123456789abcdef0123456789abcdef01234567';
const GIT_TASK = { project: 'demo', operation: 'create-branch', branch: 'tamma/x', commit: COMMIT };

function isBranch(branch: unknown): boolean {
  return gateTaskSchema.safeParse({ project: 'demo', gate: 'build', branch }).success;
}

describe('a task on its own', () => {
  it('has code that carries it out, unless it is the workflow of an issue', () => {
    expect(['workflow', ...Object.keys(TASK_HANDLERS)]).to.deep.equal([...TASK_TYPES]);
  });

  it('that runs a gate goes to the queue of that gate', () => {
    for (const gate of GATES) expect(capabilityOfTask('quality_gate', { gate })).to.equal(gate);
    expect(capabilityOfTask('git_operation', {})).to.equal('git');
    for (const gate of [undefined, 'lint', '__proto__', 7]) {
      expect(capabilityOfTask('quality_gate', { gate })).to.equal('build');
    }
  });

  it('takes names of branches that need no quoting anywhere', () => {
    for (const name of ['main', 'tamma/issue-1-add-it', 'v1.2', 'A/b_c.d-e', '1', 'x'.repeat(200)]) {
      expect(isBranch(name), name).to.equal(true);
    }
  });

  it('refuses names that git refuses, or that could be read as something else', () => {
    const refused = [
      '',
      '-x',
      '--force',
      '.x',
      '/x',
      'x/',
      'x.',
      'a..b',
      'a//b',
      'a/.b',
      'x.lock',
      'a.lock/b',
    ];
    const hostile = [
      'a b',
      'a@{1}',
      'a~1',
      'a^',
      'a:b',
      'a?',
      'a*',
      'a[',
      'a\\b',
      '$(x)',
      'a;b',
      'a\nb',
      'ü',
    ];
    for (const name of [...refused, ...hostile, 'HEAD', 'x'.repeat(201), 7, null]) {
      expect(isBranch(name), String(name)).to.equal(false);
    }
  });

  it('names a full commit, a known operation and nothing else', () => {
    expect(gitTaskSchema.safeParse(GIT_TASK).success).to.equal(true);
    expect(gitTaskSchema.safeParse({ ...GIT_TASK, operation: 'delete-branch' }).success).to.equal(true);
    for (const part of [{ commit: 'abc' }, { commit: 'HEAD' }, { operation: 'push' }, { force: true }]) {
      expect(gitTaskSchema.safeParse({ ...GIT_TASK, ...part }).success, JSON.stringify(part)).to.equal(false);
    }
    expect(gateTaskSchema.safeParse({ project: 'demo', gate: 'lint', branch: 'x' }).success).to.equal(false);
  });

  it('that is the workflow of an issue names a real one', () => {
    expect(workflowTaskSchema.safeParse({ project: 'demo', issue: 1 }).success).to.equal(true);
    for (const issue of [0, -1, 1.5, '1']) {
      expect(workflowTaskSchema.safeParse({ project: 'demo', issue }).success).to.equal(false);
    }
  });
});
