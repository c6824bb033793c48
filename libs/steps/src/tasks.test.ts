import type { WorkflowHead } from '@tamma/contracts';
import { buildStep } from '@tamma/contracts/testing';
import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf } from './testing/attempt.ts';
import { type Bench, createBench } from './testing/bench.ts';

const MINUTE_MS = 60_000;
const TYPES = { 'quality-gate': 'quality_gate', 'git-operation': 'git_operation' } as const;
const command = (script: string) => ({ command: ['sh', '-c', script], timeout: MINUTE_MS });

function run(bench: Bench, handler: keyof typeof TYPES, payload: object) {
  const head: WorkflowHead = {
    ...bench.head,
    task: { type: TYPES[handler], payload: { project: bench.head.project.id, ...payload } },
    template: { name: 'task', hash: 'hash', steps: [buildStep({ id: handler, handler, opens: false })] },
  };
  return attempt({ ...bench, head }, handler);
}

const mainOf = (bench: Bench) => bench.repository.git('rev-parse', 'refs/heads/main');

describe('a gate that is submitted on its own', () => {
  it('runs on the head of the branch and keeps verdict and log', async () => {
    await using bench = await createBench({ gates: { test: command('ls src') } });
    const commit = await mainOf(bench);

    const made = await run(bench, 'quality-gate', { gate: 'test', branch: 'main' });

    const summary = '"sh -c ls src" ended with exit code 0';
    expect(made.outcome).to.deep.equal(done({ commit, summary }));
    expect(made.gates).to.deep.equal([{ gate: 'test', commit, passed: true, summary }]);
    expect(made.artifacts.get('test.log')).to.include('sum.js');
  });

  it('stops for a person when it is red: nothing is repaired', async () => {
    await using bench = await createBench({ gates: { build: command('exit 3') } });

    const made = await run(bench, 'quality-gate', { gate: 'build', branch: 'main' });

    expect(errorOf(made)).to.include({ code: 'GATE_FAILED', class: 'gate' });
    expect(made.gates.map(({ passed }) => passed)).to.deep.equal([false]);
  });

  it('says so when the project has no such command', async () => {
    await using bench = await createBench();

    const made = await run(bench, 'quality-gate', { gate: 'security', branch: 'main' });

    expect(errorOf(made)).to.include({ code: 'GATE_COMMAND_MISSING', class: 'validation' });
  });
});

describe('a git operation that is submitted on its own', () => {
  it('makes a branch once and deletes it once, however often it runs', async () => {
    await using bench = await createBench();
    const commit = await mainOf(bench);
    const operate = (operation: string) =>
      run(bench, 'git-operation', { operation, branch: 'release/1', commit });

    for (let times = 0; times < 2; times += 1) {
      expect((await operate('create-branch')).outcome).to.deep.equal(done({ branch: 'release/1', commit }));
    }
    expect(await bench.listBranches()).to.include('release/1');
    for (let times = 0; times < 2; times += 1) {
      expect((await operate('delete-branch')).outcome.kind).to.equal('done');
    }
    expect(await bench.listBranches()).to.not.include('release/1');
  });

  it('leaves a branch alone that is somewhere else', async () => {
    await using bench = await createBench();
    const commit = await mainOf(bench);
    await bench.repository.git('update-ref', 'refs/heads/theirs', commit);
    const other = await bench.repository.commit('theirs', { 'a.txt': 'a\n' });

    for (const operation of ['create-branch', 'delete-branch']) {
      const made = await run(bench, 'git-operation', { operation, branch: 'theirs', commit });
      expect(errorOf(made)).to.include({ code: 'GIT_OPERATION_REFUSED', class: 'conflict' });
    }
    expect(await bench.repository.git('rev-parse', 'refs/heads/theirs')).to.equal(other);
  });

  it('never touches the base branch', async () => {
    await using bench = await createBench();
    const commit = await mainOf(bench);

    const made = await run(bench, 'git-operation', { operation: 'delete-branch', branch: 'main', commit });

    expect(errorOf(made)).to.include({ class: 'validation' });
    expect(await mainOf(bench)).to.equal(commit);
  });
});

describe('a task of another kind', () => {
  it('is refused with what to do', async () => {
    await using bench = await createBench();
    const failure = await run(bench, 'quality-gate', { gate: 'magic', branch: 'main' }).catch(
      (error: Error) => error.message,
    );
    expect(failure).to.equal(`workflow ${bench.head.workflowId} is no task of this kind`);
  });
});
