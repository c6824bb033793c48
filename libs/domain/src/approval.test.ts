import { expect } from 'chai';
import {
  APPROVAL_KINDS,
  type ApprovalRules,
  DECISIONS,
  decideWhoApproves,
  decisionsFor,
  needsComment,
  refuseDecider,
} from './approval.ts';
import { RISK_LEVELS } from './risk.ts';

const RULES: ApprovalRules = {
  automatic: { plan: ['low', 'medium'], merge: ['low'] },
  deadlineMs: 1000,
};

describe('who approves', () => {
  it('is policy exactly where the project lets the risk pass', () => {
    const decided = APPROVAL_KINDS.flatMap((kind) =>
      RISK_LEVELS.map((risk) => `${kind} ${risk}: ${decideWhoApproves(kind, risk, RULES).by}`),
    );
    expect(decided).to.deep.equal([
      'plan low: policy',
      'plan medium: policy',
      'plan high: person',
      'merge low: policy',
      'merge medium: person',
      'merge high: person',
    ]);
  });

  it('says why', () => {
    expect(decideWhoApproves('plan', 'medium', RULES).why).to.equal(
      'the project lets medium risk pass its plan approval',
    );
    expect(decideWhoApproves('merge', 'medium', RULES).why).to.equal(
      'the project wants a person to approve a merge of medium risk',
    );
  });

  it('is a person for high risk even when the rules were tampered with', () => {
    const levels: ('low' | 'medium')[] = [];
    Array.prototype.push.call(levels, 'high');
    const tampered = { ...RULES, automatic: { plan: levels, merge: levels } };
    for (const kind of APPROVAL_KINDS) {
      expect(decideWhoApproves(kind, 'high', tampered)).to.deep.equal({
        by: 'person',
        why: 'high risk always asks a person',
      });
    }
  });
});

describe('a decision', () => {
  it('is one of those that its question knows', () => {
    expect(decisionsFor('plan')).to.deep.equal(['approve', 'reject', 'edit']);
    expect(decisionsFor('merge')).to.deep.equal(['approve', 'reject', 'edit']);
    expect(decisionsFor('question')).to.deep.equal(['answer']);
  });

  it('needs words where it says nothing without them', () => {
    expect(DECISIONS.filter(needsComment)).to.deep.equal(['edit', 'answer']);
  });

  it('is refused from an agent, and from the one who started the work', () => {
    const refuse = (kind: 'human' | 'agent', startedBy: string | null) =>
      refuseDecider({ kind, id: 'ada' }, { kind: 'merge', startedBy });
    expect(refuse('agent', null)).to.equal('an agent never decides');
    expect(refuse('human', 'ada')).to.equal('ada started this workflow, so somebody else approves it');
    expect(refuse('human', 'Ada')).to.equal('ada started this workflow, so somebody else approves it');
    expect(refuse('human', 'bob')).to.equal(null);
    expect(refuse('human', null)).to.equal(null);
  });

  it('about a question may be the answer of the one who started the work, never of an agent', () => {
    const about = { kind: 'question', startedBy: 'ada' } as const;
    expect(refuseDecider({ kind: 'human', id: 'ada' }, about)).to.equal(null);
    expect(refuseDecider({ kind: 'agent', id: 'ada' }, about)).to.equal('an agent never decides');
  });
});
