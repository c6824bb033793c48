import { expect } from 'chai';
import { APPROVAL_KINDS, type ApprovalRules, decideWhoApproves } from './approval.ts';
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
