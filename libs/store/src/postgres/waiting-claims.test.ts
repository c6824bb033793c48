import { agedScore } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { Client } from 'pg';
import { openStore } from '../postgres/index.ts';
import type { Claims, Store } from '../store.ts';
import {
  buildBeginning,
  buildClaim,
  buildHead,
  buildTaskClaim,
  openTestStore,
  rejection,
  toEntries,
} from '../testing/fixtures.ts';

const HOUR_MS = 3_600_000;
const PROJECTS = ['demo', 'other', 'empty'];

async function bestIds(claims: Claims, passedOver: readonly string[] = []): Promise<string[]> {
  const waiting = await claims.nextWaiting(PROJECTS, passedOver);
  return waiting.map(({ claim }) => claim.workflowId).toSorted();
}

/** The order in which the claims of a project come to their turn, each passed over after it was seen. */
async function turnsOf(claims: Claims, project: string): Promise<(number | null)[]> {
  const turns: (number | null)[] = [];
  const passedOver: string[] = [];
  for (let turn = 0; turn < 20; turn += 1) {
    const [best] = await claims.nextWaiting([project], passedOver);
    if (best === undefined) break;
    turns.push(best.claim.issue);
    passedOver.push(best.claim.workflowId);
  }
  return turns;
}

function waitFor(client: Client, workflowId: string, hours: number) {
  return client.query(
    `update tamma.claims set claimed_at = claimed_at - $1 * interval '1 hour' where workflow_id = $2`,
    [hours, workflowId],
  );
}

async function pauseWorkflow(store: Store, workflowId: string): Promise<void> {
  const term = (await store.lease.acquire('test', 60_000)) ?? 0;
  const data = { approvalId: 'x.a1', question: 'Which one?', until: '2026-02-01T00:00:00.000Z' };
  const asked = buildEvent('QUESTION.ASKED.SUCCESS', data, { id: `${workflowId}.asked`, workflowId });
  const entries = toEntries([...buildBeginning(workflowId), asked]);
  await store.writer.record({ term, entries, artifacts: [] });
}

describe('claims that wait for a slot', () => {
  it('come in the order of score, one point more an hour', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    const waiting = [
      { issue: 1, score: 300, hours: 0 },
      { issue: 2, score: 310, hours: 0 },
      { issue: 3, score: 300, hours: 20 },
      { issue: 4, score: 300, hours: 20.5 },
      { issue: 5, score: 999, hours: 500 },
      { issue: 6, score: 1000, hours: 0 },
      { issue: 7, score: 0, hours: 0 },
    ];
    for (const { issue, score, hours } of waiting) {
      await claims.open(buildClaim({ issue, score }));
      await waitFor(test.client, `demo-${issue}.r1`, hours);
    }
    expect(await turnsOf(claims, 'demo')).to.deep.equal([5, 6, 4, 3, 2, 1, 7]);
    for (const { score, hours } of waiting.slice(4, 5)) {
      const [best] = await claims.nextWaiting(['demo'], []);
      expect(best?.agedScore).to.equal(agedScore(score, hours * HOUR_MS));
    }
    const [second] = await claims.nextWaiting(['demo'], ['demo-5.r1', 'demo-6.r1']);
    expect(second?.agedScore).to.equal(agedScore(300, 20.5 * HOUR_MS));
    await claims.markStarted('demo-5.r1');
    await claims.close('demo-6.r1');
    expect(await turnsOf(claims, 'demo')).to.deep.equal([4, 3, 2, 1, 7]);
  });

  it('come one of each project that is asked for, whole, and none of others', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const project of ['demo', 'other']) {
      for (const issue of [1, 2]) await claims.open(buildClaim({ project, issue, score: issue }));
    }
    expect(await bestIds(claims)).to.deep.equal(['demo-2.r1', 'other-2.r1']);
    expect(await bestIds(claims, ['demo-2.r1'])).to.deep.equal(['demo-1.r1', 'other-2.r1']);
    expect(await bestIds(claims, ['demo-2.r1', 'demo-1.r1'])).to.deep.equal(['other-2.r1']);
    const [best, ...others] = await claims.nextWaiting(['demo', 'demo'], []);
    expect(others).to.deep.equal([]);
    expect(best?.claim).to.deep.equal(await claims.findOpen('demo-2.r1'));
    expect(await claims.nextWaiting([], [])).to.deep.equal([]);
    expect(await claims.nextWaiting(["x' or '1'='1", '\u0000'], ['\u0000'])).to.deep.equal([]);
  });

  it('do not come while they are suspended, and come to their old place afterwards', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2]) await claims.open(buildClaim({ issue, score: issue }));
    expect(await claims.setSuspended('demo-2.r1', 'resumed'), 'it was never suspended').to.equal(false);
    expect(await claims.setSuspended('demo-2.r1', 'suspended')).to.equal(true);
    expect(await claims.setSuspended('demo-2.r1', 'suspended')).to.equal(false);
    expect((await claims.findOpen('demo-2.r1'))?.isSuspended).to.equal(true);
    expect(await turnsOf(claims, 'demo')).to.deep.equal([1]);
    expect(await claims.setSuspended('demo-2.r1', 'resumed')).to.equal(true);
    expect((await claims.findOpen('demo-2.r1'))?.isSuspended).to.equal(false);
    expect(await turnsOf(claims, 'demo')).to.deep.equal([2, 1]);
    await claims.close('demo-2.r1');
    expect(await claims.setSuspended('demo-2.r1', 'suspended'), 'it is closed').to.equal(false);
  });

  it('take another score, in what the workflow will rely on as well', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2]) await claims.open(buildClaim({ issue, score: 300 + issue }));
    expect(await turnsOf(claims, 'demo')).to.deep.equal([2, 1]);
    expect(await claims.setScore('demo-1.r1', 900)).to.equal(true);
    expect(await claims.setScore('demo-1.r1', 900)).to.equal(false);
    expect(await turnsOf(claims, 'demo')).to.deep.equal([1, 2]);
    expect((await claims.findOpen('demo-1.r1'))?.head).to.deep.equal({ ...buildHead(1), score: 900 });
    expect(await claims.markStarted('demo-1.r1')).to.deep.equal({ score: 900, isSuspended: false });
    for (const score of [Number.NaN, Number.POSITIVE_INFINITY]) {
      expect((await rejection(claims.setScore('demo-2.r1', score))).code).to.equal('SCORE_INVALID');
    }
    await claims.close('demo-1.r1');
    expect(await claims.setScore('demo-1.r1', 1), 'it is closed').to.equal(false);
  });
});

