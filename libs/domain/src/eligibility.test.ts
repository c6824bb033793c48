import { expect } from 'chai';
import {
  type EarlierWorkflow,
  type EligibilityRules,
  issueFingerprintSource,
  judgeEligibility,
  RESTARTS_MAX,
  type Surroundings,
} from './eligibility.ts';
import type { Issue } from './issue.ts';
import { OWN_LABELS, REVERTED_LABEL, WORKING_LABEL } from './marks.ts';
import { buildIssue } from './testing/builders.ts';
import { workedMs } from './testing/worked-ms.ts';

const RULES: EligibilityRules = {
  labelsRequired: ['tamma'],
  labelsExcluded: ['tamma-skip'],
  authorsTrusted: [],
  rolesTrusted: [],
  milestones: [],
  ageMin: 0,
  skipAssigned: true,
  bodyMinLength: 20,
  justification: { headings: [], labels: [] },
  skipBlocked: true,
  skipWithPullRequest: true,
  skipDuplicates: true,
};
const NOW_MS = Date.parse('2026-01-02T00:00:00.000Z');
const ALONE: Surroundings = {
  nowMs: NOW_MS,
  blockers: [],
  pullRequest: null,
  duplicateOf: null,
  restarts: 0,
};
const EARLIER: EarlierWorkflow = { workflowId: 'demo-1.r1', status: 'failed', fingerprint: 'print-1' };

interface Case {
  readonly issue?: Partial<Issue>;
  readonly rules?: Partial<EligibilityRules>;
  readonly earlier?: EarlierWorkflow;
  readonly around?: Partial<Surroundings> | null;
}

