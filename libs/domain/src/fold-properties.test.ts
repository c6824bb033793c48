import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import type { AnyEvent, EventDataByType, EventType } from './event-data.ts';
import { applyEvent, foldWorkflow } from './fold.ts';
import { canMoveTask } from './task.ts';
import { buildEvent } from './testing/builders.ts';
import { codeWords, readTables } from './testing/markdown-table.ts';
import { pickFrom, seededRandom } from './testing/random.ts';
import { EVENT_TYPES, SAMPLE_DATA } from './testing/sample-data.ts';
import { createStory } from './testing/story.ts';
import { hasWorkflowEnded, WORKFLOW_STATUSES, type WorkflowStatus } from './workflow.ts';
import type { WorkflowState } from './workflow-state.ts';

const PAPER = readFileSync(join(import.meta.dirname, '../../../docs/states.md'), 'utf8');
const [moves] = readTables(PAPER, '## Workflow');

const CREATED = createStory().tell(0, 'WORKFLOW.STATE.CREATED');
const RUNNING = CREATED.tell(1, 'WORKFLOW.STARTED.SUCCESS');
const PAUSED = RUNNING.tell(2, 'APPROVAL.REQUESTED.SUCCESS');
const STATES: Readonly<Record<WorkflowStatus, WorkflowState>> = {
  pending: CREATED.state(),
  running: RUNNING.state(),
  paused: PAUSED.state(),
  completed: RUNNING.tell(3, 'WORKFLOW.COMPLETED.SUCCESS').state(),
  failed: RUNNING.tell(3, 'WORKFLOW.FAILED.PERMANENT').state(),
  cancelled: RUNNING.tell(3, 'WORKFLOW.CANCELLED.SUCCESS').state(),
};

function documentedMoves(): Set<string> {
  const rows = moves?.rows ?? [];
  const triples = rows.flatMap(([from = '', to = '', events = '']) =>
    codeWords(from).flatMap((one) => codeWords(events).map((event) => [one, event, codeWords(to)[0]].join())),
  );
  return new Set(triples);
}

describe('the fold, held against docs/states.md', () => {
  const documented = documentedMoves();

  for (const from of WORKFLOW_STATUSES) {
    it(`leaves ${from} by exactly the events written down`, () => {
      expect(STATES[from].status).to.equal(from);
      for (const type of EVENT_TYPES) {
        const after = applyEvent(STATES[from], buildEvent(type, SAMPLE_DATA[type]));
        const targets = WORKFLOW_STATUSES.filter((to) => documented.has([from, type, to].join()));
        expect(after?.status, `${type} in ${from}`).to.equal(targets[0] ?? from);
      }
    });
  }
});

const STEP_IDS = ['issue-intake', 'context-research', 'not-a-step', '', '__proto__'];
const DELAYS_MS = [0, 1, 1e9, 1e15, 1e300];
const RUNS = 300;
const EVENTS_PER_RUN = 60;

function hostileData<Type extends EventType>(type: Type, random: () => number): EventDataByType[Type] {
  if (type !== 'TASK.RETRY.SCHEDULED') return SAMPLE_DATA[type];
  return { ...SAMPLE_DATA[type], retryDelayMs: pickFrom(DELAYS_MS, random) };
}

/** Any event of the catalogue, at any time, about any step; never with data that the catalogue would refuse. */
function randomEvent(random: () => number): AnyEvent {
  const type = pickFrom(EVENT_TYPES, random);
  return buildEvent(type, hostileData(type, random), {
    at: new Date(Math.floor(random() * 4e12)).toISOString(),
    stepId: pickFrom(STEP_IDS, random),
    attempt: Math.floor(random() * 12),
  });
}

function randomRun(seed: number): readonly AnyEvent[] {
  const random = seededRandom(seed);
  const events = Array.from({ length: EVENTS_PER_RUN }, () => randomEvent(random));
  return seed % 4 === 0 ? events : [...CREATED.events, ...events];
}

function freeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) Object.values(Object.freeze(value)).forEach(freeze);
  return value;
}

/** What `## Suspension` says: it stands still, goes on when it is resumed, and may still come to its end. */
function isOfSuspension(before: WorkflowState | null, { type }: AnyEvent, after: WorkflowState | null) {
  if (before?.suspended === undefined || before.suspended === null) return false;
  if (type === 'WORKFLOW.RESUMED.SUCCESS') return after?.status === 'running';
  if (type === 'WORKFLOW.COMPLETED.SUCCESS') return before.status === 'paused';
  return after?.status === 'paused' && after.suspended !== null;
}

