import type { AnyEvent } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { applyTaskEvent, type TaskRecord } from './task-record.ts';

const ERROR = { code: 'X', class: 'network', message: 'no answer' } as const;
const task = { taskId: 'demo-1.r1.code', stepId: 'code', at: '2026-01-01T00:00:01.000Z' };
const enqueued = buildEvent('TASK.ENQUEUED.SUCCESS', { capability: 'code', priority: 1 }, task);
const dequeued = (attempt: number) =>
  buildEvent('TASK.DEQUEUED.SUCCESS', { capability: 'code', workerId: 'w' }, { ...task, attempt });
const retried = buildEvent('TASK.RETRY.SCHEDULED', { error: ERROR, retryCount: 1, retryDelayMs: 1 }, task);
const completed = buildEvent('TASK.COMPLETED.SUCCESS', { result: {}, durationMs: 12.5 }, task);
const failed = buildEvent('TASK.FAILED.PERMANENT', { error: ERROR, retryCount: 3 }, task);
const parked = buildEvent('TASK.PARKED.SUCCESS', { on: 'approval', until: task.at, why: 'x' }, task);
const interrupted = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'shutdown' }, task);

function fold(events: readonly AnyEvent[]): TaskRecord | undefined {
  let record: TaskRecord | undefined;
  for (const event of events) record = applyTaskEvent(record, event) ?? record;
  return record;
}

describe('task record', () => {
  for (const { events, status, attempts } of [
    { events: [enqueued], status: 'pending', attempts: 0 },
    { events: [enqueued, dequeued(1)], status: 'running', attempts: 1 },
    { events: [dequeued(1), retried], status: 'scheduled', attempts: 1 },
    { events: [dequeued(1), parked], status: 'scheduled', attempts: 1 },
    { events: [dequeued(1), interrupted], status: 'pending', attempts: 1 },
    { events: [dequeued(1), retried, dequeued(2), completed], status: 'completed', attempts: 2 },
    { events: [dequeued(1), failed], status: 'failed', attempts: 1 },
    { events: [dequeued(1), failed, dequeued(2)], status: 'running', attempts: 2 },
    { events: [dequeued(1), completed, dequeued(2), failed], status: 'completed', attempts: 1 },
  ]) {
    it(`is ${status} after ${events.map((event) => event.type).join(', ')}`, () => {
      expect(fold(events)).to.include({ status, attempts, taskId: task.taskId, stepId: 'code' });
    });
  }

  it('keeps the last error until the task runs again, and how long it took', () => {
    expect(fold([dequeued(1), retried])?.error).to.deep.equal(ERROR);
    const done = fold([dequeued(1), retried, dequeued(2), completed]);
    expect(done).to.include({ error: null, durationMs: 12.5, startedAt: task.at, completedAt: task.at });
  });

  it('is not touched by events of no task, or about something else', () => {
    expect(applyTaskEvent(undefined, buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x' }))).to.equal(null);
    const gate = buildEvent('RISK.ASSESSED.SUCCESS', { risk: 'low' }, task);
    expect(applyTaskEvent(undefined, gate)).to.equal(null);
  });
});
