import { expect } from 'chai';
import { NO_TOKENS } from './ai-price.ts';
import type { StepOutline } from './event-data.ts';
import { applyEvent, foldWorkflow } from './fold.ts';
import { buildEvent } from './testing/builders.ts';
import { createStory, type Story, secondAt } from './testing/story.ts';
import type { WorkflowState } from './workflow-state.ts';

const STEPS: readonly StepOutline[] = [
  { id: 'issue-intake', phase: 'INTAKE', capability: 'git' },
  { id: 'clarification', phase: 'INTAKE', capability: 'ai' },
  { id: 'context-research', phase: 'RESEARCH', capability: 'code' },
  { id: 'plan-generation', phase: 'PLAN', capability: 'ai' },
  { id: 'plan-approval', phase: 'PLAN', capability: 'approval' },
  { id: 'branch-setup', phase: 'EXECUTE', capability: 'git' },
  { id: 'code-generation', phase: 'EXECUTE', capability: 'code' },
  { id: 'build-gate', phase: 'EXECUTE', capability: 'build' },
  { id: 'test-gate', phase: 'REVIEW', capability: 'test' },
  { id: 'security-gate', phase: 'REVIEW', capability: 'security' },
  { id: 'code-review', phase: 'REVIEW', capability: 'ai' },
  { id: 'pull-request', phase: 'REVIEW', capability: 'git' },
  { id: 'merge-approval', phase: 'REVIEW', capability: 'approval' },
  { id: 'merge-and-close', phase: 'CLOSE', capability: 'git' },
];
const ERROR = { code: 'SLOW', class: 'network', message: 'the server is slow' } as const;
const CREATED = createStory().tell(0, 'WORKFLOW.STATE.CREATED');
const STARTED = CREATED.tell(10, 'WORKFLOW.STARTED.SUCCESS', { data: { steps: [...STEPS] } });
const RUNNING = STARTED.tell(20, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 1 });

function stepOf(state: WorkflowState, id: string) {
  const step = state.steps.find((one) => one.id === id);
  if (step === undefined) throw new Error(`no step ${id}`);
  return step;
}

/** All fourteen steps, each taken after 1 s and done after 3 s more. */
function walkAllSteps(story: Story, secondFirst: number): Story {
  return STEPS.reduce((told, { id, phase, capability }, i) => {
    const taken = secondFirst + i * 4;
    return told
      .tell(taken, 'TASK.DEQUEUED.SUCCESS', { step: id, attempt: 1, data: { capability } })
      .tell(taken, 'PHASE.STARTED.SUCCESS', { data: { phase } })
      .tell(taken + 3, 'TASK.COMPLETED.SUCCESS', { step: id });
  }, story);
}

