import { parseEvent } from '@tamma/contracts';
import type { AnyEvent, WorkflowState } from '@tamma/domain';
import { createStory, type Story } from '@tamma/domain/testing';
import { expect } from 'chai';
import { applyToRows, mergeFetched, type Row, type Rows, sortRows } from './rows.ts';

const told = createStory()
  .tell(0, 'WORKFLOW.STATE.CREATED')
  .tell(1, 'WORKFLOW.STARTED.SUCCESS')
  .tell(2, 'TASK.DEQUEUED.SUCCESS', { step: 'issue-intake' })
  .tell(3, 'AI.RESPONSE.RECEIVED', { step: 'issue-intake' })
  .tell(4, 'TASK.COMPLETED.SUCCESS', { step: 'issue-intake' });

const after = (story: Story, count: number): WorkflowState =>
  createStory(story.events.slice(0, count)).state();
const apply = (rows: Rows, events: readonly AnyEvent[]) =>
  events.reduce((all, event) => applyToRows(all, event, 1000), rows);
const recorded = (state: WorkflowState): Rows => mergeFetched(new Map(), [state], 0);
const only = (rows: Rows): Row => {
  const [row] = rows.values();
  if (row === undefined) throw new Error('there is no row');
  return row;
};

describe('rows of the list', () => {
  it('end where the record ends, wherever the record was read and however much is told again', () => {
    for (let count = 1; count <= told.events.length; count += 1) {
      const rows = apply(recorded(after(told, count)), told.events);
      expect(only(rows).state, `read after ${count}`).to.deep.equal(told.state());
    }
  });

  it('begin with a workflow nobody knew', () => {
    expect(only(apply(new Map(), told.events)).state).to.deep.equal(told.state());
  });

  it('take in events that follow each other within a millisecond', () => {
    const later = told.events.slice(1);
    const atOnce = later.map((event) => ({ ...event, at: later[0]?.at ?? '' }));
    const stepsOf = ({ steps }: WorkflowState) => steps.map(({ id, status }) => [id, status]);
    const rows = apply(recorded(after(told, 1)), atOnce);
    expect(stepsOf(only(rows).state)).to.deep.equal(stepsOf(told.state()));
  });

  it('leave out what is about no workflow, and what came before the beginning', () => {
    const [, ...later] = told.events;
    const { workflowId: _, ...elsewhere } = told.events[0] ?? {};
    expect(later).not.to.have.length(0);
    expect(apply(new Map(), [...later, parseEvent(elsewhere)]).size).to.equal(0);
  });

  it('do not go back to what the record said a moment ago', () => {
    const rows = apply(new Map(), told.events);
    const stale = after(told, 2);
    expect(only(mergeFetched(rows, [stale], 1500)).state).to.deep.equal(told.state());
  });

  it('believe the record when it has had time, whatever a clock that ran ahead made of the row', () => {
    const rows = apply(new Map(), told.events);
    const record = { ...after(told, 2), updatedAt: '2020-01-01T00:00:00.000Z' };
    expect(only(mergeFetched(rows, [record], 3000)).state).to.deep.equal(record);
  });

  it('show first what needs a person, and what ended last', () => {
    const state = (id: string, status: WorkflowState['status'], createdAt: string) =>
      [id, { state: { ...told.state(), id, status, createdAt }, movedAtMs: null, recordedAt: null }] as const;
    const rows = new Map([
      state('old', 'completed', '2026-01-01'),
      state('new', 'cancelled', '2026-01-03'),
      state('runs', 'running', '2026-01-02'),
      state('asks', 'paused', '2026-01-01'),
    ]);
    expect(sortRows(rows).map(({ id }) => id)).to.deep.equal(['asks', 'runs', 'new', 'old']);
  });
});
