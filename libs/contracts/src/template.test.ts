import { expect } from 'chai';
import { STEP_HANDLERS, templateSchema } from './template.ts';

const STEP = { id: 'issue-intake', capability: 'git' };
const PHASE = { id: 'INTAKE', goal: 'Know what is asked.', steps: [STEP] };
const TEMPLATE = { name: 'mine', description: 'Does it.', phases: [PHASE] };

function pathsOf(value: unknown): string[] {
  return templateSchema.safeParse(value).error?.issues.map((issue) => issue.path.join('.')) ?? [];
}

function withPhase(part: object): object {
  return { ...TEMPLATE, phases: [{ ...PHASE, ...part }] };
}

function withStep(part: object): object {
  return withPhase({ steps: [{ ...STEP, ...part }] });
}

describe('a template', () => {
  it('needs little; the rest has defaults', () => {
    expect(templateSchema.parse(TEMPLATE)).to.deep.equal({
      ...TEMPLATE,
      phases: [
        {
          ...PHASE,
          artifacts: { required: [], optional: [] },
          steps: [{ ...STEP, needs: [], timeout: 1_800_000, allow: [] }],
        },
      ],
    });
  });

  it('keeps all that can be written', () => {
    const step = {
      id: 'plan-2',
      handler: 'plan',
      capability: 'ai',
      needs: ['issue-intake'],
      timeout: '5m',
      allow: ['skip', 'override'],
    };
    const artifacts = { required: ['PLAN.md'], optional: ['BUGS.md'] };
    const parsed = templateSchema.parse(withPhase({ artifacts, next_step: 'Go on.', steps: [STEP, step] }));
    expect(parsed.phases[0]).to.deep.include({ artifacts, next_step: 'Go on.' });
    expect(parsed.phases[0]?.steps[1]).to.deep.equal({ ...step, timeout: 300_000 });
  });

  const MISSPELT: readonly (readonly [path: string, template: object])[] = [
    ['', { ...TEMPLATE, title: 'x' }],
    ['phases.0', withPhase({ nextStep: 'x' })],
    ['phases.0.artifacts', withPhase({ artifacts: { needed: [] } })],
    ['phases.0.steps.0', withStep({ need: [] })],
  ];

  for (const [path, template] of MISSPELT) {
    it(`refuses a misspelt key at ${path === '' ? 'the top' : path}`, () => {
      const issues = templateSchema.safeParse(template).error?.issues ?? [];
      expect(issues.map((issue) => [issue.code, issue.path.join('.')])).to.deep.equal([
        ['unrecognized_keys', path],
      ]);
    });
  }

  const REFUSED: readonly (readonly [path: string, template: object])[] = [
    ['name', { ...TEMPLATE, name: 'Mine' }],
    ['description', { ...TEMPLATE, description: '' }],
    ['phases', { ...TEMPLATE, phases: [] }],
    ['phases.0.id', withPhase({ id: 'intake' })],
    ['phases.0.goal', withPhase({ goal: '' })],
    ['phases.0.next_step', withPhase({ next_step: '' })],
    ['phases.0.steps', withPhase({ steps: [] })],
    ['phases.0.artifacts.required.0', withPhase({ artifacts: { required: ['NOTES.md'] } })],
    ['phases.0.steps.0.id', withStep({ id: 'a:b' })],
    ['phases.0.steps.0.id', withStep({ id: 'x' })],
    ['phases.0.steps.0.id', withStep({ id: '1st' })],
    ['phases.0.steps.0.id', withStep({ id: 'x'.repeat(41) })],
    ['phases.0.steps.0.handler', withStep({ handler: 'a/b' })],
    ['phases.0.steps.0.capability', withStep({ capability: 'magic' })],
    ['phases.0.steps.0.needs.0', withStep({ needs: [''] })],
    ['phases.0.steps.0.allow.0', withStep({ allow: ['merge'] })],
    ['phases.0.steps.0.timeout', withStep({ timeout: 'soon' })],
    ['phases.0.steps.0.timeout', withStep({ timeout: '0s' })],
    ['phases.0.steps.0.timeout', withStep({ timeout: '25d' })],
  ];

  for (const [index, [path, template]] of REFUSED.entries()) {
    it(`refuses what is wrong at ${path} (${index + 1})`, () => {
      expect(pathsOf(template)).to.deep.equal([path]);
    });
  }

  it('takes the shortest of everything', () => {
    const short = withPhase({ goal: 'g', next_step: 'n', steps: [{ ...STEP, id: 'ab', timeout: '1ms' }] });
    expect(pathsOf({ ...short, name: 'ab', description: 'd' })).to.deep.equal([]);
  });

  it('may name fourteen handlers, each by a name that a step may have', () => {
    expect(new Set(STEP_HANDLERS).size).to.equal(14);
    for (const id of STEP_HANDLERS) expect(pathsOf(withStep({ id }))).to.deep.equal([]);
  });
});
