import { expect } from 'chai';
import { explainNode } from './require-node.mjs';

const linux = { platform: 'linux', arch: 'x64' };

describe('explainNode', () => {
  it('has nothing to say from Node 24 on', () => {
    expect(explainNode({ version: '24.0.0', ...linux })).to.equal(null);
    expect(explainNode({ version: '26.1.0', ...linux })).to.equal(null);
  });

  it('sends people to npm ci where that brings Node 24, and to a download elsewhere', () => {
    expect(explainNode({ version: '20.19.5', ...linux })).to.match(
      /needs Node 24, this is Node 20\.19\.5\.\nRun "npm ci"/,
    );
    expect(explainNode({ version: '8.0.0', platform: 'darwin', arch: 'arm64' })).to.contain(
      'Install Node 24',
    );
  });
});