describe('the fold of a whole workflow', () => {
  const road = walkAllSteps(STARTED, 11)
    .tell(66, 'RISK.ASSESSED.SUCCESS', { data: { risk: 'medium' } })
    .tell(66, 'BRANCH.CREATED.SUCCESS')
    .tell(66, 'COMMIT.CREATED.SUCCESS')
    .tell(66, 'ARTIFACT.WRITTEN.SUCCESS')
    .tell(66, 'AI.RESPONSE.RECEIVED')
    .tell(66, 'AI.RESPONSE.RECEIVED')
    .tell(66, 'PR.OPENED.SUCCESS')
    .tell(66, 'PR.MERGED.SUCCESS', { data: { mergeCommit: 'abc' } })
    .tell(67, 'WORKFLOW.COMPLETED.SUCCESS');

  it('begins pending, waiting for a slot, with what the creation says', () => {
    expect(CREATED.state()).to.deep.equal({
      id: 'demo-1.r1',
      project: 'demo',
      platform: 'local',
      repository: '/srv/demo.git',
      issue: 1,
      taskType: null,
      title: 'Add it',
      sprint: 'June',
      wasEdited: false,
      template: 'issue-to-pr',
      run: 1,
      score: 300,
      status: 'pending',
      waitingFor: { reason: 'slot', since: secondAt(0), until: null, why: 'it waits for a free slot' },
      approval: null,
      suspended: null,
      escalation: null,
      rounds: [],
      phase: null,
      currentStep: null,
      steps: [],
      risk: null,
      branch: null,
      pullRequest: null,
      mergeCommit: null,
      result: null,
      commits: [],
      artifacts: [],
      usage: { calls: 0, ...NO_TOKENS, costUsd: 0 },
      waitedMs: {},
      error: null,
      cancelledBecause: null,
      completedBecause: null,
      createdAt: secondAt(0),
      startedAt: null,
      endedAt: null,
      updatedAt: secondAt(0),
    });
  });

  it('belongs to no sprint without a milestone', () => {
    const created = createStory().tell(0, 'WORKFLOW.STATE.CREATED', { data: { sprint: undefined } });
    expect(created.state().sprint).to.equal(null);
  });

  it('is running and waits for a worker once its flow was added', () => {
    const state = STARTED.state();
    expect(state).to.include({ status: 'running', startedAt: secondAt(10), currentStep: null });
    expect(state.waitingFor).to.include({ reason: 'worker', since: secondAt(10), until: null });
    expect(state.steps.map(({ id, status, attempts }) => [id, status, attempts])).to.deep.equal(
      STEPS.map(({ id }) => [id, 'pending', 0]),
    );
  });

  it('waits for nothing only while a step runs', () => {
    let state: WorkflowState | null = null;
    for (const event of road.events) {
      state = applyEvent(state, event);
      const isAtWork = state?.steps.some((step) => step.status === 'running') ?? false;
      const isIdle = state?.endedAt === null && !isAtWork;
      expect(state?.waitingFor !== null, `after ${event.type} at ${event.at}`).to.equal(isIdle);
    }
  });

  it('goes through fourteen steps in six phases to its end', () => {
    const state = road.state();
    expect(state).to.include({ status: 'completed', result: 'merged', mergeCommit: 'abc', phase: 'CLOSE' });
    expect(state).to.include({ endedAt: secondAt(67), updatedAt: secondAt(67), waitingFor: null });
    expect(state).to.include({ currentStep: 'merge-and-close', error: null, cancelledBecause: null });
    expect(state.steps).to.deep.equal(
      STEPS.map((step, i) => ({
        ...step,
        allow: [],
        order: null,
        status: 'completed',
        round: 0,
        attempts: 1,
        startedAt: secondAt(11 + i * 4),
        completedAt: secondAt(14 + i * 4),
        error: null,
      })),
    );
  });

  it('keeps what was made, and adds up what it cost', () => {
    const state = road.state();
    expect(state).to.include({ risk: 'medium', branch: 'tamma/issue-1-add-it' });
    expect(state.pullRequest).to.deep.equal({ number: 7, url: 'local:7' });
    expect(state.commits).to.have.length(1);
    expect(state.artifacts).to.deep.equal([{ name: 'PLAN.md', sha256: 'f00d', bytes: 10 }]);
    expect(state.usage).to.deep.equal({
      calls: 2,
      inputTokens: 20,
      outputTokens: 10,
      cacheReadTokens: 2,
      cacheWriteTokens: 4,
      costUsd: 0.5,
    });
  });

  it('adds up cached tokens and cents without dust, also onto what an older version recorded', () => {
    const usage = { inputTokens: 1, outputTokens: 2, cacheReadTokens: 3, cacheWriteTokens: 4, costUsd: 0.1 };
    const answer = buildEvent('AI.RESPONSE.RECEIVED', { provider: 'p', model: 'm', durationMs: 1, usage });
    const before = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0.2 };
    const old = Object.assign({ ...RUNNING.state() }, { usage: before });
    const state = applyEvent(applyEvent(old, answer), answer);
    expect(state?.usage).to.deep.equal({
      calls: 2,
      inputTokens: 2,
      outputTokens: 4,
      cacheReadTokens: 6,
      cacheWriteTokens: 8,
      costUsd: 0.4,
    });
    expect(applyEvent(old, answer)?.usage.costUsd).to.equal(0.3);
  });

  it('adds up its waits by reason', () => {
    // 10 s for the slot; 1 s for a worker before each step, and from the last step to the end.
    expect(road.state().waitedMs).to.deep.equal({ slot: 10_000, worker: 14_000 + 1000 });
  });
});

