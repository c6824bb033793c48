import type { RelayedEvent } from '@tamma/contracts';
import { buildEvent, EVENT_TYPES, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import { describeEvent, toneOfType } from './describe-event.ts';
import { filterTimeline, GROUPS, toLogLines, toTimeline } from './timeline.ts';

const relay = (type: (typeof EVENT_TYPES)[number], place: number): RelayedEvent => {
  const event = buildEvent(type, SAMPLE_DATA[type], { stepId: 'test-gate' });
  return { offset: `1-${place}`, event: { ...event, data: { ...event.data } } };
};
const ALL = EVENT_TYPES.map(relay).map(toTimeline);

describe('events for people', () => {
  it('have a sentence each, with nothing missing in it', () => {
    for (const type of EVENT_TYPES) {
      const sentence = describeEvent(buildEvent(type, SAMPLE_DATA[type]));
      expect(sentence, type)
        .to.match(/\w{2}/)
        .and.not.to.match(/undefined|null|NaN|\[object/);
    }
  });

  it('look as bad, as good or as urgent as they are', () => {
    expect(toneOfType('TASK.FAILED.PERMANENT')).to.equal('bad');
    expect(toneOfType('GATE.RAN.FAILED')).to.equal('bad');
    expect(toneOfType('QUESTION.ASKED.SUCCESS')).to.equal('asks');
    expect(toneOfType('PR.MERGED.SUCCESS')).to.equal('good');
    for (const type of ['CIRCUIT.OPENED.SUCCESS', 'WORKER.LOST.SUCCESS', 'ESCALATION.RAISED.SUCCESS'])
      expect(toneOfType(type), type).to.equal('bad');
    for (const type of ['WORKFLOW.SUSPENDED.SUCCESS', 'QUEUE.PAUSED.SUCCESS', 'TASK.OVERRIDE.ORDERED'])
      expect(toneOfType(type), type).to.equal('asks');
    for (const type of [
      'PR.CLOSED.SUCCESS',
      'BRANCH.MOVED.SUCCESS',
      'ISSUE.EDITED.SUCCESS',
      'COMMAND.REFUSED.SUCCESS',
    ])
      expect(toneOfType(type), type).to.equal('asks');
    expect(toneOfType('CI.RAN.FAILED')).to.equal('bad');
    expect(toneOfType('CI.RAN.SUCCESS')).to.equal('good');
    expect(toneOfType('CIRCUIT.CLOSED.SUCCESS')).to.equal('good');
    expect(toneOfType('MOON.LANDED.SUCCESS')).to.equal('quiet');
  });

  it('are found by group and by words', () => {
    for (const group of GROUPS) expect(filterTimeline(ALL, { group, text: '' }), group).not.to.have.length(0);
    expect(filterTimeline(ALL, { group: '', text: '' })).to.have.length(ALL.length);
    const gates = filterTimeline(ALL, { group: 'gates', text: '12 PASSED red' });
    expect(gates.map(({ type }) => type)).to.deep.equal(['GATE.RAN.FAILED']);
    expect(filterTimeline(ALL, { group: '', text: 'ROUND.STARTED' })).to.have.length(1);
  });

  it('are shown by their name when this page is too old to know them', () => {
    const event = {
      id: 'x',
      type: 'MOON.LANDED.SUCCESS',
      at: '2026-01-01T00:00:00.000Z',
      data: { by: 'eagle' },
    };
    const line = toTimeline({ offset: '1-1', event });
    expect(line).to.deep.include({
      sentence: 'MOON.LANDED.SUCCESS',
      actor: '',
      group: 'workflow',
      stepId: null,
    });
  });

  it('are told live without what nobody reads, the last ones only', () => {
    const lines = toLogLines(ALL, 1000).map(({ type }) => type);
    expect(lines).to.include('TASK.DEQUEUED.SUCCESS').and.not.to.include('TASK.ENQUEUED.SUCCESS');
    expect(toLogLines(ALL, 3)).to.have.length(3);
  });
});
