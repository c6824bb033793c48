import { STEP_HANDLERS } from '@tamma/contracts';
import { expect } from 'chai';
import { findStep } from './registry.ts';

describe('the registry of steps', () => {
  it('has the code of every handler that a template may name, under its own name', () => {
    const found = STEP_HANDLERS.map((handler) => findStep(handler)?.handler);
    expect(found).to.deep.equal([...STEP_HANDLERS]);
  });

  it('knows no other names, not even those that every object has', () => {
    for (const name of ['deploy', '', 'constructor', 'toString', '__proto__']) {
      expect(findStep(name), name).to.equal(undefined);
    }
  });
});