describe('the fold of facts told twice', () => {
  it('keeps one commit per hash and the newest artifact per name', () => {
    const state = RUNNING.tell(21, 'COMMIT.CREATED.SUCCESS')
      .tell(22, 'COMMIT.CREATED.SUCCESS')
      .tell(23, 'COMMIT.CREATED.SUCCESS', { data: { hash: 'other' } })
      .tell(24, 'ARTIFACT.WRITTEN.SUCCESS', { data: { sha256: 'old' } })
      .tell(25, 'ARTIFACT.WRITTEN.SUCCESS', { data: { name: 'TODO.md' } })
      .tell(26, 'ARTIFACT.WRITTEN.SUCCESS', { data: { sha256: 'new' } })
      .state();
    expect(state.commits.map((commit) => commit.hash.slice(0, 5))).to.deep.equal(['01234', 'other']);
    expect(state.artifacts.map(({ name, sha256 }) => [name, sha256])).to.deep.equal([
      ['TODO.md', 'f00d'],
      ['PLAN.md', 'new'],
    ]);
  });

  it('is not created or started again', () => {
    const again = RUNNING.tell(30, 'WORKFLOW.STATE.CREATED', { data: { title: 'Other' } });
    expect(again.tell(31, 'WORKFLOW.STARTED.SUCCESS').state()).to.deep.equal(RUNNING.state());
  });
});

describe('the fold of steps that do not end well at once', () => {
  it('shows a retry: scheduled, with its error, until its time', () => {
    const data = { error: ERROR, retryCount: 1, retryDelayMs: 2000 };
    const retry = RUNNING.tell(25, 'TASK.RETRY.SCHEDULED', { step: 'issue-intake', data });
    expect(stepOf(retry.state(), 'issue-intake')).to.include({ status: 'scheduled', error: ERROR });
    expect(retry.state()).to.include({ status: 'running', currentStep: 'issue-intake' });
    expect(retry.state().waitingFor).to.deep.equal({
      reason: 'worker',
      since: secondAt(25),
      until: secondAt(27),
      why: 'retry after: the server is slow',
    });
    const again = retry.tell(28, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 2 }).state();
    expect(stepOf(again, 'issue-intake')).to.deep.equal({
      ...STEPS[0],
      allow: [],
      order: null,
      status: 'running',
      round: 0,
      attempts: 2,
      startedAt: secondAt(20),
      completedAt: null,
      error: null,
    });
    expect(again.waitingFor).to.equal(null);
    expect(again.waitedMs).to.deep.equal({ slot: 10_000, worker: 10_000 + 3000 });
  });

  it('tells a rate limit from other retries', () => {
    const error = { ...ERROR, class: 'rate-limit' } as const;
    const retry = RUNNING.tell(25, 'TASK.RETRY.SCHEDULED', { data: { error, retryDelayMs: 60_000 } });
    expect(retry.state().waitingFor).to.include({ reason: 'rate-limit', until: secondAt(85) });
  });

  it('takes a delay beyond the calendar as a wait without an end', () => {
    const retry = RUNNING.tell(25, 'TASK.RETRY.SCHEDULED', { data: { retryDelayMs: Number.MAX_VALUE } });
    expect(retry.state().waitingFor).to.include({ reason: 'worker', until: null });
  });

  it('shows an interrupted step as pending again, and counts no attempt of its own', () => {
    const state = RUNNING.tell(25, 'TASK.INTERRUPTED.SUCCESS', { step: 'issue-intake' }).state();
    expect(stepOf(state, 'issue-intake')).to.include({ status: 'pending', attempts: 1 });
    expect(state.waitingFor).to.include({ reason: 'worker', why: 'the worker shut down' });
  });

  it('counts the first attempt when an event does not say which', () => {
    const state = STARTED.tell(20, 'TASK.DEQUEUED.SUCCESS').tell(21, 'TASK.DEQUEUED.SUCCESS', {
      step: 'clarification',
    });
    expect(stepOf(state.state(), 'clarification').attempts).to.equal(1);
    expect(state.state().currentStep).to.equal('clarification');
  });
});

