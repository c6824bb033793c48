import { type AnyEvent, applyEvent, type WorkflowState } from '@tamma/domain';
import { buildEvent, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { foreignBlock, foreignLine } from './foreign-text.ts';
import { renderStatus } from './render-status.ts';
import type { Steering } from './status-movers.ts';

const ID = 'till-1.r1';
const COMMENTS: Steering = {
  kind: 'comments',
  people: { view: 'triage', operate: 'write', approve: 'maintain' },
};
const EVIL =
  'Hi @maria and @acme/team! <!-- tamma:status:x --> ![x](https://evil/x.png) `code` #12 | <img src=x>';
const UNTIL = '2026-02-01T12:30:00.000Z';

function stateAfter(...events: readonly AnyEvent[]): WorkflowState {
  const begun = [
    buildEvent('WORKFLOW.STATE.CREATED', SAMPLE_DATA['WORKFLOW.STATE.CREATED'], { workflowId: ID }),
    buildEvent('WORKFLOW.STARTED.SUCCESS', SAMPLE_DATA['WORKFLOW.STARTED.SUCCESS'], { workflowId: ID }),
  ];
  const state = [...begun, ...events].reduce<WorkflowState | null>(applyEvent, null);
  if (state === null) throw new Error('the story has no beginning');
  return state;
}

function render(state: WorkflowState, steering = COMMENTS, plan: string | null = null): string {
  return renderStatus({ state, steering, plan, budgetUsd: null });
}

/** Nobody is called and nothing is linked, shown or hidden by words that are not ours. */
function expectHarmless(text: string): void {
  expect(text).to.not.match(/@maria|@acme|<img|<!--|!\[x\]|#12/);
}

describe('the status comment', () => {
  it('says what models took and cost, of how much they may', () => {
    const about = { workflowId: ID, taskId: `${ID}.issue-intake`, stepId: 'issue-intake' };
    const sample = SAMPLE_DATA['AI.RESPONSE.RECEIVED'];
    const usage = {
      inputTokens: 1200,
      outputTokens: 300,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costUsd: 1.5,
    };
    const cached = { ...usage, cacheReadTokens: 9000, cacheWriteTokens: 40 };
    const stateWith = (one: typeof usage) =>
      stateAfter(buildEvent('AI.RESPONSE.RECEIVED', { ...sample, usage: one }, about));
    const textOf = (one: typeof usage, budgetUsd: number | null) =>
      renderStatus({ state: stateWith(one), steering: COMMENTS, plan: null, budgetUsd });
    expect(textOf(usage, null)).to.contain('| Cost | 1 answer of models, 1,200 tokens in, 300 out, $1.50 |');
    expect(textOf(cached, 10)).to.contain(
      '1,200 tokens in, 300 out, 9,000 from a cache, 40 into it, $1.50 of $10.00 |',
    );
  });

  it('says what is worked on, and which commands make sense, with the role each takes', () => {
    const text = render(stateAfter());
    expect(text.split('\n')[0]).to.equal(`Tamma is working on this issue (workflow \`${ID}\`).`);
    expect(text).to.contain('`/tamma cancel <why>` (who has the role write here)');
    expect(text).to.not.contain('/tamma retry').and.not.contain('/tamma approve');
  });

  it('asks for a decision with what it is about, until when, and who may give it', () => {
    const about = { workflowId: ID, taskId: `${ID}.issue-intake`, stepId: 'issue-intake' };
    const data = {
      approvalId: 'a',
      kind: 'merge',
      risk: 'high',
      subject: 'c0ffee',
      why: EVIL,
      until: UNTIL,
    } as const;
    const text = render(stateAfter(buildEvent('APPROVAL.REQUESTED.SUCCESS', data, about)));
    expect(text).to.match(/^Tamma waits for somebody to approve the merge: Hi/);
    expect(text)
      .to.contain('`/tamma approve` (who has the role maintain here)')
      .and.contain('2026-02-01 12:30 UTC');
    expectHarmless(text);
  });

  it('names the command line where comments are only data', () => {
    const text = render(stateAfter(), { kind: 'command-line' });
    expect(text).to.contain(`\`tamma cancel ${ID} --reason "…"\``).and.not.contain('/tamma');
  });

  it('says that a person is needed, why, and what to do', () => {
    const about = { workflowId: ID, taskId: `${ID}.issue-intake`, stepId: 'issue-intake' };
    const error = { code: 'X', class: 'gate', message: EVIL, remedy: 'look at @maria' } as const;
    const text = render(
      stateAfter(
        buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 }, about),
        buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 2, error, until: UNTIL }, about),
      ),
    );
    expect(text)
      .to.match(/^Tamma needs a person: Hi/)
      .and.contain('What to do: look at');
    expect(text).to.contain('/tamma retry');
    expectHarmless(text);
  });

  it('ends with a receipt: the merge, what it cost and how long it took', () => {
    const mergeCommit = 'd'.repeat(40);
    const usage = {
      inputTokens: 34_000,
      outputTokens: 5000,
      cacheReadTokens: 0,
      cacheWriteTokens: 0,
      costUsd: 0.421,
    };
    const about = { workflowId: ID };
    const text = render(
      stateAfter(
        buildEvent('AI.RESPONSE.RECEIVED', { provider: 'p', model: 'm', usage, durationMs: 5 }, about),
        buildEvent('PR.OPENED.SUCCESS', { number: 7, url: 'u', head: 'h', base: 'main', commit: 'c' }, about),
        buildEvent('PR.MERGED.SUCCESS', { number: 7, mergeCommit }, about),
        buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, about),
      ),
    );
    expect(text).to.match(/^Done: merged by pull request #7 as commit d{40} \(workflow/);
    expect(text).to.contain('34,000 tokens in, 5,000 out, $0.42').and.contain('| Time |');
    expect(text).to.not.contain('What people can do');
  });

  it('has words for every other end, those of strangers without effect', () => {
    const about = { workflowId: ID };
    const unchanged = buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'no-change', why: EVIL }, about);
    const stopped = buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: EVIL }, about);
    for (const [event, start] of [
      [unchanged, /^Tamma is done: no change was needed\. Hi/],
      [stopped, /^Tamma stopped: Hi/],
    ] as const) {
      const text = render(stateAfter(event));
      expect(text).to.match(start);
      expectHarmless(text);
    }
  });

  it('never shows a gate as passed that a person let pass', () => {
    const state = stateAfter();
    const order = { kind: 'override', by: 'ann', why: 'known' } as const;
    const [step] = state.steps;
    if (step === undefined) throw new Error('the story has no steps');
    const gates = [
      { ...step, id: 'test-gate', status: 'completed', order } as const,
      { ...step, id: 'build-gate', status: 'completed' } as const,
    ];
    expect(render({ ...state, steps: gates })).to.contain('| Gates | test let pass by ann · build passed |');
  });

  it('folds the plan, in which nothing means anything, and stays far below what a platform takes', () => {
    const plan = `# Plan\n\`\`\`\`js\n${EVIL}\n\`\`\`\`\n</details>\n${'x'.repeat(500_000)}`;
    const text = render(stateAfter(), COMMENTS, plan);
    expect(text.length).to.be.below(10_000);
    expect(text).to.contain('<details><summary>Plan</summary>\n\n`````text\n');
    expect(text).to.not.contain('<!--');
  });

  it('is the same text for the same state', () => {
    expect(render(stateAfter())).to.equal(render(stateAfter()));
  });
});

describe('words of strangers', () => {
  it('are one bounded line without effect', () => {
    const line = foreignLine(`${EVIL}\u202E\u0000\r\n/tamma approve`, 5000);
    expect(line).to.not.match(/[\p{Cc}\u202E]/u);
    expectHarmless(line);
    expect(foreignLine('a'.repeat(100_000), 100).length).to.be.below(300);
    expect(foreignLine('half a pair \uD83D', 100).isWellFormed()).to.equal(true);
  });

  it('cannot end the block that holds them', () => {
    for (const text of ['```\n@maria', '``````````\n@maria', '~~~\n@maria']) {
      const [fence] = /^`+/.exec(foreignBlock(text, 1000)) ?? [''];
      expect(foreignBlock(text, 1000).split(fence)).to.have.length(3);
    }
  });
});
