import { buildHead, buildStep } from '@tamma/contracts/testing';
import {
  done,
  ERROR_CLASSES,
  type ErrorClass,
  type ErrorReport,
  escalate,
  noChange,
  type Outcome,
  taskIdOf,
  unwanted,
} from '@tamma/domain';
import { expect } from 'chai';
import type { SettleRequest } from './settle-request.ts';
import { settleOutcome } from './settlement.ts';
import { createTeller } from './teller.ts';

const NOW = Date.parse('2026-03-01T10:00:00.000Z');
const STEPS = [buildStep(), buildStep({ id: 'clarification', handler: 'clarification', index: 1 })];
const HEAD = buildHead({
  template: { name: 'test', hash: 'hash', steps: STEPS },
  escalationDeadlineMs: 3_600_000,
});

function settle(outcome: Outcome<unknown>, overrides: Partial<SettleRequest> = {}, attempt = 1) {
  const { workflowId } = HEAD;
  const taskId = taskIdOf(workflowId, 'issue-intake');
  const teller = createTeller({
    workflowId,
    taskId,
    stepId: 'issue-intake',
    attempt,
    workerId: 'worker-1',
    now: () => NOW,
  });
  const fence = { workflowId, taskId, attempt };
  const known = { head: HEAD, step: buildStep(), fence, round: 0, rounds: [], wait: null, holds: 0 };
  return settleOutcome({
    ...known,
    outcome,
    teller,
    failures: 0,
    durationMs: 12,
    nowMs: NOW,
    random: 0.5,
    ...overrides,
  });
}

function told(settlement: ReturnType<typeof settle>): [string, string][] {
  return settlement.events.map((event) => [event.id, event.type]);
}

function errorOf(errorClass: ErrorClass): ErrorReport {
  return { code: 'TROUBLE', class: errorClass, message: 'it broke' };
}