describe('the fold of what waits for a person', () => {
  const asked = RUNNING.tell(30, 'APPROVAL.REQUESTED.SUCCESS').tell(31, 'TASK.PARKED.SUCCESS', {
    step: 'issue-intake',
    data: { until: secondAt(1000), why: 'decide' },
  });

  it('is paused for an approval, since it was asked, until its deadline', () => {
    expect(asked.state().status).to.equal('paused');
    expect(stepOf(asked.state(), 'issue-intake').status).to.equal('scheduled');
    expect(asked.state().waitingFor).to.deep.equal({
      reason: 'approval',
      since: secondAt(30),
      until: secondAt(1000),
      why: 'decide',
    });
  });

  it('goes on when the approval is given, and knows how long it waited for it', () => {
    const granted = asked.tell(90, 'APPROVAL.PROVIDED.SUCCESS');
    expect(granted.state().status).to.equal('running');
    expect(granted.state().waitingFor).to.include({ reason: 'worker', since: secondAt(90), until: null });
    const taken = granted.tell(92, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 2 }).state();
    expect(taken).to.include({ status: 'running', waitingFor: null });
    expect(taken.waitedMs).to.deep.equal({ slot: 10_000, worker: 10_000 + 2000, approval: 60_000 });
  });

  it('does not stop for an approval that policy gives while the step runs', () => {
    expect(RUNNING.tell(30, 'APPROVAL.PROVIDED.SUCCESS').state()).to.deep.equal(RUNNING.state());
  });

  it('is paused for a question, in its words', () => {
    const state = RUNNING.tell(30, 'QUESTION.ASKED.SUCCESS').state();
    expect(state.status).to.equal('paused');
    expect(state.waitingFor).to.include({ reason: 'human', why: 'Which one?' });
  });

  it('is paused by an escalation, with the error, and can only be ended or taken up again', () => {
    const escalated = RUNNING.tell(30, 'TASK.FAILED.PERMANENT', {
      step: 'issue-intake',
      data: { error: ERROR },
    }).tell(30, 'ESCALATION.TRIGGERED.SUCCESS', { data: { error: ERROR, until: secondAt(600) } });
    expect(escalated.state()).to.deep.include({ status: 'paused', error: ERROR, endedAt: null });
    expect(stepOf(escalated.state(), 'issue-intake')).to.deep.include({ status: 'failed', error: ERROR });
    expect(escalated.state().waitingFor).to.deep.equal({
      reason: 'human',
      since: secondAt(30),
      until: secondAt(600),
      why: 'the server is slow',
    });
    expect(escalated.tell(40, 'WORKFLOW.COMPLETED.SUCCESS').state()).to.deep.equal(escalated.state());
    expect(escalated.tell(40, 'WORKFLOW.CANCELLED.SUCCESS').state().status).to.equal('cancelled');
    const taken = escalated.tell(50, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 2 });
    expect(taken.state().status).to.equal('running');
    expect(taken.state().waitedMs.human).to.equal(20_000);
  });

  it('counts no time for a wait that is over at once, or before it began by a clock that went back', () => {
    for (const second of [30, 25]) {
      const taken = asked.tell(second, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 2 });
      expect(taken.state().waitedMs.approval).to.equal(0);
    }
  });

  it('adds several waits for one reason', () => {
    const twice = asked
      .tell(40, 'APPROVAL.PROVIDED.SUCCESS')
      .tell(50, 'APPROVAL.REQUESTED.SUCCESS')
      .tell(55, 'ESCALATION.TRIGGERED.SUCCESS');
    expect(twice.state().waitedMs.approval).to.equal(10_000 + 5000);
    expect(twice.state().waitingFor?.reason).to.equal('human');
  });
});

