import type { EventType } from '@tamma/domain';
import { buildEvent, EVENT_TYPES, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { z } from 'zod';
import { EVENT_DATA, isEventType, parseEvent } from './event-schema.ts';
import { decodeEvent } from './wire.ts';

const FULL = {
  taskId: 'demo-1.r1.issue-intake',
  stepId: 'issue-intake',
  attempt: 2,
  sessionKey: 'sess_x',
  tags: { step: 'issue-intake' },
};
/** What an attempt may return is anything at all. */
const ANYTHING = new Set(['TASK.COMPLETED.SUCCESS.result']);
const MAY_BE_MISSING = new Set([
  'WORKFLOW.STATE.CREATED.sprint',
  'BUDGET.WARNED.SUCCESS.reservedUsd',
  'BUDGET.EXHAUSTED.SUCCESS.reservedUsd',
]);

/** The paths of what is wrong; empty when it parses. */
function pathsOf(value: unknown): string[] {
  try {
    parseEvent(value);
    return [];
  } catch (error) {
    if (error instanceof z.ZodError) return error.issues.map((issue) => issue.path.join('.'));
    throw error;
  }
}

function sampleWith(type: EventType, data: object): object {
  return { ...buildEvent(type, SAMPLE_DATA[type]), data: { ...SAMPLE_DATA[type], ...data } };
}

describe('the catalogue of events', () => {
  it('has a schema for every type, and a sample for every schema', () => {
    expect(Object.keys(EVENT_DATA).toSorted()).to.deep.equal([...EVENT_TYPES].toSorted());
  });

  it('names every type AGGREGATE.ACTION.STATUS', () => {
    for (const type of EVENT_TYPES) expect(type).to.match(/^[A-Z]+\.[A-Z]+\.[A-Z]+$/);
  });

  it('knows its types and nothing that every object has', () => {
    expect(EVENT_TYPES.every(isEventType)).to.equal(true);
    expect(['', 'constructor', '__proto__', 'toString', 'task.completed.success'].some(isEventType)).to.equal(
      false,
    );
  });

  for (const type of EVENT_TYPES) {
    it(`gives ${type} back unchanged after a journey as JSON`, () => {
      for (const overrides of [{}, FULL]) {
        const event = buildEvent(type, SAMPLE_DATA[type], overrides);
        expect(parseEvent(JSON.parse(JSON.stringify(event)))).to.deep.equal(event);
      }
    });

    it(`refuses ${type} with a field that is missing or of another kind, and names it`, () => {
      expect(pathsOf({ ...buildEvent(type, SAMPLE_DATA[type]), data: 'text' })).to.deep.equal(['']);
      for (const field of Object.keys(SAMPLE_DATA[type])) {
        if (ANYTHING.has(`${type}.${field}`)) continue;
        const missing = MAY_BE_MISSING.has(`${type}.${field}`) ? [] : [undefined];
        for (const value of [...missing, { nonsense: true }]) {
          const paths = pathsOf(sampleWith(type, { [field]: value }));
          expect(paths, `${field} as ${typeof value}`).not.to.deep.equal([]);
          for (const path of paths) expect(path.split('.')[0]).to.equal(field);
        }
      }
    });
  }
});

describe('the data of an event', () => {
  const REFUSED: readonly (readonly [type: EventType, data: object, path: string])[] = [
    ['WORKER.REGISTERED.SUCCESS', { capabilities: ['git', 'magic'] }, 'capabilities.1'],
    [
      'WORKFLOW.STARTED.SUCCESS',
      { steps: [{ id: 'a', phase: 'NEVER', capability: 'git' }] },
      'steps.0.phase',
    ],
    ['WORKFLOW.COMPLETED.SUCCESS', { result: 'half' }, 'result'],
    ['WORKFLOW.FAILED.PERMANENT', { error: { code: 'X', class: 'odd', message: '' } }, 'error.class'],
    ['TASK.PROGRESS.UPDATED', { percent: 101 }, 'percent'],
    ['TASK.PROGRESS.UPDATED', { percent: -1 }, 'percent'],
    ['TASK.ENQUEUED.SUCCESS', { priority: 1.5 }, 'priority'],
    ['TASK.RETRY.SCHEDULED', { retryDelayMs: -1 }, 'retryDelayMs'],
    ['TASK.RETRY.SCHEDULED', { retryDelayMs: Number.POSITIVE_INFINITY }, 'retryDelayMs'],
    ['TASK.PARKED.SUCCESS', { on: 'weather' }, 'on'],
    ['ARTIFACT.WRITTEN.SUCCESS', { name: '../PLAN.md' }, 'name'],
    ['GATE.RAN.SUCCESS', { gate: 'lint' }, 'gate'],
    ['RISK.ASSESSED.SUCCESS', { risk: 'none' }, 'risk'],
    ['APPROVAL.PROVIDED.SUCCESS', { decision: 'answer' }, 'decision'],
    ['PHASE.COMPLETED.SUCCESS', { nextStep: 7 }, 'nextStep'],
  ];

  for (const [type, data, path] of REFUSED) {
    it(`of ${type} is refused with ${JSON.stringify(data).slice(0, 50)}`, () => {
      expect(pathsOf(sampleWith(type, data))).to.deep.equal([path]);
    });
  }

  it('counts no negative money', () => {
    const { usage } = SAMPLE_DATA['AI.RESPONSE.RECEIVED'];
    const data = { usage: { ...usage, costUsd: -0.01 } };
    expect(pathsOf(sampleWith('AI.RESPONSE.RECEIVED', data))).to.deep.equal(['usage.costUsd']);
  });

  it('may be at the ends of a range', () => {
    for (const percent of [0, 100])
      expect(pathsOf(sampleWith('TASK.PROGRESS.UPDATED', { percent }))).to.deep.equal([]);
    expect(pathsOf(sampleWith('TASK.RETRY.SCHEDULED', { retryDelayMs: 0 }))).to.deep.equal([]);
  });

  it('may leave out a remedy, and name no next step', () => {
    const error = { code: 'X', class: 'gate', message: 'red' };
    expect(pathsOf(sampleWith('WORKFLOW.FAILED.PERMANENT', { error }))).to.deep.equal([]);
    expect(pathsOf(sampleWith('PHASE.COMPLETED.SUCCESS', { nextStep: null }))).to.deep.equal([]);
  });

  it('says null for a task that ended with no result, also after a journey as JSON', () => {
    const event = buildEvent('TASK.COMPLETED.SUCCESS', { result: undefined, durationMs: 5 });
    const expected = { result: null, durationMs: 5 };
    expect(parseEvent(event).data).to.deep.equal(expected);
    expect(parseEvent(JSON.parse(JSON.stringify(event))).data).to.deep.equal(expected);
  });

  for (const type of ['BUDGET.WARNED.SUCCESS', 'BUDGET.EXHAUSTED.SUCCESS'] as const) {
    it(`of ${type} is read as the version before wrote it, which did not say what was held`, () => {
      const { reservedUsd: _held, ...written } = SAMPLE_DATA[type];
      const event = decodeEvent(JSON.stringify({ ...buildEvent(type, SAMPLE_DATA[type]), data: written }));
      expect(event.data).to.deep.equal({ ...written, reservedUsd: 0 });
    });
  }

  it('loses fields that the catalogue does not know', () => {
    const event = sampleWith('PHASE.STARTED.SUCCESS', { password: 'hunter2' });
    expect(JSON.stringify(parseEvent(event))).not.to.contain('hunter2');
  });
});

describe('the envelope of an event', () => {
  const event = { ...buildEvent('PHASE.STARTED.SUCCESS', { phase: 'PLAN' }, FULL) };

  for (const field of ['id', 'type', 'at', 'actor', 'tags', 'metadata']) {
    it(`is refused without its ${field}`, () => {
      expect(pathsOf({ ...event, [field]: undefined })).to.deep.equal([field]);
    });
  }

  for (const field of ['workflowId', 'taskId', 'stepId', 'attempt', 'sessionKey']) {
    it(`may leave out its ${field}, but not write nonsense into it`, () => {
      const rest = Object.fromEntries(Object.entries(event).filter(([name]) => name !== field));
      expect(pathsOf(rest)).to.deep.equal([]);
      expect(pathsOf({ ...event, [field]: { nonsense: true } })).to.deep.equal([field]);
    });
  }

  const REFUSED: readonly (readonly [path: string, part: object])[] = [
    ['id', { id: '' }],
    ['at', { at: 'yesterday' }],
    ['at', { at: '2026-02-30T00:00:00.000Z' }],
    ['at', { at: '2026-01-01T00:00:00.000+02:00' }],
    ['attempt', { attempt: 1.5 }],
    ['actor.kind', { actor: { kind: 'god', id: 'x' } }],
    ['actor.id', { actor: { kind: 'human' } }],
    ['tags', { tags: { a: 1 } }],
    ['tags', { tags: null }],
    ['tags', { tags: ['a'] }],
    ['metadata.schemaVersion', { metadata: { schemaVersion: '1', source: 'x' } }],
    ['metadata.source', { metadata: { schemaVersion: 1 } }],
  ];

  for (const [path, part] of REFUSED) {
    it(`is refused with ${JSON.stringify(part)}`, () => {
      expect(pathsOf({ ...event, ...part })).to.deep.equal([path]);
    });
  }

  it('loses fields that it does not know', () => {
    const secret = { password: 'hunter2' };
    for (const part of [
      secret,
      { actor: { ...event.actor, ...secret } },
      { metadata: { ...event.metadata, ...secret } },
      JSON.parse('{"__proto__": {"password": "hunter2"}}'),
    ]) {
      expect(parseEvent({ ...event, ...part })).to.deep.equal(event);
    }
  });

  it('is refused with a type that is not in the catalogue', () => {
    for (const type of ['TASK.DONE.SUCCESS', '', 'constructor', '__proto__']) {
      expect(() => parseEvent({ ...event, type })).to.throw(`event type "${type}" is not in the catalogue`);
    }
  });

  it('is refused when it is no object', () => {
    for (const rubbish of [undefined, null, 7, 'text', []]) {
      expect(() => parseEvent(rubbish)).to.throw(z.ZodError);
    }
  });
});
