import type { AnyEvent } from '@tamma/domain';
import { buildEvent, buildIssue } from '@tamma/domain/testing';
import { expect } from 'chai';
import { openStore } from '../postgres/index.ts';
import type { ClaimResult, Store } from '../store.ts';
import {
  buildBeginning,
  buildClaim,
  buildHead,
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

/** The workflow asks a person something and waits. */
async function pauseWorkflow(store: Store, workflowId: string): Promise<void> {
  const data = { approvalId: 'x.a1', question: 'Which one?', until: '2026-02-01T00:00:00.000Z' };
  const asked = buildEvent('QUESTION.ASKED.SUCCESS', data, { id: `${workflowId}.asked`, workflowId });
  await recordAfterBeginning(store, workflowId, asked);
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

  it('waits for a slot in the order of score, one point more an hour, the oldest first', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    const waiting = [
      { issue: 1, score: 300, hours: 0 },
      { issue: 2, score: 310, hours: 0 },
      { issue: 3, score: 300, hours: 20 },
      { issue: 4, score: 300, hours: 20.5 },
      { issue: 5, score: 999, hours: 500 },
      { issue: 6, score: 1000, hours: 0 },
    ];
    for (const { issue, score, hours } of waiting) {
      await claims.open(buildClaim({ issue, score }));
      await test.client.query(
        `update tamma.claims set claimed_at = claimed_at - $1 * interval '1 hour' where issue = $2`,
        [hours, issue],
      );
    }
    const inOrder = async (limit: number) => (await claims.waitingForSlot(limit)).map((claim) => claim.issue);
    expect(await inOrder(10)).to.deep.equal([5, 6, 4, 3, 2, 1]);
    expect(await inOrder(2)).to.deep.equal([5, 6]);
    await claims.markStarted('demo-5.r1');
    await claims.close('demo-6.r1');
    expect(await inOrder(10)).to.deep.equal([4, 3, 2, 1]);
  });

  it('counts those that have a flow, until they are closed', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2, 3]) await claims.open(buildClaim({ issue }));
    expect(await claims.countStarted()).to.equal(0);
    await claims.markStarted('demo-1.r1');
    const [started] = (await claims.listOpen('demo')).filter((claim) => claim.issue === 1);
    await claims.markStarted('demo-1.r1');
    await claims.markStarted('demo-2.r1');
    expect(await claims.countStarted()).to.equal(2);
    const [again] = (await claims.listOpen('demo')).filter((claim) => claim.issue === 1);
    expect(again?.startedAt).to.be.a('string').and.equal(started?.startedAt);
    await claims.close('demo-1.r1');
    await claims.close('demo-1.r1');
    expect(await claims.countStarted()).to.equal(1);
  });

  it('counts no workflow that waits for a person: it holds no slot', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2]) {
      await claims.open(buildClaim({ issue }));
      await claims.markStarted(`demo-${issue}.r1`);
    }
    await pauseWorkflow(test.store, 'demo-1.r1');
    expect((await test.store.reader.getWorkflow('demo-1.r1'))?.status).to.equal('paused');
    expect(await claims.countStarted()).to.equal(1);
  });

  it('does not know a claim that was never opened', async () => {
    await using test = await openTestStore();
    expect((await rejection(test.store.claims.markStarted('nobody'))).code).to.equal('CLAIM_UNKNOWN');
    expect((await rejection(test.store.claims.close('nobody'))).code).to.equal('CLAIM_UNKNOWN');
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
    await claims.close('demo-1.r1');
    const earlier = { workflowId: 'demo-1.r1', status: 'cancelled', fingerprint: 'print-1' };
    expect(await claims.findEarlier('demo', 1)).to.deep.equal(earlier);
    expect(await claims.findEarlier('demo', 2)).to.equal(null);
    await claims.open(buildClaim({ fingerprint: 'print-2' }));
    expect(await claims.findEarlier('demo', 1), 'the open one does not count').to.deep.equal(earlier);
    await claims.close('demo-1.r2');
    expect(await claims.findEarlier('demo', 1), 'closed without a record').to.equal(null);
  });
});