describe('settlement of an outcome', () => {
  it('completes a task that is done, with one end event whatever the attempt', () => {
    const first = settle(done({ answer: 42 }));
    expect(first).to.deep.include({ wait: null, fate: { kind: 'done' } });
    expect(first.outcome).to.deep.equal({ kind: 'done', result: { answer: 42 } });
    expect(told(first)).to.deep.equal([['demo-1.r1.issue-intake.end', 'TASK.COMPLETED.SUCCESS']]);
    expect(first.events[0]?.data).to.deep.equal({ result: { answer: 42 }, durationMs: 12 });
    expect(told(settle(done({ answer: 42 }), {}, 7))).to.deep.equal(told(first));
  });

  it('ends the phase with the step that closes it, and names what comes next', () => {
    const closes = { artifactsRequired: [], nextStep: 'clarification' };
    const settlement = settle(done({}), { step: buildStep({ closes }) });
    expect(told(settlement)).to.deep.equal([
      ['demo-1.r1.issue-intake.end', 'TASK.COMPLETED.SUCCESS'],
      ['demo-1.r1.issue-intake.end.phase', 'PHASE.COMPLETED.SUCCESS'],
    ]);
    expect(settlement.events[1]?.data).to.deep.equal({ phase: 'INTAKE', nextStep: 'clarification' });
  });

  it('completes the workflow with its last step and with no other', () => {
    const last = settle(done({}), { step: buildStep({ index: 1 }) });
    expect(told(last)).to.deep.equal([
      ['demo-1.r1.issue-intake.end', 'TASK.COMPLETED.SUCCESS'],
      ['demo-1.r1.issue-intake.end.session', 'SESSION.ENDED.SUCCESS'],
      ['demo-1.r1.issue-intake.end.workflow', 'WORKFLOW.COMPLETED.SUCCESS'],
    ]);
    expect(told(settle(done({})))).to.have.lengthOf(1);
    expect(last.events.at(-1)?.data).to.deep.equal({ result: 'merged' });
  });

  it('calls the workflow of a task on its own done, for it merges nothing', () => {
    const head = { ...HEAD, task: { type: 'quality_gate', payload: {} } } as const;
    const last = settle(done({}), { head, step: buildStep({ index: 1 }) });
    expect(last.events.at(-1)?.data).to.deep.equal({ result: 'done' });
  });

  it('schedules a retry and stores no outcome', () => {
    const settlement = settle({ kind: 'retry', error: errorOf('network') }, { failures: 1 }, 3);
    expect(settlement.outcome).to.equal(null);
    expect(settlement.fate).to.deep.equal({ kind: 'retry', delayMs: 2000, why: 'it broke' });
    expect(told(settlement)).to.deep.equal([['demo-1.r1.issue-intake.3.1', 'TASK.RETRY.SCHEDULED']]);
    expect(settlement.events[0]?.data).to.include({ retryCount: 2, retryDelayMs: 2000 });
  });

  it('waits as long as the service asked, up to the cap of the class', () => {
    const wait = (retryAfterMs: number) =>
      settle({ kind: 'retry', error: errorOf('rate-limit'), retryAfterMs }).fate;
    expect(wait(1500)).to.include({ kind: 'retry', delayMs: 1500 });
    expect(wait(90_000_000)).to.include({ kind: 'retry', delayMs: 3_600_000 });
  });

  const RETRIES: Readonly<Record<ErrorClass, number>> = {
    network: 3,
    'rate-limit': 1,
    model: 3,
    unknown: 3,
    authentication: 0,
    validation: 0,
    system: 0,
    gate: 0,
    conflict: 0,
    budget: 0,
  };
  for (const name of ERROR_CLASSES) {
    const retries = RETRIES[name];
    const then = name === 'network' || name === 'rate-limit' ? 'park' : 'stop';
    it(`tries an error of class ${name} ${retries} times again, then it is a ${then}`, () => {
      const fates = Array.from({ length: retries + 2 }, (_, failures) =>
        settle({ kind: 'retry', error: errorOf(name) }, { failures }),
      ).map((settlement) => settlement.fate.kind);
      expect(fates).to.deep.equal([...Array(retries).fill('retry'), then, then]);
    });
  }

  it('escalates trouble of the machine itself one level higher', () => {
    const levels = (['gate', 'system'] as const).map((name) => {
      const settlement = settle(escalate(errorOf(name)));
      return settlement.events.at(-1)?.data;
    });
    expect(levels.map((data) => JSON.stringify(data).includes('"level":3'))).to.deep.equal([false, true]);
  });

  it('escalates with the deadline of the workflow, each failure a fact of its own', () => {
    const error = { ...errorOf('gate'), remedy: 'look at it' };
    const settlement = settle(escalate(error), { failures: 2 });
    expect(settlement.outcome).to.deep.equal({ kind: 'stop', reason: { kind: 'escalate', error } });
    expect(settlement.fate).to.deep.equal({ kind: 'stop', why: 'it broke' });
    expect(told(settlement)).to.deep.equal([
      ['demo-1.r1.issue-intake.1.1', 'TASK.FAILED.PERMANENT'],
      ['demo-1.r1.issue-intake.1.2', 'ESCALATION.TRIGGERED.SUCCESS'],
    ]);
    expect(settlement.events[0]?.data).to.deep.equal({ error, retryCount: 2 });
    expect(settlement.events[1]?.data).to.deep.equal({ level: 2, error, until: '2026-03-01T11:00:00.000Z' });
    expect(told(settle(escalate(error), {}, 5))[0]?.[0]).to.equal('demo-1.r1.issue-intake.5.1');
  });

  it('cancels the workflow when the work is no longer wanted', () => {
    const settlement = settle(unwanted('the issue is closed'));
    expect(settlement.fate).to.deep.equal({ kind: 'stop', why: 'the issue is closed' });
    expect(told(settlement)).to.deep.equal([
      ['demo-1.r1.issue-intake.end.session', 'SESSION.ENDED.SUCCESS'],
      ['demo-1.r1.issue-intake.end.workflow', 'WORKFLOW.CANCELLED.SUCCESS'],
    ]);
    expect(settlement.outcome).to.deep.equal({
      kind: 'stop',
      reason: { kind: 'unwanted', why: 'the issue is closed' },
    });
  });

  it('completes the workflow well when there is nothing to change, with the reason', () => {
    const settlement = settle(noChange('main does so already'));
    expect(settlement.fate).to.deep.equal({ kind: 'stop', why: 'main does so already' });
    expect(told(settlement)).to.deep.equal([
      ['demo-1.r1.issue-intake.end.session', 'SESSION.ENDED.SUCCESS'],
      ['demo-1.r1.issue-intake.end.workflow', 'WORKFLOW.COMPLETED.SUCCESS'],
    ]);
    expect(settlement.events[1]?.data).to.deep.equal({ result: 'no-change', why: 'main does so already' });
  });

  it('parks for an approval, and tells who is asked for what until when', () => {
    const approval = { kind: 'merge', risk: 'high', subject: 'c0ffee' } as const;
    const approvalId = 'demo-1.r1.issue-intake.a1';
    const settlement = settle({ kind: 'wait', on: 'approval', forMs: 60_000, why: 'high risk', approval });
    const until = '2026-03-01T10:01:00.000Z';
    expect(settlement.wait).to.deep.equal({
      on: 'approval',
      key: null,
      untilMs: NOW + 60_000,
      recheckMs: null,
      atDeadline: 'escalate',
      why: 'high risk',
      approval: { id: approvalId, kind: 'merge', subject: 'c0ffee' },
      round: null,
    });
    expect(settlement.outcome).to.equal(null);
    expect(settlement.fate).to.deep.equal({ kind: 'park', until: NOW + 60_000 });
    expect(settlement.events.map(({ type, data }) => [type, data])).to.deep.equal([
      ['APPROVAL.REQUESTED.SUCCESS', { approvalId, ...approval, why: 'high risk', until }],
      ['TASK.PARKED.SUCCESS', { on: 'approval', until, why: 'high risk' }],
    ]);
  });

  it('parks for anything else without asking a person', () => {
    const settlement = settle({ kind: 'wait', on: 'ci', forMs: 1000, why: 'checks run' });
    expect(settlement.events.map((event) => event.type)).to.deep.equal(['TASK.PARKED.SUCCESS']);
  });

  it('parks for an answer and tells the question', () => {
    const settlement = settle({ kind: 'ask', question: 'Which one?', forMs: 60_000 }, {}, 3);
    const approvalId = 'demo-1.r1.issue-intake.a3';
    expect(settlement.wait).to.deep.equal({
      on: 'human',
      key: null,
      untilMs: NOW + 60_000,
      recheckMs: null,
      atDeadline: 'escalate',
      why: 'Which one?',
      approval: { id: approvalId, kind: 'question', subject: null },
      round: null,
    });
    expect(settlement.events[0]?.data).to.include({ approvalId, question: 'Which one?' });
    expect(settlement.fate).to.deep.equal({ kind: 'park', until: NOW + 60_000 });
    expect(settlement.events.map(({ id, type }) => [id, type])).to.deep.equal([
      ['demo-1.r1.issue-intake.3.1', 'QUESTION.ASKED.SUCCESS'],
      ['demo-1.r1.issue-intake.3.2', 'TASK.PARKED.SUCCESS'],
    ]);
  });
});
