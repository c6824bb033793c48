import { expect } from 'chai';
import { ARTIFACT_BYTES_MAX, cutMiddle } from './artifact.ts';

describe('a text cut in its middle', () => {
  it('stays as it is up to the limit', () => {
    expect(cutMiddle('abc', 3)).to.equal('abc');
    expect(cutMiddle('', 0)).to.equal('');
    expect(cutMiddle('x'.repeat(200), 200)).to.equal('x'.repeat(200));
    expect(ARTIFACT_BYTES_MAX, '256 KiB').to.equal(262_144);
  });

  it('keeps head and tail, and says how much is missing', () => {
    const text = `${'a'.repeat(500)}${'b'.repeat(500)}`;
    const cut = cutMiddle(text, 101);
    const [, head = '', missing = '', tail = ''] =
      /^(a+)\n\n\[… (\d+) characters left out …\]\n\n(b+)$/.exec(cut) ?? [];
    expect(head.length + Number(missing) + tail.length).to.equal(1000);
    expect(head.length - tail.length).to.be.within(0, 1);
    expect(cut).to.have.length.within(99, 101);
  });

  it('never grows beyond the limit, however small it is', () => {
    const text = 'x'.repeat(2000);
    for (let max = 0; max <= 2000; max += 1) expect(cutMiddle(text, max)).to.have.length.at.most(max);
    expect(cutMiddle(text, 10)).to.equal('x'.repeat(10));
  });
});
