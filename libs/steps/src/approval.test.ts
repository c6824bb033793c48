import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, errorOf, runStep, unwantedWhy } from './testing/attempt.ts';
import { type Bench, createBench } from './testing/bench.ts';
import { decide } from './testing/people.ts';
import { roundOf } from './testing/rounds.ts';
import { seedIntake, seedPlan } from './testing/seeds.ts';

const DEADLINE_MS = 90_000;
const LOW_AND_MEDIUM = { plan: ['low', 'medium'], merge: ['low', 'medium'] } satisfies Record<
  string,
  ('low' | 'medium')[]
>;
const PULL_REQUEST = { number: 1, url: 'file:///1', headCommit: 'c0ffee' };

const STEPS = [
  { handler: 'plan-approval', kind: 'plan', subject: 'hash-of-the-plan' },
  { handler: 'merge-approval', kind: 'merge', subject: 'c0ffee' },
] as const;

for (const { handler, kind, subject } of STEPS) {
  const createSeeded = async (risk: 'low' | 'medium' | 'high', automatic = LOW_AND_MEDIUM) => {
    const bench = await createBench({ project: { approvals: { automatic, deadline: DEADLINE_MS } } });
    seedIntake(bench);
    seedPlan(bench, risk);
    bench.results.set('pull-request', PULL_REQUEST);
    return bench;
  };

  describe(handler, () => {
    it('lets policy agree to what the project lets pass, and tells it', async () => {
      await using bench = await createSeeded('medium');

      const { outcome, facts } = await runStep(bench, handler);

      expect(outcome).to.deep.equal(done({ by: 'policy', subject }));
      const why = `the project lets medium risk pass its ${kind} approval`;
      expect(facts).to.deep.equal([
        {
          type: 'APPROVAL.PROVIDED.SUCCESS',
          data: { approvalId: null, kind, decision: 'approve', why, subject },
        },
      ]);
    });

    it('waits for a person until the deadline of the project when the risk is high', async () => {
      await using bench = await createSeeded('high');

      const { outcome, facts } = await runStep(bench, handler);

      expect(outcome).to.deep.equal({
        kind: 'wait',
        on: 'approval',
        forMs: DEADLINE_MS,
        why: 'high risk always asks a person',
        approval: { kind, risk: 'high', subject },
      });
      expect(facts).to.deep.equal([]);
    });

    it('waits for a person when the project lets no risk pass', async () => {
      await using bench = await createSeeded('low', { plan: [], merge: [] });

      const { outcome } = await runStep(bench, handler);

      expect(outcome).to.include({ kind: 'wait', on: 'approval', forMs: DEADLINE_MS });
    });

    it('goes on when a person agreed to this very subject, and tells nothing that is told already', async () => {
      await using bench = await createSeeded('high');
      decide(bench, handler, { kind, decision: 'approve', subject });

      const { outcome, facts } = await runStep(bench, handler);

      expect(outcome).to.deep.equal(done({ by: 'ada', subject }));
      expect(facts).to.deep.equal([]);
    });

    it('gives the work up when a person rejected it, and says who and why', async () => {
      await using bench = await createSeeded('low');
      decide(bench, handler, { kind, decision: 'reject', subject, comment: 'Not now.' });

      expect(unwantedWhy(await runStep(bench, handler))).to.equal(
        `the ${kind} was rejected by ada: Not now.`,
      );
    });

    it('takes no decision for another subject, of another kind, or that nobody can make here', async () => {
      await using bench = await createSeeded('high');
      const other = kind === 'plan' ? 'merge' : 'plan';
      decide(bench, handler, { kind, decision: 'approve', subject: `${subject}0` });
      decide(bench, handler, { kind, decision: 'reject', subject: null });
      decide(bench, handler, { kind: other, decision: 'approve', subject });
      decide(bench, handler, { kind, decision: 'answer', subject, comment: 'yes' });
      decide(bench, handler, { kind, decision: 'edit', subject: `${subject}0`, comment: 'other' });

      const { outcome, artifacts } = await runStep(bench, handler);

      expect(outcome).to.include({ kind: 'wait', on: 'approval' });
      expect(artifacts.size).to.equal(0);
    });

    it('ends as before when an attempt before it died', async () => {
      await using bench = await createSeeded('low');

      const lost = await attempt(bench, handler);
      const kept = await runStep(bench, handler);

      expect(kept.outcome).to.deep.equal(lost.outcome);
    });
  });
}

