import { done } from '@tamma/domain';
import { expect } from 'chai';
import { attempt, runStep } from './testing/attempt.ts';
import { createBench } from './testing/bench.ts';
import { seedPlan } from './testing/seeds.ts';

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
        { type: 'APPROVAL.PROVIDED.SUCCESS', data: { kind, decision: 'approve', why, subject } },
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
        approval: { kind, risk: 'high' },
      });
      expect(facts).to.deep.equal([]);
    });

    it('waits for a person when the project lets no risk pass', async () => {
      await using bench = await createSeeded('low', { plan: [], merge: [] });

      const { outcome } = await runStep(bench, handler);

      expect(outcome).to.include({ kind: 'wait', on: 'approval', forMs: DEADLINE_MS });
    });

    it('ends as before when an attempt before it died', async () => {
      await using bench = await createSeeded('low');

      const lost = await attempt(bench, handler);
      const kept = await runStep(bench, handler);

      expect(kept.outcome).to.deep.equal(lost.outcome);
    });
  });
}
