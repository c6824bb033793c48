import { createLogger } from '@tamma/telemetry';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { createSweeper } from './sweeper.ts';

describe('sweeper of workspaces', () => {
  it('sweeps at start and from then on, also after it failed once, and stops', async () => {
    const lines: string[] = [];
    const logger = createLogger({
      name: 'test',
      level: 'info',
      destination: { write: (line) => void lines.push(line) },
    });
    let passes = 0;
    const sweep = async () => {
      passes += 1;
      if (passes === 2) throw new Error('the disk stumbled');
      return passes === 1 ? 3 : 0;
    };
    const sweeper = createSweeper({ workspaces: { sweep }, logger, intervalMs: 5 });
    await sweeper.start();
    await eventually('it goes on after a failure', () => passes >= 4);
    await sweeper.stop();
    const after = passes;
    await sweeper.stop();
    expect(passes).to.equal(after);
    expect(lines.filter((line) => line.includes('workspaces of dead workers removed'))).to.have.lengthOf(1);
    expect(lines.join('')).to.contain('the disk stumbled').and.contain('"swept":3');
  });
});
