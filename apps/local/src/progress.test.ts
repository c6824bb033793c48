import type { ProjectView } from '@tamma/contracts';
import { type AnyEvent, foldWorkflow, type WorkflowState } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { exitCodeOf, isEscalated, isIdle } from './progress.ts';

const ERROR = { code: 'X', class: 'gate', message: 'it is red' } as const;
const STEP = { id: 'test-gate', phase: 'REVIEW', capability: 'test' } as const;

function stateOf(...more: readonly AnyEvent[]): WorkflowState {
  const created = buildEvent('WORKFLOW.STATE.CREATED', {
    project: 'demo',
    platform: 'local',
    repository: '/r',
    issue: 1,
    title: 'T',
    template: 't',
    templateHash: 'h',
    score: 1,
    run: 1,
  });
  const state = foldWorkflow([created, ...more]);
  if (state === null) throw new Error('no state');
  return state;
}

const started = buildEvent('WORKFLOW.STARTED.SUCCESS', { steps: [STEP] });
const dequeued = buildEvent(
  'TASK.DEQUEUED.SUCCESS',
  { capability: 'test', workerId: 'w' },
  { stepId: 'test-gate' },
);
const completed = buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' });
const until = '2026-01-02T00:00:00.000Z';
const escalated = [
  buildEvent('TASK.FAILED.PERMANENT', { error: ERROR, retryCount: 0 }, { stepId: 'test-gate' }),
  buildEvent('ESCALATION.TRIGGERED.SUCCESS', { level: 2, error: ERROR, until }),
];
const asked = buildEvent('APPROVAL.REQUESTED.SUCCESS', {
  approvalId: 'x.plan-approval.a1',
  kind: 'plan',
  subject: 'f00d',
  risk: 'high',
  why: 'high',
  until,
});

type Intake = ProjectView['intake'];

/** A project whose issue 1 became workflow `demo-1.r1`, looked at after everything above happened. */
function projectOf(overrides: Partial<Intake> = {}): ProjectView {
  const issue = { number: 1, title: 'T', eligible: true, reasons: [], score: 1, workflowId: 'demo-1.r1' };
  const seen = {
    passes: 1,
    lastPassAt: '2026-01-01T00:00:01.000Z',
    problem: null,
    unreadable: [],
    issues: [issue],
  };
  return { id: 'demo', platform: 'local', repository: '/r', intake: { ...seen, ...overrides } };
}

const NOW = Date.parse('2026-01-01T00:10:00.000Z');

function idle(workflows: readonly WorkflowState[], project = projectOf(), waitForPeople = false): boolean {
  const scene = { workflows, projects: [project] };
  return isIdle({ scene, waitForPeople, isTroubleLasting: false, nowMs: NOW });
}

describe('idle', () => {
  it('is not reached while a step runs or waits for a worker', () => {
    expect(idle([stateOf(started)])).to.equal(false);
    expect(idle([stateOf(started, dequeued)])).to.equal(false);
  });

  it('is reached when a day has no money left, but not for the moment until calls under way are settled', () => {
    const parked = (at: string) =>
      buildEvent(
        'TASK.PARKED.SUCCESS',
        { on: 'budget', until: at, why: 'the budget of project demo is spent' },
        { stepId: 'test-gate' },
      );
    expect(idle([stateOf(started, dequeued, parked(until))])).to.equal(true);
    expect(idle([stateOf(started, dequeued, parked(until))], projectOf(), true)).to.equal(false);
    expect(idle([stateOf(started, dequeued, parked('2026-01-01T00:11:00.000Z'))])).to.equal(false);
  });

  it('is not reached while a claimed workflow is not on record yet', () => {
    expect(idle([])).to.equal(false);
  });

  it('is not reached before intake has looked, or has looked after the last end', () => {
    const ended = [stateOf(started, completed)];
    expect(idle(ended, projectOf({ lastPassAt: null }))).to.equal(false);
    expect(idle(ended, projectOf({ lastPassAt: '2026-01-01T00:00:00.000Z' }))).to.equal(false);
    expect(idle(ended)).to.equal(true);
  });

  it('is not reached while a claimed workflow waits for a slot: those who wait for people leave theirs', () => {
    const pending = { ...stateOf(), id: 'demo-2.r1' };
    expect(idle([stateOf(started, completed), pending])).to.equal(false);
    expect(idle([stateOf(started, dequeued, ...escalated), pending])).to.equal(false);
  });

  it('is reached when a person must decide, unless people are waited for', () => {
    const waiting = [stateOf(started, dequeued, asked)];
    expect(idle(waiting)).to.equal(true);
    expect(idle(waiting, projectOf(), true)).to.equal(false);
  });

  it('is reached when a review is due that no program gives, unless people are waited for', () => {
    const waiting = (on: 'ci' | 'review', at: string) =>
      stateOf(
        started,
        dequeued,
        buildEvent('TASK.PARKED.SUCCESS', { on, until, why: 'x' }, { stepId: 'test-gate', at }),
      );
    const long = waiting('review', '2026-01-01T00:00:00.000Z');
    expect(idle([long])).to.equal(true);
    expect(idle([long], projectOf(), true)).to.equal(false);
    expect(idle([waiting('review', '2026-01-01T00:09:00.000Z')])).to.equal(false);
    expect(idle([waiting('ci', '2026-01-01T00:00:00.000Z')])).to.equal(false);
  });

  it('is reached with an escalated workflow even when people are waited for', () => {
    expect(idle([stateOf(started, dequeued, ...escalated)], projectOf(), true)).to.equal(true);
  });

  it('is reached when a project cannot be looked at for long, rather than waiting for ever', () => {
    const projects = [projectOf({ lastPassAt: null, problem: 'the folder is gone' })];
    const question = { scene: { workflows: [], projects }, waitForPeople: false, nowMs: NOW };
    expect(isIdle({ ...question, isTroubleLasting: false })).to.equal(false);
    expect(isIdle({ ...question, isTroubleLasting: true })).to.equal(true);
  });
});

describe('exit code', () => {
  const exitCode = (workflows: readonly WorkflowState[], project = projectOf()) =>
    exitCodeOf({ workflows, projects: [project] }, Date.parse('2026-01-01T00:00:00.000Z'));

  it('is 0 when everything merged or waits for a person it asked', () => {
    expect(exitCode([stateOf(started, completed)])).to.equal(0);
    expect(exitCode([stateOf(started, dequeued, asked)])).to.equal(0);
  });

  it('is 1 for an escalated or failed workflow and for a project that could not be looked at', () => {
    const state = stateOf(started, dequeued, ...escalated);
    expect(isEscalated(state)).to.equal(true);
    expect(exitCode([state])).to.equal(1);
    expect(exitCode([stateOf(started, buildEvent('WORKFLOW.FAILED.PERMANENT', { error: ERROR }))])).to.equal(
      1,
    );
    expect(exitCode([], projectOf({ problem: 'the folder is gone' }))).to.equal(1);
  });

  it('forgets failures from before this run', () => {
    const old = stateOf(started, buildEvent('WORKFLOW.FAILED.PERMANENT', { error: ERROR }));
    const later = Date.parse('2026-01-01T00:00:01.000Z');
    expect(exitCodeOf({ workflows: [old], projects: [] }, later)).to.equal(0);
  });
});
