import type { GateResult } from '@tamma/domain';
import { expect } from 'chai';
import { settleGate } from './run-command.ts';

const RED = { gate: 'build', commit: 'abc', passed: false, summary: 'it is red', durationMs: 1 } as const;

describe('the verdict of a gate', () => {
  it('is kept only once it was told: what nobody heard of could be taken for what a person let pass', async () => {
    const kept: GateResult[] = [];
    const recordGate = (result: GateResult) => void kept.push(result);
    const progress = async () => {};
    const cutOff = () => Promise.reject(new Error('the log is away'));

    const untold = await settleGate({ recordGate, progress, tell: cutOff }, RED).catch(String);

    expect(untold).to.equal('Error: the log is away');
    expect(kept).to.deep.equal([]);
    await settleGate({ recordGate, progress, tell: async () => {} }, RED);
    expect(kept).to.have.lengthOf(1);
  });
});
