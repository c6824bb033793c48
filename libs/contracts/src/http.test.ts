import { applyEvent, type WorkflowState } from '@tamma/domain';
import { buildEvent, EVENT_TYPES, SAMPLE_DATA } from '@tamma/domain/testing';
import { expect } from 'chai';
import {
  eventListSchema,
  healthSchema,
  problemSchema,
  projectListSchema,
  workflowListSchema,
  workflowStateSchema,
} from './http.ts';
import { controlRequestSchema, decisionRequestSchema } from './http-people.ts';
import { relayedEventSchema } from './live.ts';

/** A workflow at every moment of a life in which everything happens. */
function moments(): WorkflowState[] {
  const types = ['WORKFLOW.STATE.CREATED', 'WORKFLOW.STARTED.SUCCESS', ...EVENT_TYPES] as const;
  const states: WorkflowState[] = [];
  let state: WorkflowState | null = null;
  for (const type of types) {
    state = applyEvent(state, buildEvent(type, SAMPLE_DATA[type], { stepId: 'issue-intake', attempt: 1 }));
    if (state !== null) states.push(state);
  }
  return states;
}

function overTheWire(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

describe('what the API answers about workflows', () => {
  it('is the fold itself, at any moment, unchanged by the journey', () => {
    const states = moments();
    expect(new Set(states.map((state) => state.status)).size).to.be.at.least(3);
    for (const state of states) expect(workflowStateSchema.parse(overTheWire(state))).to.deep.equal(state);
    const list = { items: states, next: 'demo-1.r1' };
    expect(workflowListSchema.parse(overTheWire(list))).to.deep.equal(list);
  });

  it('is refused with a word that is not in the vocabulary', () => {
    const [state] = moments();
    for (const part of [
      { status: 'done' },
      { phase: 'PARTY' },
      { risk: 'none' },
      { waitingFor: { reason: 'mood', since: '', until: null, why: '' } },
      { waitedMs: { mood: 1 } },
    ]) {
      const [key] = Object.keys(part);
      const issues = workflowStateSchema.safeParse({ ...state, ...part }).error?.issues ?? [];
      expect(issues.map((issue) => issue.path[0])).to.deep.equal([key]);
    }
  });
});

describe('what the API answers about the rest', () => {
  it('relays events with their place in the log, whatever fields they have', () => {
    const items = EVENT_TYPES.map((type, i) => ({
      offset: `${i}-0`,
      event: buildEvent(type, SAMPLE_DATA[type]),
    }));
    const list = { items, next: null };
    expect(eventListSchema.parse(overTheWire(list))).to.deep.equal(list);
    expect(relayedEventSchema.safeParse({ event: items[0]?.event }).success).to.equal(false);
  });

  it('says how it is, in three words only', () => {
    const check = { name: 'redis', status: 'degraded', details: { lagMs: 5 } };
    const health = { status: 'healthy', timestamp: 't', uptime: 1.5, version: '0.1.0', checks: [check] };
    expect(healthSchema.parse(health)).to.deep.equal(health);
    expect(healthSchema.safeParse({ ...health, status: 'fine' }).success).to.equal(false);
  });

  it('names each wrong field in a problem', () => {
    const problem = { type: 'about:blank', title: 'Bad', status: 400, errors: [{ path: 'a', message: 'b' }] };
    expect(problemSchema.parse(problem)).to.deep.equal(problem);
    expect(problemSchema.safeParse({ ...problem, status: '400' }).success).to.equal(false);
  });

  it('shows what intake made of every issue', () => {
    const issue = {
      number: 1,
      title: 'A',
      eligible: false,
      reasons: ['closed'],
      score: null,
      workflowId: null,
    };
    const unreadable = [{ source: '1.md', reason: 'no title', remedy: 'give it one' }];
    const intake = { passes: 0, lastPassAt: null, problem: null, unreadable, issues: [issue] };
    const list = { items: [{ id: 'demo', platform: 'local', repository: 'r', intake }], next: null };
    expect(projectListSchema.parse(list)).to.deep.equal(list);
  });
});

describe('what a person says', () => {
  const SILENCE = ['', ' \t\n', '\u0000\u0001', '\u200b\u2060', '\u001b\u0007'];

  it('is refused as an answer, a wish or a reason when there is nothing to see in it', () => {
    for (const text of SILENCE) {
      for (const decision of ['answer', 'edit'] as const) {
        const { error } = decisionRequestSchema.safeParse({ decision, comment: text });
        expect(
          error?.issues.map(({ path }) => path.join('.')),
          JSON.stringify(text),
        ).to.deep.equal(['comment']);
      }
      expect(controlRequestSchema.safeParse({ reason: text }).success, JSON.stringify(text)).to.equal(false);
    }
  });

  it('is taken when there is, in whatever script', () => {
    for (const text of ['?', '7', 'да', '単語', '👍', 'a\u0000b']) {
      expect(decisionRequestSchema.safeParse({ decision: 'answer', comment: text }).success, text).to.equal(
        true,
      );
      expect(controlRequestSchema.safeParse({ reason: text }).success, text).to.equal(true);
    }
  });

  it('need not say anything to approve', () => {
    expect(decisionRequestSchema.safeParse({ decision: 'approve' }).success).to.equal(true);
  });
});
