import type { ProjectView } from '@tamma/contracts';
import { expect } from 'chai';
import { HEALTH, PROJECTS } from '../testing/samples.ts';
import { createScene } from '../testing/scene.ts';
import { nextSteps } from './next-steps.ts';
import type { Situation } from './situation.ts';

type Issue = ProjectView['intake']['issues'][number];
const ISSUE: Issue = { number: 7, title: 'x', eligible: true, reasons: [], score: 1, workflowId: null };

function idle(issues: readonly Issue[] | null): Situation {
  const health = { ...HEALTH, status: 'healthy' as const, checks: [] };
  const projects =
    issues === null
      ? []
      : PROJECTS.map((one) => ({ ...one, intake: { ...one.intake, issues: [...issues] } }));
  return { health, workflows: { items: [], next: null }, projects: { items: projects, next: null } };
}

describe('nextSteps', () => {
  it('tells on an idle system what would make it work', () => {
    expect(nextSteps(idle(null))[0]).to.match(/^No project is configured: write a tamma\.config\.yaml/);
    expect(nextSteps(idle([]))).to.deep.equal([
      'nothing is open: write an issue in demo, or tamma submit demo <issue>',
    ]);
    expect(nextSteps(idle([ISSUE]))[0])
      .to.contain('demo #7 is eligible')
      .and.contain('tamma submit demo 7');
    const refused = nextSteps(idle([{ ...ISSUE, eligible: false, reasons: ['no'] }]));
    expect(refused[1]).to.equal('or have one worked on all the same: tamma submit demo 7 --override');
  });

  it('tells first who waits for a person, then what keeps the rest from going on, then where to look', () => {
    const workflows = { items: createScene().workflows(), next: null };
    const steps = nextSteps({ health: HEALTH, workflows, projects: { items: [...PROJECTS], next: null } });
    expect(steps).to.deep.equal([
      '3 workflows waiting for a person: tamma approvals',
      'no worker takes anything: look at "tamma workers", start one',
      'look over its shoulder: tamma watch demo-3.r1',
    ]);
  });
});
