import { expect } from 'chai';
import { buildHead, buildProject, buildStep } from './testing/builders.ts';
import { workflowHeadSchema } from './workflow-head.ts';

const HEAD = buildHead({
  template: {
    name: 'issue-to-pr',
    hash: 'hash',
    steps: [
      buildStep(),
      buildStep({
        id: 'plan',
        index: 1,
        opens: false,
        needs: ['issue-intake'],
        closes: { artifactsRequired: ['PLAN.md'], nextStep: null },
      }),
    ],
  },
});

/** What heads that were written by earlier versions do not have. */
const LATER = ['activeLimitMs', 'task'];

function pathsOf(part: object): string[] {
  const issues = workflowHeadSchema.safeParse({ ...HEAD, ...part }).error?.issues ?? [];
  return issues.map((issue) => issue.path.join('.'));
}

function pathsOfStep(part: object): string[] {
  return pathsOf({ template: { ...HEAD.template, steps: [{ ...buildStep(), ...part }] } });
}

describe('the head of a workflow', () => {
  it('comes back from Redis as it was written', () => {
    expect(workflowHeadSchema.parse(JSON.parse(JSON.stringify(HEAD)))).to.deep.equal(HEAD);
  });

  it('keeps the project with all its rules, as they were at the start', () => {
    const project = buildProject({ id: 'other', account: 'robot' });
    const parsed = workflowHeadSchema.parse(JSON.parse(JSON.stringify({ ...HEAD, project })));
    expect(parsed.project).to.deep.equal(project);
  });

  for (const field of Object.keys(HEAD).filter((one) => !LATER.includes(one))) {
    it(`is refused without its ${field}`, () => {
      expect(pathsOf({ [field]: undefined })).to.deep.equal([field]);
    });
  }

  it('of an earlier version has no limit of its own, no task, and steps about which nothing may be ordered', () => {
    const { activeLimitMs: _limit, task: _task, ...old } = HEAD;
    const steps = HEAD.template.steps.map(({ allow: _, ...step }) => step);
    const parsed = workflowHeadSchema.parse({ ...old, template: { ...HEAD.template, steps } });
    expect(parsed).to.deep.equal({ ...HEAD, activeLimitMs: 7_200_000, task: null });
  });

  it('of an earlier version has the defaults of settings that were not known then', () => {
    const project = buildProject({ account: 'robot', onEdit: 'stop' });
    const without = (value: object, ...keys: string[]) =>
      Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key)));
    const old = {
      ...without(project, 'pullRequest', 'merge', 'ci', 'reviews', 'people', 'budgets'),
      ai: { provider: 'scripted', answers: '/nowhere/answers', turnsMax: 40, pace: 0 },
      eligibility: without(project.eligibility, 'rolesTrusted', 'milestones', 'ageMin', 'justification'),
      gates: {
        ...project.gates,
        build: without(project.gates.build, 'network'),
        patch: without(project.gates.patch, 'protectedPaths'),
      },
    };
    expect(workflowHeadSchema.parse({ ...HEAD, project: old }).project).to.deep.equal(project);
    expect(workflowHeadSchema.safeParse({ ...HEAD, project: {} }).success).to.equal(true);
  });

  it('of a task on its own says which, and is of no issue', () => {
    const task = { type: 'quality_gate', payload: { gate: 'build' } };
    const issue = { ...HEAD.issue, number: 0 };
    expect(pathsOf({ task, issue })).to.deep.equal([]);
    expect(pathsOf({ task: { ...task, type: 'rocket' } })).to.deep.equal(['task.type']);
    expect(pathsOf({ activeLimitMs: 0 })).to.deep.equal(['activeLimitMs']);
    expect(pathsOfStep({ allow: ['merge'] })).to.deep.equal(['template.steps.0.allow.0']);
  });

  it('is refused with a project that is none', () => {
    for (const project of [null, 'demo', 7]) expect(pathsOf({ project })).to.deep.equal(['project']);
  });

  it('counts runs and deadlines from one, and issues from nought, which is none', () => {
    expect(pathsOf({ run: 0 })).to.deep.equal(['run']);
    expect(pathsOf({ escalationDeadlineMs: 0 })).to.deep.equal(['escalationDeadlineMs']);
    expect(pathsOf({ issue: { ...HEAD.issue, number: -1 } })).to.deep.equal(['issue.number']);
    expect(pathsOf({ issue: { ...HEAD.issue, state: 'merged' } })).to.deep.equal(['issue.state']);
  });

  it('is refused with steps that could not run', () => {
    expect(pathsOf({ template: { ...HEAD.template, steps: [] } })).to.deep.equal(['template.steps']);
    expect(pathsOfStep({ timeoutMs: 0 })).to.deep.equal(['template.steps.0.timeoutMs']);
    expect(pathsOfStep({ index: -1 })).to.deep.equal(['template.steps.0.index']);
    expect(pathsOfStep({ capability: 'magic' })).to.deep.equal(['template.steps.0.capability']);
    const closes = { artifactsRequired: ['NOTES.md'], nextStep: null };
    expect(pathsOfStep({ closes })).to.deep.equal(['template.steps.0.closes.artifactsRequired.0']);
  });
});