describe('claims of tasks on their own', () => {
  it('are opened once each, wait and start as others do, and are no issue', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    const request = buildTaskClaim('task-1.r1', { score: 500 });
    const opened = await Promise.all(Array.from({ length: 10 }, () => claims.openTask(request)));
    expect(opened.filter(Boolean)).to.have.length(1);
    expect(await claims.openTask(buildTaskClaim('task-2.r1'))).to.equal(true);
    await claims.open(buildClaim());
    const [best] = await claims.nextWaiting(['demo'], []);
    expect(best?.claim).to.deep.include({ workflowId: 'task-1.r1', issue: null, head: request.head });
    await claims.markStarted('task-1.r1');
    expect(await claims.countStarted()).to.deep.equal(new Map([['demo', 1]]));
    expect((await claims.listOpen('demo')).map(({ issue }) => issue)).to.deep.equal([1]);
    await claims.close('task-1.r1');
    expect(await claims.findEarlier('demo', 0)).to.equal(null);
    expect(await claims.openTask(request), 'it was there, and ended').to.equal(false);
  });
});

describe('claims that are started', () => {
  it('are counted by project until they are closed', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2, 3]) await claims.open(buildClaim({ issue }));
    await claims.open(buildClaim({ project: 'other' }));
    expect(await claims.countStarted()).to.deep.equal(new Map());
    expect(await claims.markStarted('demo-1.r1')).to.deep.equal({ score: 300, isSuspended: false });
    const started = await claims.findOpen('demo-1.r1');
    await claims.markStarted('demo-1.r1');
    for (const id of ['demo-2.r1', 'other-1.r1']) await claims.markStarted(id);
    expect(await claims.countStarted()).to.deep.equal(
      new Map([
        ['demo', 2],
        ['other', 1],
      ]),
    );
    const again = await claims.findOpen('demo-1.r1');
    expect(again?.startedAt).to.be.a('string').and.equal(started?.startedAt);
    for (let time = 0; time < 2; time += 1) await claims.close('demo-1.r1');
    await claims.close('other-1.r1');
    expect(await claims.countStarted()).to.deep.equal(new Map([['demo', 1]]));
    expect(await claims.markStarted('demo-1.r1'), 'it is closed').to.equal(null);
  });

  it('hold no slot while they wait for a person', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [1, 2]) {
      await claims.open(buildClaim({ issue }));
      await claims.markStarted(`demo-${issue}.r1`);
    }
    await pauseWorkflow(test.store, 'demo-1.r1');
    expect((await test.store.reader.getWorkflow('demo-1.r1'))?.status).to.equal('paused');
    expect(await claims.countStarted()).to.deep.equal(new Map([['demo', 1]]));
  });

  it('hold no slot while they wait for reviewers, and one while they wait for checks', async () => {
    await using test = await openTestStore();
    const { claims, lease, writer } = test.store;
    const term = (await lease.acquire('test', 60_000)) ?? 0;
    for (const [issue, on] of [
      [1, 'review'],
      [2, 'ci'],
    ] as const) {
      const workflowId = `demo-${issue}.r1`;
      await claims.open(buildClaim({ issue }));
      await claims.markStarted(workflowId);
      const about = { workflowId, taskId: `${workflowId}.context`, stepId: 'context', attempt: 1 };
      const waiting = { on, until: '2126-01-01T00:00:00.000Z', why: 'it waits' };
      const events = [
        ...buildBeginning(workflowId),
        buildEvent(
          'TASK.DEQUEUED.SUCCESS',
          { capability: 'git', workerId: 'w1' },
          { ...about, id: `a${issue}` },
        ),
        buildEvent('TASK.PARKED.SUCCESS', waiting, { ...about, id: `b${issue}` }),
      ];
      await writer.record({ term, entries: toEntries(events, issue * 1000), artifacts: [] });
    }
    expect((await test.store.reader.getWorkflow('demo-1.r1'))?.waitingFor?.reason).to.equal('review');
    expect((await test.store.reader.getWorkflow('demo-2.r1'))?.waitingFor?.reason).to.equal('ci');
    expect(await claims.countStarted()).to.deep.equal(new Map([['demo', 1]]));
  });

  it('can be looked at in pages, none twice and none left out', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (const issue of [5, 1, 4, 2, 3]) {
      await claims.open(buildClaim({ issue }));
      if (issue !== 4) await claims.markStarted(`demo-${issue}.r1`);
    }
    const seen: string[] = [];
    let after: string | null = null;
    for (const size of [2, 2, 0]) {
      const page = await claims.listStarted({ after, limit: 2 });
      expect(page).to.have.length(size);
      seen.push(...page.map(({ workflowId }) => workflowId));
      after = seen.at(-1) ?? null;
    }
    expect(seen).to.deep.equal(['demo-1.r1', 'demo-2.r1', 'demo-3.r1', 'demo-5.r1']);
    expect(await claims.listStarted({ after: '\u0000', limit: -1 })).to.have.length(0);
  });
});