describe('the fold of a decision', () => {
  const asked = RUNNING.tell(30, 'APPROVAL.REQUESTED.SUCCESS', {
    step: 'issue-intake',
    data: { approvalId: 'demo-1.r1.issue-intake.a1' },
  });

  it('shows what is asked, about what, and until when', () => {
    expect(asked.state().approval).to.deep.equal({
      id: 'demo-1.r1.issue-intake.a1',
      kind: 'plan',
      taskId: '',
      stepId: 'issue-intake',
      risk: 'medium',
      subject: 'f00d',
      why: 'medium risk',
      since: secondAt(30),
      until: '2026-01-02T00:00:00.000Z',
    });
    const question = RUNNING.tell(30, 'QUESTION.ASKED.SUCCESS', { step: 'issue-intake' }).state();
    expect(question.approval).to.include({ kind: 'question', subject: null, risk: null, why: 'Which one?' });
  });

  it('is over once it is made, its step goes on, its step fails, or the workflow ends', () => {
    const ends = [
      asked.tell(40, 'APPROVAL.PROVIDED.SUCCESS'),
      asked.tell(40, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 2 }),
      asked.tell(40, 'TASK.FAILED.PERMANENT', { step: 'issue-intake' }),
      asked.tell(40, 'WORKFLOW.CANCELLED.SUCCESS'),
    ];
    for (const end of ends) expect(end.state().approval).to.equal(null);
  });

  it('counts for its own question alone', () => {
    const earlier = { approvalId: 'demo-1.r1.issue-intake.a0' };
    for (const type of ['APPROVAL.PROVIDED.SUCCESS', 'QUESTION.ANSWERED.SUCCESS'] as const) {
      expect(asked.tell(40, type, { data: earlier }).state()).to.deep.equal(asked.state());
    }
    const failed = asked
      .tell(40, 'TASK.FAILED.PERMANENT', { step: 'issue-intake' })
      .tell(40, 'ESCALATION.TRIGGERED.SUCCESS');
    expect(failed.tell(50, 'APPROVAL.PROVIDED.SUCCESS').state()).to.deep.equal(failed.state());
  });

  it('to try a failed step again makes it pending, and the workflow run', () => {
    const failed = RUNNING.tell(30, 'TASK.FAILED.PERMANENT', { step: 'issue-intake' }).tell(
      30,
      'ESCALATION.TRIGGERED.SUCCESS',
    );
    const state = failed.tell(60, 'ESCALATION.RESOLVED.SUCCESS', { step: 'issue-intake' }).state();
    expect(state).to.include({ status: 'running', error: null });
    expect(stepOf(state, 'issue-intake')).to.include({ status: 'pending', error: null, completedAt: null });
    expect(state.waitingFor).to.include({ reason: 'worker', since: secondAt(60) });
    expect(state.waitedMs.human).to.equal(30_000);
  });
});

