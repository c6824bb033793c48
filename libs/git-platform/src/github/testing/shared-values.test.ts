import { expect } from 'chai';
import { pack, unpack } from './shared-values.ts';

const owner = { login: 'ada', note: 'x'.repeat(150) };
const repository = { name: 'till', owner };

describe('values that recordings share', () => {
  it('are written once, those inside others too, and are the same again', () => {
    const value = [repository, { head: repository, base: repository, by: owner }, [owner], null, 1, 'text'];
    const packed = pack(value);
    expect(packed.shared).to.have.length(2);
    expect(JSON.stringify(packed).match(/"login"/g)).to.have.length(1);
    expect(unpack(packed)).to.deep.equal(value);
  });

  it('are none where nothing is repeated', () => {
    const value = { owner, small: [{ id: 1 }, { id: 1 }] };
    expect(pack(value)).to.deep.equal({ shared: [], value });
  });
});
