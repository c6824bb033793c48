import { expect } from 'chai';
import { describeEvent, type Wording } from './describe-event.ts';
import { ROUND_KINDS } from './round.ts';
import { buildEvent, EVENT_TYPES, SAMPLE_DATA } from './testing/index.ts';

const WORDING: Wording = {
  duration: (ms) => `${ms} ms`,
  moment: (iso) => iso.slice(0, 10),
  count: String,
  cost: (usd) => `$${usd}`,
};

function sentence(type: (typeof EVENT_TYPES)[number], data: object = {}): string {
  return describeEvent(buildEvent(type, { ...SAMPLE_DATA[type], ...data }), WORDING);
}

describe('an event in words', () => {
  it('has a sentence of its own for every type, with nothing missing in it', () => {
    for (const type of EVENT_TYPES) {
      expect(sentence(type), type)
        .to.match(/\w{2}/)
        .and.not.to.match(/undefined|null|NaN|\[object/);
    }
    const all = EVENT_TYPES.map((type) => sentence(type));
    expect(new Set(all).size).to.equal(all.length);
  });

  it('says in plain words what is waited for, and why work goes back', () => {
    const until = '2026-01-02T00:00:00.000Z';
    expect(sentence('TASK.PARKED.SUCCESS', { on: 'ci', until, why: '2 run' })).to.equal(
      'waits for the checks of the platform until 2026-01-02: 2 run',
    );
    expect(sentence('TASK.PARKED.SUCCESS', { on: 'review', until, why: 'x' })).to.contain('a review');
    const rounds = ROUND_KINDS.map((kind) => sentence('ROUND.STARTED.SUCCESS', { kind }));
    expect(new Set(rounds).size).to.equal(ROUND_KINDS.length);
    for (const text of rounds) expect(text).to.match(/^sent back \w.*, round 1 \(context-research again\): /);
  });

  it('tells what became of a workflow without a change, and of one in a sprint', () => {
    const ended = { result: 'no-change', why: 'main does so already' };
    expect(sentence('WORKFLOW.COMPLETED.SUCCESS', ended)).to.equal(
      'workflow completed: no change was needed: main does so already',
    );
    expect(sentence('WORKFLOW.STATE.CREATED', { sprint: 'June', score: 7 })).to.contain(
      '(score 7, sprint June)',
    );
    expect(sentence('WORKFLOW.STATE.CREATED', { sprint: undefined, issue: 0 })).to.match(
      /^took task .*\d\)$/,
    );
  });

  it('tells what others do at the platform', () => {
    expect(sentence('REVIEW.ADDRESSED.SUCCESS', { remarks: 1 })).to.match(
      /^1 remark on pull request #2 addressed/,
    );
    expect(sentence('CI.RAN.FAILED')).to.match(/^checks of the platform are red on 0123456: test is red$/);
    expect(sentence('COMMAND.REFUSED.SUCCESS')).to.equal('refused to retry on #1: not allowed');
    expect(sentence('PR.CLOSED.SUCCESS')).to.equal('pull request #2 closed: the issue was edited');
  });

  it('tells of models, what they tried, and what became of it', () => {
    expect(sentence('AI.AGENT.CHOSEN')).to.equal(
      'claude (claude-sonnet-5-5) does it: best by what was measured',
    );
    expect(sentence('AI.ACTION.REFUSED')).to.equal('refused read_file ../secret: the path leads upwards');
    expect(sentence('AI.COMMAND.RAN')).to.equal('ran npm run lint: exit code 0');
    expect(sentence('AI.COMMAND.RAN', { exitCode: null })).to.contain('a signal ended it');
    expect(sentence('AI.COMMAND.RAN', { exitCode: null, timedOut: true })).to.contain('its time was up');
    expect(sentence('AI.AGENT.ENDED')).to.equal('claude handed in a result after 12 turns, $0.12');
    expect(sentence('AI.AGENT.ENDED', { result: 'gave-up', turns: 1, why: 'no progress' })).to.equal(
      'claude gave up after 1 turn, $0.12, no progress',
    );
  });

  it('tells of budgets by names that people understand', () => {
    expect(sentence('BUDGET.WARNED.SUCCESS')).to.equal(
      '$8.1 of $10 are spent of the budget of workflow demo-1.r1',
    );
    expect(sentence('BUDGET.EXHAUSTED.SUCCESS')).to.equal(
      'no $0.3 left for a call: $49.1 of $50 are spent and $0.8 held for other calls of the budget of project demo on 2026-06-01',
    );
    expect(sentence('BUDGET.EXHAUSTED.SUCCESS', { reservedUsd: undefined })).to.match(
      /^no \$0\.3 left for a call: \$49\.1 of \$50 are spent of the budget/,
    );
    expect(sentence('BUDGET.RAISED.SUCCESS')).to.match(
      /^raised the budget of workflow demo-1\.r1 by \$5 to \$15/,
    );
    expect(sentence('BUDGET.RAISED.SUCCESS', { limitUsd: null })).not.to.contain(' to ');
  });
});
