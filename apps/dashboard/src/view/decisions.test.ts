import { decisionsFor, ROLES } from '@tamma/domain';
import { expect } from 'chai';
import {
  CHOICES,
  consequenceOf,
  firstArtifact,
  orderChoices,
  permissionOf,
  wordsMissingFor,
} from './decisions.ts';
import { refusePerson } from './permission.ts';

describe('decisions', () => {
  it('are offered from what helps to what ends it', () => {
    expect(orderChoices(decisionsFor('plan'))).to.deep.equal(['approve', 'edit', 'reject']);
    expect(orderChoices(['cancel', 'retry'])).to.deep.equal(['retry', 'cancel']);
    expect(orderChoices(['retry', 'cancel', 'override', 'skip'])).to.deep.equal([
      'retry',
      'skip',
      'override',
      'cancel',
    ]);
    expect(orderChoices([])).to.deep.equal([]);
  });

  it('want words where they mean nothing without', () => {
    for (const choice of ['answer', 'edit', 'retry', 'skip', 'override', 'cancel'] as const) {
      expect(wordsMissingFor(choice, ' \n'), choice).to.match(/^Write /);
      expect(wordsMissingFor(choice, 'so'), choice).to.equal(null);
    }
    for (const choice of ['approve', 'reject'] as const)
      expect(wordsMissingFor(choice, ''), choice).to.equal(null);
  });

  it('are made with the thing decided about before one’s eyes', () => {
    const artifacts = ['CHANGES.md', 'change.patch', 'PLAN.md'] as const;
    expect(firstArtifact({ kind: 'merge', artifacts: [...artifacts] })).to.equal('change.patch');
    expect(firstArtifact({ kind: 'plan', artifacts: [...artifacts] })).to.equal('PLAN.md');
    expect(firstArtifact({ kind: 'question', artifacts: [...artifacts] })).to.equal('CHANGES.md');
    expect(firstArtifact({ kind: 'plan', artifacts: [] })).to.equal(null);
  });

  it('say what follows from them', () => {
    for (const { consequence, label } of Object.values(CHOICES)) {
      expect(consequence).to.match(/\.$/);
      expect(label).to.match(/^[A-Z]/);
    }
  });

  it('send back a plan to be written anew, and a change to be made anew', () => {
    expect(consequenceOf('edit', 'plan')).to.contain('The plan is written anew');
    expect(consequenceOf('edit', 'merge')).to.contain('judged by every gate again');
    expect(consequenceOf('approve', 'merge')).to.equal(CHOICES.approve.consequence);
  });

  it('need an operator to steer and an approver to let pass', () => {
    for (const choice of ['retry', 'skip', 'cancel'] as const)
      expect(permissionOf(choice), choice).to.equal('operate');
    for (const choice of ['approve', 'reject', 'edit', 'answer', 'override'] as const)
      expect(permissionOf(choice), choice).to.equal('approve');
  });

  it('are refused to who lacks the role, with the reason', () => {
    const vic = { name: 'vic', roles: ['viewer'] } as const;
    expect(refusePerson(vic, 'view')).to.equal(null);
    expect(refusePerson(vic, 'approve')).to.equal('This needs the role approver; vic is viewer.');
    expect(refusePerson({ name: 'nil', roles: [] }, 'operate')).to.equal(
      'This needs the role operator; nil has no role.',
    );
    expect(refusePerson({ name: 'ada', roles: [...ROLES] }, 'operate')).to.equal(null);
  });
});