describe('the fold of any events in any order', () => {
  const runs = Array.from({ length: RUNS }, (_, seed) => randomRun(seed));

  it('never fails, and gives the same for the same events without touching them', () => {
    const reached = new Set<string | undefined>();
    for (const [seed, events] of runs.entries()) {
      freeze(events);
      const state = foldWorkflow(events);
      expect(foldWorkflow(structuredClone(events)), `seed ${seed}`).to.deep.equal(state);
      reached.add(state?.status);
    }
    expect([...reached], 'the runs reach every end').to.include.members(['completed', 'failed', 'cancelled']);
  });

  it('moves only as written down, and never out of an end', () => {
    const documented = documentedMoves();
    for (const [seed, events] of runs.entries()) {
      let before = foldWorkflow(CREATED.events);
      for (const event of events) {
        const after = applyEvent(before, event);
        const move = [before?.status, event.type, after?.status].join();
        const isKnown =
          after?.status === before?.status || documented.has(move) || isOfSuspension(before, event, after);
        expect(isKnown, `seed ${seed}: ${move}`).to.equal(true);
        before = after;
      }
    }
  });

  it('moves each step only as the table of tasks allows', () => {
    let refused = 0;
    for (const [seed, events] of runs.entries()) {
      let before = foldWorkflow(CREATED.events);
      for (const event of events) {
        const after = applyEvent(before, event);
        for (const step of after?.steps ?? []) {
          const from = before?.steps.find((one) => one.id === step.id)?.status ?? step.status;
          const isKnown = from === step.status || canMoveTask(from, step.status);
          expect(isKnown, `seed ${seed}: ${event.type} moved ${from} to ${step.status}`).to.equal(true);
          if (
            event.type === 'TASK.COMPLETED.SUCCESS' &&
            event.stepId === step.id &&
            step.status !== 'completed'
          )
            refused += 1;
        }
        before = after;
      }
    }
    expect(refused, 'the runs try moves that are refused').to.be.greaterThan(0);
  });

  it('stands still as long as it is suspended, and shows nothing else', () => {
    let seen = 0;
    for (const state of runs.flatMap((events) => [...states(events)])) {
      if (state.suspended === null) continue;
      seen += 1;
      expect(state.status).to.be.oneOf(['pending', 'paused']);
      expect(state.waitingFor).to.deep.include({ reason: 'human', since: state.suspended.since });
    }
    expect(seen).to.be.greaterThan(100);
  });

  it('is escalated and asks only while it is paused', () => {
    for (const state of runs.flatMap((events) => [...states(events)])) {
      if (state.approval === null && state.escalation === null) continue;
      expect(hasWorkflowEnded(state.status)).to.equal(false);
    }
  });

  it('keeps every end as it was: status, time, result, reason, error and steps', () => {
    for (const events of runs) {
      let end: WorkflowState | null = null;
      for (const state of states(events)) {
        if (end === null && hasWorkflowEnded(state.status)) end = state;
        if (end === null) continue;
        const { status, endedAt, result, cancelledBecause, error, steps, waitingFor } = end;
        expect(state).to.deep.include({ status, endedAt, result, cancelledBecause, error, steps });
        expect(waitingFor).to.equal(null);
        expect(state.waitedMs).to.equal(end.waitedMs);
      }
    }
  });

  it('has an end exactly when it ended, and a result exactly when it completed', () => {
    for (const state of runs.flatMap((events) => [...states(events)])) {
      expect(state.endedAt !== null).to.equal(hasWorkflowEnded(state.status));
      expect(state.result !== null).to.equal(state.status === 'completed');
      expect(state.cancelledBecause !== null).to.equal(state.status === 'cancelled');
    }
  });

  it('counts only time that passed, and all money', () => {
    for (const events of runs) {
      const state = foldWorkflow(events);
      if (state === null) continue;
      for (const ms of Object.values(state.waitedMs)) expect(ms).to.be.within(0, 4e12 * EVENTS_PER_RUN);
      const created = events.findIndex((event) => event.type === 'WORKFLOW.STATE.CREATED');
      const calls = events.filter((event, i) => i > created && event.type === 'AI.RESPONSE.RECEIVED').length;
      expect(state.usage.calls).to.equal(calls);
      expect(state.usage.costUsd).to.equal(calls * 0.25);
    }
  });
});

function* states(events: readonly AnyEvent[]): Generator<WorkflowState> {
  let state: WorkflowState | null = null;
  for (const event of events) {
    state = applyEvent(state, event);
    if (state !== null) yield state;
  }
}