describe('the fold of a round', () => {
  const code = { id: 'code-generation', task: 'demo-1.r1.code-generation' };
  const done = STARTED.tell(20, 'TASK.DEQUEUED.SUCCESS', { step: code.id, attempt: 1 })
    .tell(30, 'TASK.COMPLETED.SUCCESS', { step: code.id })
    .tell(40, 'TASK.DEQUEUED.SUCCESS', { step: 'build-gate', attempt: 1 });
  const round = { round: 1, steps: [code.id], why: 'the build gate is red' };
  const sent = done.tell(50, 'ROUND.STARTED.SUCCESS', { step: 'build-gate', data: round });

  it('shows the step that asked as scheduled, and those that run again as new', () => {
    expect(stepOf(sent.state(), 'build-gate').status).to.equal('scheduled');
    expect(stepOf(sent.state(), code.id)).to.include({
      status: 'pending',
      round: 1,
      attempts: 0,
      startedAt: null,
    });
    expect(sent.state()).to.include({ status: 'running' });
    expect(sent.state().waitingFor).to.include({ reason: 'worker', since: secondAt(50) });
    expect(sent.state().rounds).to.deep.equal([
      { round: 1, kind: 'repair', askedBy: 'build-gate', why: 'the build gate is red', at: secondAt(50) },
    ]);
  });

  it('moves the step by what its own task tells, not by stragglers of an earlier round', () => {
    const late = applyEvent(
      sent.state(),
      buildEvent(
        'TASK.COMPLETED.SUCCESS',
        { result: null, durationMs: 1 },
        { stepId: code.id, taskId: code.task },
      ),
    );
    expect(late?.steps.find((step) => step.id === code.id)?.status).to.equal('pending');
    const taken = applyEvent(
      sent.state(),
      buildEvent(
        'TASK.DEQUEUED.SUCCESS',
        { capability: 'code', workerId: 'w1' },
        { stepId: code.id, taskId: `${code.task}.1`, attempt: 1 },
      ),
    );
    expect(taken?.steps.find((step) => step.id === code.id)).to.include({ status: 'running', round: 1 });
  });

  it('told twice is one round', () => {
    const twice = sent.tell(60, 'ROUND.STARTED.SUCCESS', { step: 'build-gate', data: round });
    expect(twice.state()).to.deep.equal(sent.state());
  });

  it('leaves a step that is done already by the spine where it is asked for by a later one', () => {
    const back = sent.tell(70, 'TASK.DEQUEUED.SUCCESS', { step: 'build-gate', attempt: 2 }).state();
    expect(stepOf(back, 'build-gate')).to.include({ status: 'running', round: 0, attempts: 2 });
  });
});

