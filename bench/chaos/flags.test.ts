import { expect } from 'chai';
import { parseFlags } from './flags.ts';

describe('the flags of a chaos run', () => {
  it('name a mode, a seed and a number of workflows', () => {
    expect(parseFlags([])).to.deep.equal({
      mode: 'full',
      seed: undefined,
      workflows: undefined,
      keep: false,
    });
    expect(parseFlags(['--short', '--seed', '7', '--keep'])).to.include({
      mode: 'short',
      seed: 7,
      keep: true,
    });
    expect(parseFlags(['--default-locks', '--workflows', '3'])).to.include({
      mode: 'default-locks',
      workflows: 3,
    });
  });

  it('are refused when they are not understood', () => {
    for (const args of [
      ['--shrot'],
      ['more'],
      ['--seed', 'x'],
      ['--workflows', '0'],
      ['--short', '--default-locks'],
    ]) {
      expect(parseFlags(args), args.join(' ')).to.equal(null);
    }
  });
});