function reasonsOf({ issue, rules, earlier, around }: Case): readonly string[] {
  const verdict = judgeEligibility({
    issue: buildIssue(issue),
    rules: { ...RULES, ...rules },
    fingerprint: 'print-1',
    self: 'tamma',
    earlier: earlier ?? null,
    around: around === null ? null : { ...ALONE, ...around },
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
    expect(reasonsOf({ rules })).to.deep.equal([
      'its author "ada" (person, owner) is not trusted by this project',
    ]);
    expect(reasonsOf({ rules, issue: { author: 'Grace' } })).to.deep.equal([]);
  });

  it('trusts authors by their role, but no bot by it', () => {
    const rules = { rolesTrusted: ['owner', 'member'], authorsTrusted: ['helper[bot]'] } as const;
    expect(reasonsOf({ rules })).to.deep.equal([]);
    expect(reasonsOf({ rules, issue: { authorRole: 'none' } })).to.deep.equal([
      'its author "ada" (person, none) is not trusted by this project',
    ]);
    const bot = { authorKind: 'bot', authorRole: 'member' } as const;
    expect(reasonsOf({ rules, issue: { ...bot, author: 'other[bot]' } })).to.deep.equal([
      'its author "other[bot]" (bot, member) is not trusted by this project',
    ]);
    expect(reasonsOf({ rules, issue: { ...bot, author: 'helper[bot]' } })).to.deep.equal([]);
  });

  it('wants one of the milestones, if any is named', () => {
    const rules = { milestones: ['June', 'July'] };
    expect(reasonsOf({ rules })).to.deep.equal(['it has no milestone (wanted: "June", "July")']);
    expect(reasonsOf({ rules, issue: { milestone: 'May' } })).to.deep.equal([
      'its milestone is "May" (wanted: "June", "July")',
    ]);
    expect(reasonsOf({ rules, issue: { milestone: 'July' } })).to.deep.equal([]);
    expect(reasonsOf({ issue: { milestone: 'May' } })).to.deep.equal([]);
  });

  it('leaves an issue alone until it is old enough, to the millisecond', () => {
    const rules = { ageMin: 60_000 };
    const createdAt = new Date(NOW_MS - 59_999).toISOString();
    expect(reasonsOf({ rules, issue: { createdAt } })).to.deep.equal([
      'it is left alone until 2026-01-02T00:00:00.001Z',
    ]);
    expect(reasonsOf({ rules, issue: { createdAt }, around: { nowMs: NOW_MS + 1 } })).to.deep.equal([]);
    expect(reasonsOf({ rules, issue: { createdAt: 'rubbish' } })).to.deep.equal([]);
  });

  it('leaves alone what a person has, unless told otherwise or it is itself that person', () => {
    const issue = { assignee: 'grace' };
    expect(reasonsOf({ issue })).to.deep.equal(['it is assigned to "grace"']);
    expect(reasonsOf({ issue, rules: { skipAssigned: false } })).to.deep.equal([]);
    expect(reasonsOf({ issue: { assignee: 'Tamma' } })).to.deep.equal([]);
  });

  it('wants a text, and does not count blanks around it', () => {
    const [reason] = reasonsOf({ issue: { body: `   ${'x'.repeat(19)}\n\n` } });
    expect(reason).to.contain('19 characters').and.to.contain('at least 20');
    expect(reasonsOf({ issue: { body: 'x'.repeat(20) } })).to.deep.equal([]);
  });

  it('counts code as text, and comments that nobody sees as none', () => {
    expect(reasonsOf({ issue: { body: '```\nTypeError: x is no function\n```' } })).to.deep.equal([]);
    for (const body of [`<!-- ${'x'.repeat(99)} -->`, `short <!-- ${'x'.repeat(99)}`]) {
      expect(reasonsOf({ issue: { body } })[0], body).to.contain('justifies nothing');
    }
  });

  it('waits for what blocks it, unless told otherwise', () => {
    const around = { blockers: [3, 4] };
    expect(reasonsOf({ around })).to.deep.equal(['it is blocked by #3, #4']);
    expect(reasonsOf({ around, rules: { skipBlocked: false } })).to.deep.equal([]);
  });

  it('leaves alone what an open pull request closes, unless told otherwise', () => {
    const around = { pullRequest: { number: 9, author: 'grace' } };
    expect(reasonsOf({ around })).to.deep.equal(['pull request #9 of "grace" is open and closes it']);
    expect(reasonsOf({ around, rules: { skipWithPullRequest: false } })).to.deep.equal([]);
  });

  it('leaves the younger of two alone that ask for the same, unless told otherwise', () => {
    const around = { duplicateOf: 2 };
    expect(reasonsOf({ around })).to.deep.equal(['it asks for the same as #2']);
    expect(reasonsOf({ around, rules: { skipDuplicates: false } })).to.deep.equal([]);
  });

  it('does not begin anew after a revert until a person says so', () => {
    expect(reasonsOf({ issue: { labels: ['tamma', REVERTED_LABEL] } })).to.deep.equal([
      'its merge was reverted; take the label "tamma-reverted" off to have it worked on again',
    ]);
  });

  it('is begun anew after edits a few times only', () => {
    expect(reasonsOf({ around: { restarts: RESTARTS_MAX } })).to.deep.equal([]);
    expect(reasonsOf({ around: { restarts: RESTARTS_MAX + 1 } })).to.deep.equal([
      'it was edited while it was worked on 4 times; a person has to ask for it now',
    ]);
  });

  it('knows nothing of what lies around it where that was not looked at', () => {
    expect(reasonsOf({ around: null, rules: { ageMin: 10 ** 12 } })).to.deep.equal([]);
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

describe('justification of an issue', () => {
  const justification = { headings: ['Why', 'Business value:'], labels: ['approved'] };
  const isJustified = (issue: Partial<Issue>) =>
    reasonsOf({ issue, rules: { justification, bodyMinLength: 0 } }).length === 0;

  it('is a heading with words below it, however it is written', () => {
    for (const body of [
      '## Why\nIt breaks.',
      '# why ##\r\n\r\nIt breaks.\r\n',
      'Intro\n\n###### WHY:\n- it breaks\n## Other\n',
      '   ### Business value\n1',
    ]) {
      expect(isJustified({ body }), body).to.equal(true);
    }
  });

  it('is no heading alone, none in code or in a comment, no other one, and no unanswered form', () => {
    for (const body of [
      '',
      'Why\nIt breaks.',
      '## Why',
      '## Why\n\n## Steps\nGo.',
      '## Why\n<!-- say why -->\n',
      '### Why\n\n_No response_\n\n### Steps\nGo.',
      '## Why not\nIt breaks.',
      '#Why\nIt breaks.',
      '```\n## Why\nIt breaks.\n```',
      '<!-- ## Why\nIt breaks. -->',
      '    ## Why\nIt breaks.',
    ]) {
      expect(isJustified({ body }), body).to.equal(false);
    }
  });

  it('is a label just as well', () => {
    expect(isJustified({ body: '', labels: ['tamma', 'approved'] })).to.equal(true);
  });

  it('is asked for by its ways', () => {
    const reasonFor = (ways: EligibilityRules['justification']) =>
      reasonsOf({ rules: { justification: ways } })[0];
    expect(reasonFor(justification)).to.equal(
      'nothing justifies the work: it needs a section "Why" or "Business value:", or the label "approved"',
    );
    expect(reasonFor({ headings: [], labels: ['a'] })).to.match(/needs the label "a"$/);
    expect(reasonFor({ headings: ['Why'], labels: [] })).to.match(/needs a section "Why"$/);
  });
});

describe('eligibility of a megabyte', () => {
  it('is judged in no time to speak of', () => {
    const begun = workedMs();
    for (const piece of [
      '#',
      '# ',
      '## Why',
      '\n# ',
      '## Why\n',
      ':',
      '\r\n',
      '<!--',
      '`',
      '# ```\n',
      '😀',
    ]) {
      const body = `## ${piece.repeat(Math.ceil(1_000_000 / piece.length))}x`;
      const justification = { headings: ['Why'], labels: [] };
      reasonsOf({ issue: { body, title: body }, rules: { justification } });
    }
    expect(workedMs() - begun).to.be.below(5000);
  });
});
