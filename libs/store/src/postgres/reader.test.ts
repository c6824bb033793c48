import { type AnyEvent, foldWorkflow } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import type { Store } from '../store.ts';
import { buildBeginning, openTestStore, rejection, toEntries } from '../testing/fixtures.ts';
import { formatCursor } from './cursor.ts';

const SAME_MOMENT = '2026-01-01T00:00:00.000Z';

async function record(store: Store, events: ReturnType<typeof buildBeginning>, firstMs?: number) {
  const term = (await store.lease.acquire('recorder', 60_000)) ?? 0;
  await store.writer.record({ term, entries: toEntries(events, firstMs), artifacts: [] });
}

describe('list of workflows', () => {
  it('is newest first, and every page goes on where the last one ended', async () => {
    await using test = await openTestStore();
    const { reader } = test.store;
    const later = '2026-02-01T00:00:00.000Z';
    for (const [index, at] of [SAME_MOMENT, SAME_MOMENT, SAME_MOMENT, later, later].entries()) {
      await record(test.store, buildBeginning(`demo-${index}.r1`, at), 1000 * (index + 1));
    }
    const ids: string[] = [];
    let after: string | null = null;
    for (const page of [2, 2, 1]) {
      const list = await reader.listWorkflows({ limit: 2, ...(after !== null && { after }) });
      expect(list.items).to.have.length(page);
      ids.push(...list.items.map((item) => item.id));
      // A newer one that comes in between moves nothing.
      await record(test.store, buildBeginning(`new-${ids.length}.r1`, '2026-03-01T00:00:00.000Z'), 50_000);
      after = list.next;
    }
    expect(after).to.equal(null);
    expect(ids).to.deep.equal(['demo-4.r1', 'demo-3.r1', 'demo-2.r1', 'demo-1.r1', 'demo-0.r1']);
  });

  it('says that there is no next page when the last one is full', async () => {
    await using test = await openTestStore();
    await record(test.store, [...buildBeginning('a.r1'), ...buildBeginning('b.r1')]);
    const list = await test.store.reader.listWorkflows({ limit: 2 });
    expect(list.items).to.have.length(2);
    expect(list.next).to.equal(null);
  });

  it('can be asked for one status, and counts them', async () => {
    await using test = await openTestStore();
    const { reader } = test.store;
    expect(await reader.countWorkflows()).to.deep.equal({});
    const end = buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'x' }, { workflowId: 'a.r1' });
    await record(test.store, [...buildBeginning('a.r1'), ...buildBeginning('b.r1'), end]);
    expect(await reader.countWorkflows()).to.deep.equal({ running: 1, cancelled: 1 });
    const list = await reader.listWorkflows({ status: 'cancelled', limit: 10 });
    expect(list.items.map((item) => item.id)).to.deep.equal(['a.r1']);
    expect((await reader.listWorkflows({ status: 'paused', limit: 10 })).items).to.deep.equal([]);
  });

  it('can be asked for one project', async () => {
    await using test = await openTestStore();
    await record(test.store, buildBeginning('a.r1'));
    const { reader } = test.store;
    expect((await reader.listWorkflows({ project: 'demo', limit: 10 })).items).to.have.length(1);
    expect((await reader.listWorkflows({ project: 'other\u0000', limit: 10 })).items).to.deep.equal([]);
  });

  it('has the workflows of issues, unless tasks on their own are asked for as well', async () => {
    await using test = await openTestStore();
    const [created, ...rest] = buildBeginning('task-1.r1', '2026-02-01T00:00:00.000Z');
    if (created?.type !== 'WORKFLOW.STATE.CREATED') throw new Error('it begins with its creation');
    const task = { ...created, data: { ...created.data, issue: 0, taskType: 'quality_gate' } };
    await record(test.store, [task, ...rest, ...buildBeginning('demo-1.r1')]);
    const idsOf = async (kind?: 'issue' | 'task' | 'any') => {
      const { items } = await test.store.reader.listWorkflows({ limit: 10, kind });
      return items.map(({ id, taskType }) => `${id} ${taskType}`);
    };
    expect(await idsOf()).to.deep.equal(['demo-1.r1 null']);
    expect(await idsOf('issue')).to.deep.equal(['demo-1.r1 null']);
    expect(await idsOf('task')).to.deep.equal(['task-1.r1 quality_gate']);
    expect(await idsOf('any')).to.deep.equal(['task-1.r1 quality_gate', 'demo-1.r1 null']);
    const { items } = await test.store.reader.listTasks({ limit: 10, workflowId: 'task-1.r1' });
    expect(items[0]).to.include({ issue: 0 });
  });

  it('refuses to go on after anything that no list gave', async () => {
    await using test = await openTestStore();
    for (const after of [
      '',
      'rubbish',
      '🐢',
      Buffer.from("2026-01-01' or 1=1 --").toString('base64url'),
      formatCursor({ createdAt: '2026-13-01T00:00:00.000Z', id: 'x' }),
      formatCursor({ createdAt: SAME_MOMENT, id: 'x\u0000' }),
      `${formatCursor({ createdAt: SAME_MOMENT, id: 'x' })}=`,
    ]) {
      const error = await rejection(test.store.reader.listWorkflows({ limit: 1, after }));
      expect(error, after).to.include({ code: 'CURSOR_INVALID', class: 'validation' });
    }
  });
});

