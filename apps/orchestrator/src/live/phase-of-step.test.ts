import { PHASE_OF_STEP } from '@tamma/contracts';
import { loadTemplate } from '@tamma/workflow';
import { expect } from 'chai';

describe('phase of a step', () => {
  it('is what the template that ships says, which names such as execute.step_complete rely on', async () => {
    const loaded = await loadTemplate('issue-to-pr');
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
    const phases = Object.fromEntries(loaded.plan.steps.map(({ id, phase }) => [id, phase]));
    expect(phases).to.deep.equal(PHASE_OF_STEP);
  });
});
