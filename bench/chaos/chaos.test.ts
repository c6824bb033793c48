import { testFolder } from '@tamma/testing';
import { expect } from 'chai';
import { type ChaosMode, planOf } from './plan.ts';
import { runChaos } from './run-chaos.ts';
import { runTakeOver } from './run-take-over.ts';
import { isInTime, isSound, renderTable, renderTakeOver } from './table.ts';

/** Any seed would do; a fixed one makes a failure easier to come back to. */
const SEED = 20_260_112;
/** Above the deadlines of the runs, so that these tell what went wrong. */
const TIMEOUT_MS = 480_000;

async function requestFor(mode: ChaosMode) {
  const folder = await testFolder();
  const notes: string[] = [];
  return {
    plan: planOf(mode, SEED),
    folder: folder.path,
    searchPath: process.env.PATH ?? '',
    note: (line: string) => notes.push(line),
    stop: new AbortController().signal,
    notes,
    [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose](),
  };
}

describe('the product under blows', () => {
  it('finishes everything once, in order, with every fact on record, whoever dies', async () => {
    await using request = await requestFor('short');
    const { verdict } = await runChaos(request);
    const table = { ...request.plan, verdict };
    expect(isSound(table), `${renderTable(table)}\n\n${request.notes.join('\n')}`).to.equal(true);
  }).timeout(TIMEOUT_MS);

  it('takes over from a dead worker and a dead leader in time, with the locks it has by default', async () => {
    await using request = await requestFor('default-locks');
    const { verdict, takeOver } = await runTakeOver(request);
    const table = { ...request.plan, verdict };
    const shown = `${renderTakeOver(takeOver)}\n${renderTable(table)}\n\n${request.notes.join('\n')}`;
    expect(isSound(table) && isInTime(takeOver), shown).to.equal(true);
  }).timeout(TIMEOUT_MS);
});