describe('list of events', () => {
  it('is in log order, after an offset, of a workflow, of a type', async () => {
    await using test = await openTestStore();
    const { reader } = test.store;
    const [a, b] = [buildBeginning('a.r1'), buildBeginning('b.r1')];
    await record(test.store, b, 2000);
    await record(test.store, a, 999);
    const idsOf = async (filter: Parameters<typeof reader.listEvents>[0]) =>
      (await reader.listEvents(filter)).map(({ event }) => event.id);
    const all = [...a, ...b].map((event) => event.id);
    expect(await idsOf({ limit: 10 })).to.deep.equal(all);
    expect(await idsOf({ limit: 2 })).to.deep.equal(all.slice(0, 2));
    expect(await idsOf({ limit: 10, since: '0-0' })).to.deep.equal(all);
    expect(await idsOf({ limit: 10, since: '1000-0' })).to.deep.equal(all.slice(2));
    expect(await idsOf({ limit: 10, since: '1000-5' })).to.deep.equal(all.slice(2));
    expect(await idsOf({ limit: 10, since: '2002-0' })).to.deep.equal([]);
    expect(await idsOf({ limit: 10, workflowId: 'b.r1' })).to.deep.equal(all.slice(3));
    expect(await idsOf({ limit: 10, types: ['WORKFLOW.STARTED.SUCCESS'], since: '1500-0' })).to.deep.equal([
      'b.r1.started',
    ]);
    expect(await idsOf({ limit: 10, workflowId: "x' or '1'='1" })).to.deep.equal([]);
  });

  it('tells entries of one millisecond apart', async () => {
    await using test = await openTestStore();
    const events = buildBeginning('a.r1');
    const term = (await test.store.lease.acquire('recorder', 60_000)) ?? 0;
    const entries = events.map((event, index) => ({ offset: `7-${index + 9}`, event }));
    await test.store.writer.record({ term, entries, artifacts: [] });
    const listed = await test.store.reader.listEvents({ limit: 10, since: '7-9' });
    expect(listed.map(({ offset }) => offset)).to.deep.equal(['7-10', '7-11']);
  });

  it('refuses an offset that is not one', async () => {
    await using test = await openTestStore();
    const error = await rejection(test.store.reader.listEvents({ limit: 1, since: '1; drop' }));
    expect(error).to.include({ code: 'OFFSET_INVALID', class: 'validation' });
  });
});

describe('the events of one workflow', () => {
  it('can be read in pages, in the order of its chain, to build it anew', async () => {
    await using test = await openTestStore();
    const { reader } = test.store;
    await record(test.store, [...buildBeginning('a.r1'), ...buildBeginning('b.r1')]);
    await record(
      test.store,
      [buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'x' }, { workflowId: 'a.r1' })],
      9000,
    );
    const events: AnyEvent[] = [];
    let since: string | undefined;
    for (const size of [2, 2, 0]) {
      const page = await reader.listEvents({ workflowId: 'a.r1', since, limit: 2 });
      expect(page).to.have.length(size);
      events.push(...page.map(({ event }) => event));
      since = page.at(-1)?.offset ?? since;
    }
    expect(events).to.deep.equal((await reader.readChain('a.r1')).map(({ event }) => event));
    expect(foldWorkflow(events)).to.deep.equal(await reader.getWorkflow('a.r1'));
  });
});