describe('the fold of a workflow that ends otherwise', () => {
  it('marks every step that is not done as cancelled, and says why', () => {
    const story = RUNNING.tell(25, 'TASK.COMPLETED.SUCCESS', { step: 'issue-intake' })
      .tell(26, 'TASK.DEQUEUED.SUCCESS', { step: 'clarification', attempt: 1 })
      .tell(30, 'WORKFLOW.CANCELLED.SUCCESS', { data: { why: 'closed' } });
    const state = story.state();
    expect(state).to.include({ status: 'cancelled', cancelledBecause: 'closed', endedAt: secondAt(30) });
    expect(state.waitingFor).to.equal(null);
    expect(state.steps.map((step) => step.status)).to.deep.equal([
      'completed',
      ...Array.from({ length: 13 }, () => 'cancelled'),
    ]);
  });

  it('is completed without a change, and says why', () => {
    const told = { result: 'no-change', why: 'the base has it' } as const;
    const end = RUNNING.tell(30, 'WORKFLOW.COMPLETED.SUCCESS', { data: told }).state();
    expect(end).to.include({ status: 'completed', result: 'no-change', completedBecause: 'the base has it' });
    const merged = RUNNING.tell(30, 'WORKFLOW.COMPLETED.SUCCESS').state();
    expect(merged).to.include({ result: 'merged', completedBecause: null });
    const refused = CREATED.tell(5, 'WORKFLOW.COMPLETED.SUCCESS', { data: told }).state();
    expect(refused).to.include({ status: 'pending', completedBecause: null });
  });

  it('remembers that its issue was edited, also when it has ended because of that', () => {
    const edited = RUNNING.tell(30, 'ISSUE.EDITED.SUCCESS');
    expect(edited.state()).to.include({ status: 'running', wasEdited: true, updatedAt: secondAt(30) });
    const ended = edited.tell(30, 'WORKFLOW.CANCELLED.SUCCESS').state();
    expect(ended).to.include({ status: 'cancelled', wasEdited: true });
    const late = RUNNING.tell(30, 'WORKFLOW.CANCELLED.SUCCESS').tell(31, 'ISSUE.EDITED.SUCCESS');
    expect(late.state()).to.include({ status: 'cancelled', wasEdited: true });
  });

  it('is cancelled from its slot as well', () => {
    const state = CREATED.tell(5, 'WORKFLOW.CANCELLED.SUCCESS').state();
    expect(state).to.include({ status: 'cancelled', startedAt: null });
    expect(state.waitedMs).to.deep.equal({ slot: 5000 });
  });

  it('fails with the error, and not from its slot', () => {
    const failed = RUNNING.tell(30, 'WORKFLOW.FAILED.PERMANENT', { data: { error: ERROR } }).state();
    expect(failed).to.deep.include({ status: 'failed', error: ERROR, endedAt: secondAt(30) });
    expect(CREATED.tell(30, 'WORKFLOW.FAILED.PERMANENT').state()).to.deep.equal(CREATED.state());
  });

  it('hears nothing more of steps, waits and other ends', () => {
    const ended = RUNNING.tell(30, 'WORKFLOW.COMPLETED.SUCCESS', { data: { result: 'no-change' } });
    const late = ended
      .tell(31, 'TASK.FAILED.PERMANENT', { step: 'issue-intake' })
      .tell(31, 'ESCALATION.TRIGGERED.SUCCESS')
      .tell(31, 'WORKFLOW.COMPLETED.SUCCESS')
      .tell(31, 'WORKFLOW.CANCELLED.SUCCESS')
      .tell(31, 'WORKFLOW.FAILED.PERMANENT')
      .tell(31, 'WORKFLOW.STARTED.SUCCESS')
      .tell(31, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake', attempt: 9 });
    expect(late.state()).to.deep.equal(ended.state());
    expect(late.state().result).to.equal('no-change');
  });

  it('still counts money spent and a merge learned late', () => {
    const state = RUNNING.tell(30, 'WORKFLOW.CANCELLED.SUCCESS')
      .tell(31, 'AI.RESPONSE.RECEIVED')
      .tell(32, 'PR.MERGED.SUCCESS', { data: { mergeCommit: 'abc' } })
      .state();
    expect(state).to.include({ status: 'cancelled', mergeCommit: 'abc', updatedAt: secondAt(32) });
    expect(state.usage.costUsd).to.equal(0.25);
  });
});

describe('the fold before and beside a workflow', () => {
  it('is nothing until it was created', () => {
    expect(foldWorkflow([])).to.equal(null);
    expect(foldWorkflow(RUNNING.events.slice(1))).to.equal(null);
  });

  it('does not let a step run, or a person be asked, before the start', () => {
    const early = CREATED.tell(1, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake' })
      .tell(2, 'APPROVAL.REQUESTED.SUCCESS')
      .tell(3, 'APPROVAL.PROVIDED.SUCCESS')
      .tell(4, 'ESCALATION.TRIGGERED.SUCCESS');
    expect(early.state()).to.deep.equal(CREATED.state());
  });

  it('is not moved by facts that are none of its own', () => {
    const other = RUNNING.tell(40, 'ORCHESTRATOR.STARTED.SUCCESS').tell(41, 'SESSION.STARTED.SUCCESS');
    expect(other.state()).to.deep.equal(RUNNING.state());
  });

  it('has an empty id when its creation names no workflow', () => {
    const event = buildEvent('WORKFLOW.STATE.CREATED', {
      project: 'p',
      platform: 'local',
      repository: 'r',
      issue: 1,
      title: 't',
      template: 'x',
      templateHash: 'h',
      score: 1,
      run: 1,
    });
    const { workflowId: _, ...lone } = event;
    expect(foldWorkflow([lone])?.id).to.equal('');
  });
});
