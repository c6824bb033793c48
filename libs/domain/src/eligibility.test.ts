import { expect } from 'chai';
import {
  type EarlierWorkflow,
  type EligibilityRules,
  issueFingerprintSource,
  judgeEligibility,
} from './eligibility.ts';
import type { Issue } from './issue.ts';
import { OWN_LABELS, WORKING_LABEL } from './marks.ts';
import { buildIssue } from './testing/builders.ts';

const RULES: EligibilityRules = {
  labelsRequired: ['tamma'],
  labelsExcluded: ['tamma-skip'],
  authorsTrusted: [],
  skipAssigned: true,
  bodyMinLength: 20,
};
const EARLIER: EarlierWorkflow = { workflowId: 'demo-1.r1', status: 'failed', fingerprint: 'print-1' };

interface Case {
  readonly issue?: Partial<Issue>;
  readonly rules?: Partial<EligibilityRules>;
  readonly earlier?: EarlierWorkflow;
}

function reasonsOf({ issue, rules, earlier }: Case): readonly string[] {
  const verdict = judgeEligibility({
    issue: buildIssue(issue),
    rules: { ...RULES, ...rules },
    fingerprint: 'print-1',
    self: 'tamma',
    earlier: earlier ?? null,
  });
  expect(verdict.eligible).to.equal(verdict.reasons.length === 0);
  return verdict.reasons;
}

describe('eligibility', () => {
  it('has nothing against an open, labeled, justified issue', () => {
    expect(reasonsOf({})).to.deep.equal([]);
  });

  it('refuses a closed issue', () => {
    expect(reasonsOf({ issue: { state: 'closed' } })).to.deep.equal(['the issue is closed']);
  });

  it('names every required label that is missing', () => {
    const rules = { labelsRequired: ['tamma', 'ready', 'small'] };
    expect(reasonsOf({ rules })).to.deep.equal(['it lacks the required label "ready", "small"']);
    expect(reasonsOf({ rules: { labelsRequired: [] }, issue: { labels: [] } })).to.deep.equal([]);
  });

  it('names every excluded label that is present', () => {
    const issue = { labels: ['tamma', 'tamma-skip', 'wip'] };
    const rules = { labelsExcluded: ['wip', 'tamma-skip'] };
    expect(reasonsOf({ issue, rules })).to.deep.equal(['it has the excluded label "wip", "tamma-skip"']);
  });

  it('refuses an author nobody trusts, and trusts all when no one is named', () => {
    const rules = { authorsTrusted: ['grace'] };
    expect(reasonsOf({ rules })).to.deep.equal(['its author "ada" is not trusted by this project']);
    expect(reasonsOf({ rules, issue: { author: 'grace' } })).to.deep.equal([]);
  });

  it('leaves alone what a person has, unless told otherwise or it is itself that person', () => {
    const issue = { assignee: 'grace' };
    expect(reasonsOf({ issue })).to.deep.equal(['it is assigned to "grace"']);
    expect(reasonsOf({ issue, rules: { skipAssigned: false } })).to.deep.equal([]);
    expect(reasonsOf({ issue: { assignee: 'tamma' } })).to.deep.equal([]);
  });

  it('wants a text, and does not count blanks around it', () => {
    const [reason] = reasonsOf({ issue: { body: `   ${'x'.repeat(19)}\n\n` } });
    expect(reason).to.contain('19 characters').and.to.contain('at least 20');
    expect(reasonsOf({ issue: { body: 'x'.repeat(20) } })).to.deep.equal([]);
  });

  it('does not take the same request again after it ended without a merge', () => {
    expect(reasonsOf({ earlier: EARLIER })).to.deep.equal([
      'workflow demo-1.r1 ended as failed and the issue has not changed since',
    ]);
    expect(reasonsOf({ earlier: { ...EARLIER, fingerprint: 'print-0' } })).to.deep.equal([]);
  });

  it('tells all reasons at once, in the order of the rules', () => {
    const reasons = reasonsOf({
      issue: { state: 'closed', labels: ['tamma-skip'], assignee: 'grace', body: '' },
      rules: { authorsTrusted: ['grace'] },
      earlier: EARLIER,
    });
    expect(reasons).to.have.length(7);
    expect(reasons[0]).to.equal('the issue is closed');
    expect(reasons[6]).to.contain('has not changed since');
  });
});

describe('fingerprint of an issue', () => {
  const print = (issue: Partial<Issue>) => issueFingerprintSource(buildIssue(issue), OWN_LABELS);

  it('does not change with order of labels, our own marks, or who has it', () => {
    const plain = print({ labels: ['bug', 'tamma'] });
    expect(print({ labels: ['tamma', WORKING_LABEL, 'bug'], assignee: 'tamma' })).to.equal(plain);
  });

  it('changes with title, text and labels', () => {
    const texts = [{}, { title: 'Other' }, { body: 'Other' }, { labels: ['tamma', 'bug'] }].map(print);
    expect(new Set(texts).size).to.equal(4);
  });

  it('cannot be forged by moving text from one field to the next', () => {
    expect(print({ title: 'a","b', body: 'c' })).not.to.equal(print({ title: 'a', body: 'b","c' }));
  });
});