describe('one workflow', () => {
  it('is null, and its chain empty, when nobody recorded it', async () => {
    await using test = await openTestStore();
    expect(await test.store.reader.getWorkflow('nobody')).to.equal(null);
    expect(await test.store.reader.readChain('nobody')).to.deep.equal([]);
    expect(await test.store.reader.getWorkflow('\u0000')).to.equal(null);
  });
});

describe('one workflow with its place', () => {
  it('comes with how far the record goes, whatever workflow the last event was of', async () => {
    await using test = await openTestStore();
    const { reader } = test.store;
    expect(await reader.readSnapshot('a.r1')).to.deep.equal({ state: null, offset: '0-0' });
    expect(await reader.recordedTo()).to.equal('0-0');
    await record(test.store, buildBeginning('a.r1'), 2000);
    await record(test.store, buildBeginning('b.r1'), 1000);
    const { state, offset } = await reader.readSnapshot('a.r1');
    expect(state).to.deep.equal(await reader.getWorkflow('a.r1'));
    expect([offset, await reader.recordedTo()]).to.deep.equal(['2002-0', '2002-0']);
    expect(await reader.readSnapshot('\u0000')).to.deep.equal({ state: null, offset });
  });
});

describe('list of tasks', () => {
  const STEPS = [
    { id: 'context', phase: 'INTAKE', capability: 'git' },
    { id: 'coding', phase: 'EXECUTE', capability: 'code' },
    { id: 'closing', phase: 'CLOSE', capability: 'git' },
  ] as const;

  function beginning(workflowId: string, at: string) {
    const [created, , dequeued] = buildBeginning(workflowId, at);
    const started = buildEvent('WORKFLOW.STARTED.SUCCESS', { steps: [...STEPS] }, { workflowId, at });
    return [created, started, dequeued].filter((event) => event !== undefined);
  }

  it('has the newest workflow first, its steps in running order, and every page goes on', async () => {
    await using test = await openTestStore();
    await record(test.store, beginning('a.r1', SAME_MOMENT), 1000);
    await record(test.store, beginning('b.r1', SAME_MOMENT), 2000);
    await record(test.store, beginning('c.r1', '2026-02-01T00:00:00.000Z'), 3000);
    const seen: string[] = [];
    let after: string | undefined;
    for (const size of [2, 2, 2, 2, 1]) {
      const page = await test.store.reader.listTasks({ limit: 2, after });
      expect(page.items).to.have.length(size);
      seen.push(...page.items.map(({ workflowId, step }) => `${workflowId} ${step.id}`));
      after = page.next ?? undefined;
    }
    expect(after).to.equal(undefined);
    const expected = ['c.r1', 'b.r1', 'a.r1'].flatMap((id) => STEPS.map((step) => `${id} ${step.id}`));
    expect(seen).to.deep.equal(expected);
  });

  it('can be asked for a status, a capability and a workflow', async () => {
    await using test = await openTestStore();
    const { reader } = test.store;
    const end = buildEvent('WORKFLOW.CANCELLED.SUCCESS', { why: 'x' }, { workflowId: 'b.r1' });
    await record(test.store, beginning('a.r1', SAME_MOMENT), 1000);
    await record(test.store, [...beginning('b.r1', SAME_MOMENT), end], 2000);
    const find = async (filter: Omit<Parameters<typeof reader.listTasks>[0], 'limit'>) =>
      (await reader.listTasks({ limit: 100, ...filter })).items.map(
        ({ workflowId, step }) => `${workflowId} ${step.id} ${step.status}`,
      );
    expect(await find({ status: 'running' })).to.deep.equal(['a.r1 context running']);
    expect(await find({ status: 'pending', capability: 'git' })).to.deep.equal(['a.r1 closing pending']);
    expect(await find({ workflowId: 'b.r1', capability: 'code' })).to.deep.equal(['b.r1 coding cancelled']);
    expect(await find({ workflowId: "x' or '1'='1" })).to.deep.equal([]);
    const [first] = (await reader.listTasks({ limit: 1, workflowId: 'a.r1' })).items;
    expect(first).to.deep.include({ project: 'demo', issue: 1 });
  });

  it('refuses to go on after anything that no list gave', async () => {
    await using test = await openTestStore();
    const error = await rejection(test.store.reader.listTasks({ limit: 1, after: 'rubbish' }));
    expect(error).to.include({ code: 'CURSOR_INVALID' });
    const foreign = formatCursor({ createdAt: SAME_MOMENT, id: 'without-a-place' });
    expect((await test.store.reader.listTasks({ limit: 1, after: foreign })).items).to.deep.equal([]);
  });
});
