import { type AnyEvent, type EventType, PHASES } from '@tamma/domain';
import { buildEvent, EVENT_TYPES, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { answersTo, EVENT_ALIASES, EVENT_NAMES, namesOf } from './event-aliases.ts';

const sampleOf = (type: EventType): AnyEvent => buildEvent(type, SAMPLE_DATA[type]);
const samples: readonly AnyEvent[] = [
  ...EVENT_TYPES.map(sampleOf),
  ...PHASES.flatMap((phase) => [
    buildEvent('PHASE.STARTED.SUCCESS', { phase }),
    buildEvent('PHASE.COMPLETED.SUCCESS', { phase, nextStep: null }),
  ]),
  ...[
    'clarification',
    'context-research',
    'plan-approval',
    'build-gate',
    'code-review',
    'merge-and-close',
  ].map((stepId) => buildEvent('TASK.COMPLETED.SUCCESS', { result: null, durationMs: 1 }, { stepId })),
  gateFailed('build'),
  gateFailed('test'),
  failed('TIMEOUT', 'system'),
  failed('X', 'validation'),
  failed('AI_REFUSED', 'model'),
];

function gateFailed(gate: 'build' | 'test' | 'security'): AnyEvent {
  return buildEvent('GATE.RAN.FAILED', { gate, commit: 'c', summary: 's', durationMs: 1 });
}

function failed(code: string, kind: 'system' | 'validation' | 'model' | 'rate-limit'): AnyEvent {
  const error = { code, class: kind, message: 'no' };
  return buildEvent('TASK.FAILED.PERMANENT', { error, retryCount: 0 });
}

describe('published names of events', () => {
  it('has each name once, and none that is a stored type', () => {
    const names = EVENT_ALIASES.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
    expect(names.filter((name) => EVENT_TYPES.some((type) => type === name))).to.deep.equal([]);
  });

  for (const { name, types } of EVENT_ALIASES) {
    it(`tells ${name} of something, and of nothing but what it stands for`, () => {
      const told = samples.filter((event) => answersTo(event, name));
      expect(told).to.not.deep.equal([]);
      expect(types).to.include.members(told.map(({ type }) => type));
    });
  }

  it('answers to its type, its beginnings, and the name of all', () => {
    expect(namesOf(sampleOf('ISSUE.CLOSED.SUCCESS'))).to.deep.equal([
      'ISSUE.CLOSED.SUCCESS',
      'ISSUE.*',
      'ISSUE.CLOSED.*',
      '*',
    ]);
    expect(answersTo(sampleOf('ISSUE.CLOSED.SUCCESS'), 'ISSUE.JUDGED.*')).to.equal(false);
  });

  it('answers only to names that can be asked for', () => {
    for (const event of samples) {
      expect(namesOf(event).filter((name) => !EVENT_NAMES.has(name))).to.deep.equal([]);
    }
  });

  for (const [phase, step] of [
    ['plan', 'plan-generation'],
    ['execute', 'code-generation'],
  ] as const) {
    it(`tells the phase ${phase} from the others, by its long names and its short ones`, () => {
      const begun = PHASES.map((one) => buildEvent('PHASE.STARTED.SUCCESS', { phase: one }));
      for (const name of [`${phase}.start`, `orchestration.phase.${phase}.start`]) {
        const told = begun.filter((event) => answersTo(event, name));
        expect(told.map(({ data }) => data)).to.deep.equal([{ phase: phase.toUpperCase() }]);
      }
      const done = buildEvent('TASK.COMPLETED.SUCCESS', { result: null, durationMs: 1 }, { stepId: step });
      expect(namesOf(done).filter((name) => name.endsWith('step_complete'))).to.deep.equal([
        `orchestration.phase.${phase}.step_complete`,
        `${phase}.step_complete`,
      ]);
    });
  }

  it('tells a retry from other decisions about an escalation', () => {
    const told = (['retry', 'override', 'skip'] as const).map((decision) =>
      answersTo(buildEvent('ESCALATION.RESOLVED.SUCCESS', { decision, why: 'so' }), 'task:retry'),
    );
    expect(told).to.deep.equal([true, false, false]);
  });

  it('tells failures apart by their cause', () => {
    const names = ['BUILD_FAILED', 'TEST_FAILED', 'AI_ERROR', 'task:timeout', 'task:validation_error'];
    const toldOf = (event: AnyEvent) => names.filter((name) => answersTo(event, name));
    expect(toldOf(gateFailed('build'))).to.deep.equal(['BUILD_FAILED']);
    expect(toldOf(gateFailed('test'))).to.deep.equal(['TEST_FAILED']);
    expect(toldOf(gateFailed('security'))).to.deep.equal([]);
    expect(toldOf(failed('AI_TURNS_EXHAUSTED', 'model'))).to.deep.equal(['AI_ERROR']);
    expect(toldOf(failed('AI_LIMIT', 'rate-limit'))).to.deep.equal(['AI_ERROR']);
    expect(toldOf(failed('TIMEOUT', 'system'))).to.deep.equal(['task:timeout']);
    expect(toldOf(failed('BAD', 'validation'))).to.deep.equal(['task:validation_error']);
  });
});
