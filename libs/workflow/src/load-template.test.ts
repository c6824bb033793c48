import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { STEP_HANDLERS } from '@tamma/contracts';
import { PHASES } from '@tamma/domain';
import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { loadTemplate, parseTemplate } from './load-template.ts';

function templateWith(steps: string): string {
  return `name: mine\ndescription: d\nphases:\n  - id: INTAKE\n    goal: g\n    steps:\n${steps}`;
}

function problemsOf(text: string): string[] {
  const loaded = parseTemplate(text, 'mine.yaml');
  if (loaded.ok) throw new Error('expected problems');
  return loaded.problems.map(({ path, message }) => `${path}: ${message}`);
}

describe('template', () => {
  it('issue-to-pr has fourteen steps in six phases, every handler once', async () => {
    const loaded = await loadTemplate('issue-to-pr');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    expect(loaded.plan.steps.map((step) => step.id)).to.deep.equal([...STEP_HANDLERS]);
    expect([...new Set(loaded.plan.steps.map((step) => step.phase))]).to.deep.equal([...PHASES]);
    expect(loaded.plan.steps.filter((step) => step.opens)).to.have.lengthOf(6);
    expect(loaded.plan.steps.filter((step) => step.closes !== null)).to.have.lengthOf(6);
  });

  it('with a cycle is refused with the step, the need and what to do', () => {
    const text = templateWith(
      '      - {id: issue-intake, capability: git, needs: [clarification]}\n      - {id: clarification, capability: ai, needs: [issue-intake, clarification]}\n',
    );
    expect(problemsOf(text)).to.deep.equal([
      'phases[0].steps[0].needs[0]: "issue-intake" needs "clarification", which runs after it, a cycle; move "clarification" above it or drop the need',
      'phases[0].steps[1].needs[1]: "clarification" needs itself, a cycle; take it out',
    ]);
  });

  it('with an unknown capability is refused', () => {
    const [problem] = problemsOf(templateWith('      - {id: issue-intake, capability: magic}\n'));
    expect(problem).to.match(/^phases\[0\]\.steps\[0\]\.capability: .*"git"/);
  });

  it('with a missing handler, an unknown need and a doubled id is refused for all of them at once', () => {
    const text = templateWith(
      '      - {id: deploy, capability: git, needs: [nothing]}\n      - {id: deploy, capability: git}\n',
    );
    expect(problemsOf(text).map((line) => line.slice(0, line.indexOf(':')))).to.deep.equal([
      'phases[0].steps[1].id',
      'phases[0].steps[0].handler',
      'phases[0].steps[1].handler',
      'phases[0].steps[0].needs[0]',
    ]);
  });

  it('with an unknown capability is refused together with its cycle and its missing handler', () => {
    const text = templateWith(
      '      - {id: issue-intake, capability: magic, needs: [deploy]}\n      - {id: deploy, capability: git}\n',
    );
    expect(problemsOf(text).map((line) => line.slice(0, line.indexOf(':')))).to.deep.equal([
      'phases[0].steps[0].capability',
      'phases[0].steps[1].handler',
      'phases[0].steps[0].needs[0]',
    ]);
  });

  it('with phases out of order or a misspelt key is refused', () => {
    const text =
      'name: mine\ndescription: d\nphases:\n  - {id: PLAN, goal: g, steps: [{id: clarification, capability: ai}]}\n  - {id: INTAKE, goal: g, steps: [{id: issue-intake, capability: git}]}\n';
    expect(problemsOf(text)[0]).to.contain('phase INTAKE comes after PLAN');
    expect(problemsOf(`${text}paralel: []\n`)[0]).to.contain('paralel');
  });

  it('that is no YAML, absent or unknown is refused with the reason', async () => {
    await using folder = await testFolder();
    const path = join(folder.path, 'broken.yaml');
    await writeFile(path, 'name: [unclosed\n');
    for (const name of [path, join(folder.path, 'absent.yaml'), 'no-such-template']) {
      const loaded = await loadTemplate(name);
      expect(loaded.ok, name).to.equal(false);
      if (!loaded.ok) expect(loaded.problems[0]?.message.length).to.be.greaterThan(10);
    }
  });

  it('gives the same hash for the same text and another one after a change', () => {
    const one = parseTemplate(templateWith('      - {id: issue-intake, capability: git}\n'), 'a');
    const same = parseTemplate(templateWith('      - {id: issue-intake, capability: git}\n'), 'b');
    const other = parseTemplate(templateWith('      - {id: issue-intake, capability: code}\n'), 'c');
    if (!one.ok || !same.ok || !other.ok) throw new Error('expected valid templates');
    expect(one.plan.hash).to.equal(same.plan.hash);
    expect(one.plan.hash).not.to.equal(other.plan.hash);
  });
});
