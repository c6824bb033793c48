import type { BudgetView, ProjectView } from '@tamma/contracts';
import { type AnyEvent, foldWorkflow } from '@tamma/domain';
import { buildEvent, createStory } from '@tamma/domain/testing';
import { expect } from 'chai';
import { renderReceipt } from './receipt.ts';
import { renderFrame } from './screen.ts';

const STEPS = [
  { id: 'issue-intake', phase: 'INTAKE', capability: 'git' },
  { id: 'test-gate', phase: 'REVIEW', capability: 'test' },
] as const;
const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (seconds: number) => ({ at: new Date(START + seconds * 1000).toISOString() });

function stateOf(...more: readonly AnyEvent[]) {
  const created = buildEvent(
    'WORKFLOW.STATE.CREATED',
    {
      project: 'demo',
      platform: 'local',
      repository: '/r',
      issue: 7,
      title: 'A \u001b[31mred\u001b[0m title',
      template: 't',
      templateHash: 'h',
      score: 1,
      run: 1,
    },
    at(0),
  );
  const state = foldWorkflow([
    created,
    buildEvent('WORKFLOW.STARTED.SUCCESS', { steps: [...STEPS] }, at(1)),
    ...more,
  ]);
  if (state === null) throw new Error('no state');
  return state;
}

const taken = buildEvent(
  'TASK.DEQUEUED.SUCCESS',
  { capability: 'git', workerId: 'w' },
  { ...at(3), stepId: 'issue-intake', attempt: 1 },
);
const usage = {
  inputTokens: 1900,
  outputTokens: 100,
  cacheReadTokens: 40_000,
  cacheWriteTokens: 5000,
  costUsd: 0.125,
};
const merged = stateOf(
  taken,
  buildEvent('AI.RESPONSE.RECEIVED', { provider: 'p', model: 'm', usage, durationMs: 1 }, at(4)),
  buildEvent('COMMIT.CREATED.SUCCESS', { hash: 'a'.repeat(40), message: 'm', author: 'a' }, at(5)),
  buildEvent('PR.OPENED.SUCCESS', { number: 3, url: 'u', head: 'h', base: 'b', commit: 'c' }, at(6)),
  buildEvent('PR.MERGED.SUCCESS', { number: 3, mergeCommit: 'b'.repeat(40) }, at(7)),
  buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, at(10)),
);
const project: ProjectView = {
  id: 'demo',
  platform: 'local',
  repository: '/r',
  intake: {
    passes: 1,
    lastPassAt: at(11).at,
    problem: null,
    unreadable: [{ source: '009-x.md', reason: 'no front matter', remedy: 'add it' }],
    issues: [
      {
        number: 8,
        title: 'Other',
        eligible: false,
        reasons: ['it is assigned to "bo"'],
        score: null,
        workflowId: null,
      },
    ],
  },
};

const BUDGET: BudgetView = {
  level: 'workflow',
  id: merged.id,
  limitUsd: 10,
  raisedUsd: 0,
  spentUsd: 0.125,
  reservedUsd: 0.5,
};

describe('receipt', () => {
  it('says outcome, pull request, commits, tokens, cost, times, waits and what was not taken', () => {
    const text = renderReceipt({
      scene: { workflows: [merged], projects: [project] },
      sinceMs: START,
      sandboxes: ['bubblewrap'],
      budgets: [BUDGET],
    });
    expect(text).to.contain('     merged\n');
    expect(
      renderReceipt({
        scene: { workflows: [merged], projects: [] },
        sinceMs: START,
        sandboxes: [],
        budgets: [],
      }),
    )
      .to.match(/1 merged\n$/)
      .and.not.to.contain('sandbox');
    expect(text).to.contain('pull request #3 · merge commit bbbbbbbbbb · 1 commit');
    expect(text).to.contain(
      '     1 model call, 1,900 tokens in, 100 out, 5,000 written to the cache, 40,000 read from it, $0.13 of a budget of $10.00, $9.38 left\n',
    );
    expect(text).to.contain('     10.0 s in all, waited 1.0 s for slot, 2.0 s for worker\n');
    expect(text).to.contain('  #8 Other: it is assigned to "bo"');
    expect(text).to.contain('  009-x.md: no front matter (add it)');
    expect(text).to.contain('Commands ran in a sandbox: bubblewrap');
    expect(text).to.match(/1 merged\n$/);
  });

  it('keeps the escape sequences of strangers from the terminal', () => {
    const text = renderReceipt({
      scene: { workflows: [merged], projects: [] },
      sinceMs: START,
      sandboxes: ['none'],
      budgets: null,
    });
    expect(text).not.to.contain('\u001b');
    expect(renderFrame([merged], 100)).not.to.contain('\u001b');
    expect(text).to.contain('Commands ran without a sandbox');
    expect(text).to.contain('What is left of budgets could not be asked for').and.to.contain(', $0.13\n');
  });

  it('repeats nothing that ended before this run', () => {
    const text = renderReceipt({
      scene: { workflows: [merged], projects: [] },
      sinceMs: START + 60_000,
      sandboxes: [],
      budgets: [],
    });
    expect(text).to.equal('Receipt\nNothing to do\n');
  });

  it('names the step, the reason and the remedy of an escalated workflow', () => {
    const error = {
      code: 'TEST_FAILED',
      class: 'gate',
      message: 'it is red',
      remedy: 'read test.log',
    } as const;
    const failed = stateOf(
      taken,
      buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, { ...at(5), stepId: 'issue-intake' }),
      buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 2, error, until: at(99).at }, at(5)),
    );
    const text = renderReceipt({
      scene: { workflows: [failed], projects: [] },
      sinceMs: START,
      sandboxes: [],
      budgets: [],
    });
    expect(text).to.contain('escalated at step issue-intake: it is red (read test.log)');
    expect(text).to.match(/1 escalated\n$/);
  });
});

