import { type AnyEvent, workflowIdOf } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { Store } from '../store.ts';
import { buildBeginning, buildClaim, openTestStore, toEntries } from '../testing/fixtures.ts';

type Ending = 'edited' | 'cancelled' | 'merged' | 'edited, merged';

function endingOf(workflowId: string, ending: Ending): AnyEvent[] {
  const edited = buildEvent(
    'ISSUE.EDITED.SUCCESS',
    { issue: 1, why: 'x' },
    { id: `${workflowId}.edited`, workflowId },
  );
  const end = { id: `${workflowId}.end`, workflowId };
  const last = ending.endsWith('merged')
    ? buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, end)
    : buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'x' }, end);
  return ending.startsWith('edited') ? [edited, last] : [last];
}

/** Works on issue 1 as often as there are endings, one run after the other. */
async function workThrough(store: Store, endings: readonly Ending[], firstRun = 1): Promise<void> {
  const term = (await store.lease.acquire('test', 60_000)) ?? 0;
  for (const [index, ending] of endings.entries()) {
    const run = firstRun + index;
    const workflowId = workflowIdOf('demo', 1, run);
    await store.claims.open(buildClaim());
    const events = [...buildBeginning(workflowId), ...endingOf(workflowId, ending)];
    await store.writer.record({ term, entries: toEntries(events, run * 1000), artifacts: [] });
    await store.claims.close(workflowId);
  }
}

describe('the issues that were worked on', () => {
  it('are those of the project that were ever claimed, open and closed', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    expect(await claims.findWorked('demo', [1, 2])).to.deep.equal(new Set());
    await workThrough(test.store, ['cancelled', 'edited']);
    await claims.open(buildClaim({ issue: 2 }));
    expect(await claims.findWorked('demo', [1, 2, 3])).to.deep.equal(new Set([1, 2]));
    expect(await claims.findWorked('demo', [])).to.deep.equal(new Set());
    expect(await claims.findWorked('other', [1, 2])).to.deep.equal(new Set());
  });
});

describe('the restarts of an issue', () => {
  it('are the workflows that ended because it was edited', async () => {
    await using test = await openTestStore();
    expect(await test.store.claims.countRestarts('demo', 1)).to.equal(0);
    await workThrough(test.store, ['edited', 'cancelled', 'edited']);
    expect(await test.store.claims.countRestarts('demo', 1)).to.equal(2);
    expect(await test.store.claims.countRestarts('demo', 2)).to.equal(0);
    expect(await test.store.claims.countRestarts('\u0000', 1)).to.equal(0);
  });

  it('are counted from the last merge on, which is none itself', async () => {
    await using test = await openTestStore();
    await workThrough(test.store, ['edited', 'edited', 'edited, merged']);
    expect(await test.store.claims.countRestarts('demo', 1)).to.equal(0);
    await workThrough(test.store, ['edited'], 4);
    expect(await test.store.claims.countRestarts('demo', 1)).to.equal(1);
  });

  it('are none among states of a version that did not know of them, and those are read in full', async () => {
    await using test = await openTestStore();
    await workThrough(test.store, ['edited']);
    const before = await test.store.reader.getWorkflow('demo-1.r1');
    await test.client.query(
      "update tamma.workflow_states set state = state - '{wasEdited,sprint,completedBecause}'::text[]",
    );
    expect(await test.store.claims.countRestarts('demo', 1)).to.equal(0);
    const after = { ...before, wasEdited: false };
    const { reader } = test.store;
    expect(await reader.getWorkflow('demo-1.r1')).to.deep.equal(after);
    expect((await reader.readSnapshot('demo-1.r1')).state).to.deep.equal(after);
    expect((await reader.listWorkflows({ limit: 1 })).items).to.deep.equal([after]);
  });
});
