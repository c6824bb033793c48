import { expect } from 'chai';
import { readVersion } from './version.ts';

describe('readVersion', () => {
  it('finds the version in the root manifest', () => {
    expect(readVersion()).to.match(/^\d+\.\d+\.\d+/);
  });
});