describe('plan-approval, when a person wants another plan', () => {
  const subject = 'hash-of-the-plan';
  const edit = { kind: 'plan', decision: 'edit', subject, comment: 'Name the risk.' } as const;

  async function createPlanned(): Promise<Bench> {
    const bench = await createBench();
    seedIntake(bench);
    seedPlan(bench, 'high');
    return bench;
  }

  it('has it made, and writes down what is wanted', async () => {
    await using bench = await createPlanned();
    decide(bench, 'plan-approval', edit);

    const made = await runStep(bench, 'plan-approval');

    expect(roundOf(made)).to.deep.equal({ kind: 'plan', steps: ['plan-generation'] });
    expect(made.outcome).to.include({ why: 'ada wants another plan: Name the risk.' });
    expect([...made.artifacts]).to.deep.equal([
      ['REVIEW.md', '# Review of the plan\n\nada wants it changed:\n\nName the risk.\n'],
    ]);
  });

  it('asks about the new one', async () => {
    await using bench = await createPlanned();
    decide(bench, 'plan-approval', edit);
    await runStep(bench, 'plan-approval');
    bench.results.set('plan-generation', { summary: 'Another.', risk: 'high', planHash: 'another' });

    const { outcome } = await runStep(bench, 'plan-approval');

    expect(outcome).to.deep.include({ approval: { kind: 'plan', risk: 'high', subject: 'another' } });
  });

  it('asks again instead of going round when the new one is the old one, word for word', async () => {
    await using bench = await createPlanned();
    decide(bench, 'plan-approval', edit);
    await runStep(bench, 'plan-approval');

    expect((await runStep(bench, 'plan-approval')).outcome).to.include({ kind: 'wait', on: 'approval' });
    decide(bench, 'plan-approval', edit);
    expect(roundOf(await runStep(bench, 'plan-approval')).kind).to.equal('plan');
    decide(bench, 'plan-approval', { kind: 'plan', decision: 'approve', subject });
    expect((await runStep(bench, 'plan-approval')).outcome).to.deep.equal(done({ by: 'ada', subject }));
  });

  it('escalates when three rounds did not bring it', async () => {
    await using bench = await createPlanned();
    for (let round = 1; round <= 3; round += 1) {
      decide(bench, 'plan-approval', edit);
      expect(roundOf(await runStep(bench, 'plan-approval')).kind).to.equal('plan');
    }
    decide(bench, 'plan-approval', edit);

    const made = await runStep(bench, 'plan-approval');

    expect(errorOf(made)).to.include({ code: 'PLAN_ROUNDS_EXHAUSTED', class: 'conflict' });
    expect(errorOf(made).message).to.include('Name the risk.').and.include('3 rounds');
    expect(made.artifacts.size).to.equal(0);
  });

  it('asks about the new one also where policy would let it pass', async () => {
    await using bench = await createPlanned();
    decide(bench, 'plan-approval', edit);
    await runStep(bench, 'plan-approval');
    bench.results.set('plan-generation', { summary: 'Smaller.', risk: 'low', planHash: 'smaller' });

    const { outcome } = await runStep(bench, 'plan-approval');

    expect(outcome).to.deep.include({
      why: 'a person sent the last plan back',
      approval: { kind: 'plan', risk: 'low', subject: 'smaller' },
    });
  });

  it('asks for the same round when an attempt before it died', async () => {
    await using bench = await createPlanned();
    decide(bench, 'plan-approval', edit);

    const lost = await attempt(bench, 'plan-approval');
    const kept = await runStep(bench, 'plan-approval');

    expect(kept.outcome).to.deep.equal(lost.outcome);
    expect(bench.rounds).to.have.length(1);
  });
});