describe('receipt of what waits for a person', () => {
  it('lists it with the command that decides, apart from what is still open', () => {
    const asked = createStory()
      .tell(0, 'WORKFLOW.STATE.CREATED')
      .tell(1, 'WORKFLOW.STARTED.SUCCESS')
      .tell(2, 'QUESTION.ASKED.SUCCESS', { step: 'issue-intake' })
      .state();
    const text = renderReceipt({
      scene: { workflows: [asked], projects: [] },
      sinceMs: START,
      sandboxes: [],
      budgets: [],
    });
    expect(text).to.contain('waits for an answer until 2026-01-02 00:00 UTC: Which one?');
    expect(text).to.contain('  #1 npx tamma answer demo-1.r1.issue-intake.a1 "…"');
    expect(text).to.match(/1 waiting for a person\n$/);
  });
});

describe('receipt of a project where others have a say', () => {
  const url = 'https://github.com/acme/till/pull/3';
  const opened = buildEvent(
    'PR.OPENED.SUCCESS',
    { number: 3, url, head: 'h', base: 'b', commit: 'c' },
    at(6),
  );

  it('has the address of a pull request that people can open, and of one that waits for a review', () => {
    const parked = buildEvent(
      'TASK.PARKED.SUCCESS',
      { on: 'review', until: at(99).at, why: 'an approval is missing' },
      { ...at(7), stepId: 'issue-intake' },
    );
    const workflows = [stateOf(taken, opened, parked)];
    const text = renderReceipt({
      scene: { workflows, projects: [] },
      sinceMs: START,
      sandboxes: [],
      budgets: [],
    });
    expect(text).to.contain(`pull request #3 ${url}`);
    expect(text).to.contain(`Waiting for a review on the platform\n  #7 ${url}\n`);
    expect(text).to.contain('running: an approval is missing');
    expect(renderFrame(workflows, 200)).to.contain('waits for a review');
  });

  it('says what waits for money, and what to do about it', () => {
    const why = 'the budget of project demo on 2026-01-01 does not pay for a call of at least $0.10';
    const parked = buildEvent(
      'TASK.PARKED.SUCCESS',
      { on: 'budget', until: at(99_999).at, why },
      { ...at(7), stepId: 'issue-intake' },
    );
    const scene = { workflows: [stateOf(taken, parked)], projects: [] };
    const text = renderReceipt({ scene, sinceMs: START, sandboxes: [], budgets: [] });
    expect(text)
      .to.match(/Waiting for money \(.*npx tamma budget raise.*\)\n/)
      .and.to.contain(`  #7 ${why}\n`);
  });

  it('says why no change was needed, and counts it apart from merges', () => {
    const why = 'main does so already';
    const ended = stateOf(
      taken,
      buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'no-change', why }, at(10)),
    );
    const workflows = [ended, merged];
    const text = renderReceipt({
      scene: { workflows, projects: [] },
      sinceMs: START,
      sandboxes: [],
      budgets: [],
    });
    expect(text).to.contain('     no change was needed: main does so already\n');
    expect(text).to.match(/\n1 merged, 1 without a change\n$/);
  });
});

describe('screen', () => {
  it('gives each workflow a line with its steps and what it does now, cut to the width', () => {
    expect(renderFrame([stateOf(taken)], 200)).to.match(/^░+ 0\/2 {2}#7 issue-intake/);
    expect(renderFrame([stateOf(taken)], 40)).to.have.length.at.most(39);
    expect(
      renderFrame(
        Array.from({ length: 20 }, () => merged),
        200,
      )
        .split('\n')
        .at(-1),
    ).to.equal('… and 5 more');
  });
});
