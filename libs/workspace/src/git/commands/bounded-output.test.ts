import { expect } from 'chai';
import { boundedOutput } from './bounded-output.ts';

describe('bounded output', () => {
  it('is all of it up to the limit, however it came', () => {
    for (const size of [1, 3, 10]) {
      const output = boundedOutput(10);
      for (let at = 0; at < 10; at += size) output.append('0123456789'.slice(at, at + size));
      expect(output.text()).to.equal('0123456789');
    }
  });

  it('is never longer than the limit, even a tiny one', () => {
    for (const max of [0, 1, 5, 40, 41, 100]) {
      const output = boundedOutput(max);
      for (let i = 0; i < 500; i += 1) output.append(`line ${i}\n`);
      expect(output.text().length).to.be.at.most(max);
    }
  });

  it('holds nothing that a database refuses: no NUL, no half of a pair', () => {
    const output = boundedOutput(101);
    output.append(`\0${'🌳'.repeat(200)}`);
    expect(output.text().isWellFormed()).to.equal(true);
    expect(output.text()).not.to.contain('\0');
  });
});
