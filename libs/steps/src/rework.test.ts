import type { StepHandler } from '@tamma/contracts';
import { expect } from 'chai';
import { ANSWERS } from './testing/answers.ts';
import { errorOf, runStep } from './testing/attempt.ts';
import { type Bench, createBench } from './testing/bench.ts';
import { drive } from './testing/drive.ts';
import { callTools, finish } from './testing/model.ts';
import { decide } from './testing/people.ts';
import { roundOf, seedRounds } from './testing/rounds.ts';
import { branchOf, seedBranch, seedPlan, seedPullRequest } from './testing/seeds.ts';

const SLOW_MS = 60_000;
const TO_APPROVAL: readonly StepHandler[] = [
  'code-generation',
  'build-gate',
  'test-gate',
  'security-gate',
  'code-review',
  'pull-request',
];

function queueChange({ model }: Bench, text: string): void {
  model.queue(
    callTools(['write_file', { path: 'change.txt', text: `${text}\n` }]),
    finish(ANSWERS['code-generation']),
    finish(ANSWERS['code-review']),
  );
}

function headOf(bench: Bench): Promise<string> {
  return bench.repository.git('rev-parse', branchOf(bench));
}

describe('merge-approval, when a person wants another change', function () {
  this.timeout(SLOW_MS);

  it('has it made, judged by every gate and reviewed, and asks about the new head under the same pull request', async () => {
    await using bench = await createBench();
    seedPlan(bench, 'high');
    await seedBranch(bench);
    queueChange(bench, 'one');
    for (const step of TO_APPROVAL) await drive(bench, step);
    const first = await headOf(bench);
    decide(bench, 'merge-approval', { kind: 'merge', decision: 'edit', subject: first, comment: 'Say two.' });
    queueChange(bench, 'two');
    const ran: string[] = [];

    const { outcome } = await drive(bench, 'merge-approval', { onStep: (name) => void ran.push(name) });

    const second = await headOf(bench);
    expect(second).to.not.equal(first);
    expect(ran).to.deep.equal([
      'merge-approval',
      'code-generation.1',
      'build-gate.1',
      'test-gate.1',
      'security-gate.1',
      'code-review.1',
      'pull-request.1',
      'merge-approval',
    ]);
    expect(outcome).to.deep.include({
      on: 'approval',
      approval: { kind: 'merge', risk: 'high', subject: second },
    });
    expect(await bench.countPullRequests()).to.equal(1);
    const body = (await bench.platform.readPullRequest(1))?.body ?? '';
    expect(body)
      .to.include(`- test on ${second.slice(0, 7)}`)
      .and.not.include(`- test on ${first.slice(0, 7)}`);
    expect(bench.artifacts.get('REVIEW.md')).to.equal(
      '# Review of the change\n\nada wants it changed:\n\nSay two.\n',
    );
  });

  it('asks a person about the new head also where policy would let it pass', async () => {
    await using bench = await createBench();
    await seedPullRequest(bench);
    bench.results.delete('merge-approval');
    seedRounds(bench, 'rework', 'merge-approval', 1);

    const { outcome } = await runStep(bench, 'merge-approval');

    expect(outcome).to.include({ kind: 'wait', on: 'approval', why: 'a person sent the last change back' });
  });

  it('escalates when three rounds did not bring it', async () => {
    await using bench = await createBench();
    const { headCommit: subject } = await seedPullRequest(bench);
    const edit = { kind: 'merge', decision: 'edit', subject, comment: 'Say two.' } as const;
    for (let round = 1; round <= 3; round += 1) {
      decide(bench, 'merge-approval', edit);
      expect(roundOf(await runStep(bench, 'merge-approval')).kind).to.equal('rework');
    }
    decide(bench, 'merge-approval', edit);

    const error = errorOf(await runStep(bench, 'merge-approval'));

    expect(error).to.include({ code: 'REWORK_ROUNDS_EXHAUSTED', class: 'conflict' });
    expect(error.message).to.include('Say two.').and.include('3 rounds');
  });
});
