import type { AnyEvent } from '@tamma/domain';
import { buildEvent, buildIssue } from '@tamma/domain/testing';
import { expect } from 'chai';
import { openStore } from '../postgres/index.ts';
import type { ClaimResult, Store } from '../store.ts';
import {
  buildBeginning,
  buildClaim,
  buildHead,
  buildTaskClaim,
  openTestStore,
  rejection,
  toEntries,
} from '../testing/fixtures.ts';

async function recordAfterBeginning(store: Store, workflowId: string, event: AnyEvent): Promise<void> {
  const term = (await store.lease.acquire('test', 60_000)) ?? 0;
  const entries = toEntries([...buildBeginning(workflowId), event]);
  await store.writer.record({ term, entries, artifacts: [] });
}

async function endWorkflow(store: Store, workflowId: string): Promise<void> {
  const end = buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'x' }, { id: `${workflowId}.end`, workflowId });
  await recordAfterBeginning(store, workflowId, end);
}

function workflowOf(result: ClaimResult): string {
  return result.claimed ? result.head.workflowId : result.workflowId;
}

describe('claims', () => {
  it('opens the first run of an issue, and says who has it to the next who asks', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    const first = await claims.open(buildClaim());
    expect(first).to.deep.equal({ claimed: true, head: buildHead(1) });
    expect(await claims.open(buildClaim())).to.deep.equal({ claimed: false, workflowId: 'demo-1.r1' });
    expect((await claims.open(buildClaim({ issue: 2 }))).claimed).to.equal(true);
    expect((await claims.open(buildClaim({ project: 'other' }))).claimed).to.equal(true);
  });

  it('finds the open claim of a workflow, and none that is closed', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    await claims.open(buildClaim());
    expect(await claims.findOpen('demo-1.r1')).to.deep.include({ workflowId: 'demo-1.r1', issue: 1 });
    expect(await claims.findOpen('demo-2.r1\u0000')).to.equal(null);
    await claims.close('demo-1.r1');
    expect(await claims.findOpen('demo-1.r1')).to.equal(null);
  });

  it('finds which of some issues are claimed, and how good they are', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2, 3]) await claims.open(buildClaim({ issue, score: 100 * issue }));
    await claims.open(buildClaim({ project: 'other', issue: 4 }));
    await claims.openTask(buildTaskClaim('task-1.r1'));
    await claims.close('demo-3.r1');
    expect(await claims.findIssues('demo', [0, 2, 3, 4, 9e15])).to.deep.equal([
      { issue: 2, workflowId: 'demo-2.r1', score: 200 },
    ]);
    expect(await claims.findIssues('demo', [])).to.deep.equal([]);
    expect(await claims.findIssues('\u0000', [1])).to.deep.equal([]);
  });

  it('lets exactly one of thirty win who ask at the same moment, from two processes', async () => {
    await using test = await openTestStore();
    const other = await openStore({ url: test.url, poolMax: 8 });
    const stores = [test.store, other];
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => (stores[index % 2] ?? other).claims.open(buildClaim())),
    );
    expect(results.filter((result) => result.claimed)).to.have.length(1);
    expect(new Set(results.map(workflowOf))).to.deep.equal(new Set(['demo-1.r1']));
    expect(await other.claims.listOpen('demo')).to.have.length(1);
    await other.close();
  });

  it('lets one win even if every one of them would name the workflow differently', async () => {
    await using test = await openTestStore();
    const results = await Promise.all(
      Array.from({ length: 30 }, (_, index) => {
        const head = (run: number) => ({ ...buildHead(run), workflowId: `asker-${index}.r${run}` });
        return test.store.claims.open(buildClaim({ head }));
      }),
    );
    const winners = results.filter((result) => result.claimed).map(workflowOf);
    expect(winners).to.have.length(1);
    expect(new Set(results.map(workflowOf))).to.deep.equal(new Set(winners));
  });

  it('counts runs on when an issue is claimed again, also while many ask and one closes', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const run of [1, 2, 3, 4, 5]) {
      const results = await Promise.all(Array.from({ length: 5 }, () => claims.open(buildClaim())));
      expect(new Set(results.map(workflowOf))).to.deep.equal(new Set([`demo-1.r${run}`]));
      expect(results.filter((result) => result.claimed)).to.have.length(1);
      await claims.close(`demo-1.r${run}`);
    }
  });

  it('says so when two issues make the same workflow id', async () => {
    await using test = await openTestStore();
    await test.store.claims.open(buildClaim());
    const error = await rejection(test.store.claims.open(buildClaim({ issue: 2, head: () => buildHead(1) })));
    expect(error).to.include({ code: 'CLAIM_CONTESTED', class: 'conflict' });
  });

  it('leaves nothing behind when the head cannot be built', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    const failing = buildClaim({
      head: () => {
        throw new TypeError('no template');
      },
    });
    const error = await claims.open(failing).catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(TypeError).with.property('message', 'no template');
    expect(await claims.listOpen('demo')).to.deep.equal([]);
  });

  it('stores the text of a hostile issue', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    const issue = buildIssue({ body: `'; drop table claims; -- \u0000 \uD800 🐢 ${'x'.repeat(500_000)}` });
    const result = await claims.open(
      buildClaim({ head: (run) => ({ ...buildHead(run), issue: { ...issue, labels: [] } }) }),
    );
    const [claim] = await claims.listOpen('demo');
    expect(claim?.head.issue.body).to.equal(
      issue.body.replace('\u0000', '\uFFFD').replace('\uD800', '\uFFFD'),
    );
    expect(result).to.deep.equal({ claimed: true, head: claim?.head });
  });

  it('does not know a claim that was never opened', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const nobody of ['nobody', '\u0000']) {
      expect((await rejection(claims.close(nobody))).code).to.equal('CLAIM_UNKNOWN');
      expect(await claims.markStarted(nobody)).to.equal(null);
      expect(await claims.setSuspended(nobody, 'suspended')).to.equal(false);
      expect(await claims.setScore(nobody, 7)).to.equal(false);
    }
  });

  it('lists open claims whose workflow has ended', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2]) await claims.open(buildClaim({ issue }));
    expect(await claims.listEnded(10)).to.deep.equal([]);
    await endWorkflow(test.store, 'demo-1.r1');
    const ended = await claims.listEnded(10);
    expect(ended.map((claim) => claim.workflowId)).to.deep.equal(['demo-1.r1']);
    await claims.close('demo-1.r1');
    expect(await claims.listEnded(10)).to.deep.equal([]);
  });

  it('finds how the last closed workflow of an issue ended', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    await claims.open(buildClaim());
    await endWorkflow(test.store, 'demo-1.r1');
    expect(await claims.findEarlier('demo', 1), 'still open').to.equal(null);
    expect(await claims.setFingerprint('demo-1.r1', 'print-at-the-end')).to.equal(true);
    await claims.close('demo-1.r1');
    const earlier = { workflowId: 'demo-1.r1', status: 'cancelled', fingerprint: 'print-at-the-end' };
    expect(await claims.setFingerprint('demo-1.r1', 'too late')).to.equal(false);
    expect(await claims.findEarlier('demo', 1)).to.deep.equal(earlier);
    expect(await claims.findEarlier('demo', 2)).to.equal(null);
    await claims.open(buildClaim({ fingerprint: 'print-2' }));
    expect(await claims.findEarlier('demo', 1), 'the open one does not count').to.deep.equal(earlier);
    await claims.close('demo-1.r2');
    expect(await claims.findEarlier('demo', 1), 'closed without a record').to.equal(null);
  });
});