describe('claims in the hands of two processes at once', () => {
  it('are suspended and started in one order or the other, and who starts one learns which', async () => {
    await using test = await openTestStore();
    await using stack = new AsyncDisposableStack();
    const other = stack.adopt(await openStore({ url: test.url, poolMax: 4 }), (one) => one.close());
    for (let issue = 1; issue <= 40; issue += 1) {
      await test.store.claims.open(buildClaim({ issue }));
      const id = `demo-${issue}.r1`;
      const [changed, started, scored] = await Promise.all([
        other.claims.setSuspended(id, 'suspended'),
        test.store.claims.markStarted(id),
        other.claims.setScore(id, 700),
      ]);
      expect([changed, scored]).to.deep.equal([true, true]);
      const claim = await other.claims.findOpen(id);
      expect(claim).to.deep.include({ isSuspended: true });
      expect(claim?.startedAt).to.be.a('string');
      expect(claim?.head.score, 'no change is lost').to.equal(700);
      expect(started).to.not.equal(null);
    }
    expect(await test.store.claims.nextWaiting(['demo'], [])).to.deep.equal([]);
  });

  it('are suspended by one of many who try, and resumed by one', async () => {
    await using test = await openTestStore();
    await using stack = new AsyncDisposableStack();
    const other = stack.adopt(await openStore({ url: test.url, poolMax: 4 }), (one) => one.close());
    await test.store.claims.open(buildClaim());
    for (const suspension of ['suspended', 'resumed'] as const) {
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
          (i % 2 === 0 ? test.store : other).claims.setSuspended('demo-1.r1', suspension),
        ),
      );
      expect(results.filter(Boolean)).to.have.length(1);
    }
  });

  it('are not started once they are closed, whoever comes first', async () => {
    await using test = await openTestStore();
    const { claims } = test.store;
    for (let issue = 1; issue <= 20; issue += 1) {
      await claims.open(buildClaim({ issue }));
      const id = `demo-${issue}.r1`;
      await Promise.all([claims.close(id), claims.markStarted(id), claims.setSuspended(id, 'suspended')]);
      expect(await claims.findOpen(id)).to.equal(null);
    }
    expect(await claims.countStarted()).to.deep.equal(new Map());
  });
});
