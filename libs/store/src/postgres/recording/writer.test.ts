import { type AnyEvent, foldWorkflow } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { eventually, quickest } from '@tamma/testing';
import { expect } from 'chai';
import { Client } from 'pg';
import { type RecordableEntry, type Store, verifyChain } from '../../index.ts';
import {
  buildBeginning,
  openTestStore,
  rejection,
  type TestStore,
  toEntries,
} from '../../testing/fixtures.ts';
import { openStore } from '../index.ts';

const LEASE_MS = 60_000;
/** Measured 40 to 160 ms; a statement for each event would take seconds. */
const BATCH_LIMIT_MS = 1500;
const WORKFLOW = 'demo-1.r1';

async function takeTerm(store: Store): Promise<number> {
  const term = await store.lease.acquire('recorder', LEASE_MS);
  if (term === null) throw new Error('somebody else holds the lease');
  return term;
}

async function record(store: Store, entries: readonly RecordableEntry[], term?: number) {
  return store.writer.record({ term: term ?? (await takeTerm(store)), entries, artifacts: [] });
}

/** Every row of every table of ours but the lease, to see whether anything changed. */
async function dump({ client }: TestStore): Promise<string> {
  const { rows } = await client.query(
    "select tablename from pg_tables where schemaname = 'tamma' and tablename <> 'leader_lease' order by 1",
  );
  const tables = rows.map((row) => String(row.tablename));
  const contents = [];
  for (const table of tables) {
    const all = await client.query(`select to_jsonb(t) as row from tamma.${table} t order by t::text`);
    contents.push([table, all.rows]);
  }
  return JSON.stringify(contents);
}

/** Holds a table so that a recording stops in its middle, after the events and before the states. */
async function holdStates(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('begin; lock table tamma.workflow_states in exclusive mode');
  return client;
}

async function findBlocked({ client }: TestStore): Promise<number> {
  return eventually('a recording is stuck', async () => {
    const { rows } = await client.query(
      `select pid from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
       and query like '%workflow_states%'`,
    );
    return rows[0] === undefined ? undefined : Number(rows[0].pid);
  });
}

describe('recording', () => {
  it('stores events in log order, with their chain and the fold', async () => {
    await using test = await openTestStore();
    const events = buildBeginning(WORKFLOW);
    const entries = toEntries(events);
    expect(await record(test.store, entries)).to.deep.equal(entries);
    const { reader } = test.store;
    const recorded = await reader.listEvents({ limit: 100 });
    expect(recorded).to.deep.equal(entries);
    const chain = await reader.readChain(WORKFLOW);
    expect(chain.map((link) => [link.seq, link.event.id])).to.deep.equal(
      events.map((event, index) => [index + 1, event.id]),
    );
    expect(verifyChain(chain)).to.deep.equal({ ok: true });
    expect(await reader.getWorkflow(WORKFLOW)).to.deep.equal(foldWorkflow(events));
  });

  it('goes on where an earlier batch ended', async () => {
    await using test = await openTestStore();
    const events = buildBeginning(WORKFLOW);
    const term = await takeTerm(test.store);
    for (const [index, event] of events.entries()) {
      await record(test.store, [{ offset: `${1000 + index}-0`, event }], term);
    }
    const chain = await test.store.reader.readChain(WORKFLOW);
    expect(chain.map((link) => link.seq)).to.deep.equal([1, 2, 3]);
    expect(verifyChain(chain)).to.deep.equal({ ok: true });
    expect(await test.store.reader.getWorkflow(WORKFLOW)).to.deep.equal(foldWorkflow(events));
  });

  it('changes nothing when the same entries come again, in the same batch or later', async () => {
    await using test = await openTestStore();
    const entries: RecordableEntry[] = [
      ...toEntries(buildBeginning(WORKFLOW)),
      { offset: '5000-0', malformed: '{"half', reason: 'it ends too early' },
    ];
    const twice = [...entries, ...entries];
    const term = await takeTerm(test.store);
    expect(await record(test.store, twice, term)).to.have.length(entries.length);
    const before = await dump(test);
    expect(await record(test.store, twice, term)).to.deep.equal([]);
    expect(await record(test.store, entries.toReversed(), term)).to.deep.equal([]);
    expect(await dump(test)).to.equal(before);
  });

  it('records the same once when two batches are written at the same moment', async () => {
    await using test = await openTestStore();
    const term = await takeTerm(test.store);
    const entries = toEntries(buildBeginning(WORKFLOW));
    const results = await Promise.all(Array.from({ length: 6 }, () => record(test.store, entries, term)));
    expect(results.flat()).to.have.length(entries.length);
    expect(verifyChain(await test.store.reader.readChain(WORKFLOW))).to.deep.equal({ ok: true });
    const { rows } = await test.client.query('select count(*)::integer as n from tamma.events');
    expect(rows[0].n).to.equal(3);
  });

  it('shows tampering with the database', async () => {
    await using test = await openTestStore();
    await record(test.store, toEntries(buildBeginning(WORKFLOW)));
    await test.client.query(
      `update tamma.events set event = jsonb_set(event, '{actor,id}', '"mallory"') where seq = 2`,
    );
    expect(verifyChain(await test.store.reader.readChain(WORKFLOW))).to.deep.equal({ ok: false, seq: 2 });
    await test.client.query('delete from tamma.events where seq = 1');
    expect(verifyChain(await test.store.reader.readChain(WORKFLOW))).to.deep.equal({ ok: false, seq: 1 });
  });

  it('stores events that belong to no workflow, and those that come before its creation', async () => {
    await using test = await openTestStore();
    const { workflowId: _, ...lone } = buildEvent('ORCHESTRATOR.STOPPED.SUCCESS', { uptimeMs: 1 });
    const early = buildEvent('RISK.ASSESSED.SUCCESS', { risk: 'low' }, { workflowId: WORKFLOW });
    const events = buildBeginning(WORKFLOW);
    const term = await takeTerm(test.store);
    await record(test.store, toEntries([lone, early]), term);
    expect(await test.store.reader.getWorkflow(WORKFLOW)).to.equal(null);
    await record(test.store, toEntries(events, 2000), term);
    expect(await test.store.reader.listEvents({ limit: 10 })).to.have.length(5);
    const chain = await test.store.reader.readChain(WORKFLOW);
    expect(chain.map((link) => link.event.id)).to.deep.equal([early.id, ...events.map((event) => event.id)]);
    expect(verifyChain(chain)).to.deep.equal({ ok: true });
    expect(await test.store.reader.getWorkflow(WORKFLOW)).to.deep.equal(foldWorkflow([early, ...events]));
  });

  it('keeps tasks, and what changed of status, waiting and current step', async () => {
    await using test = await openTestStore();
    const person = { kind: 'human', id: 'ada' } as const;
    const cancelled = buildEvent(
      'WORKFLOW.CANCELLED.SUCCESS',
      { why: 'not wanted' },
      { id: 'end', workflowId: WORKFLOW, actor: person },
    );
    const noise = buildEvent('RISK.ASSESSED.SUCCESS', { risk: 'low' }, { workflowId: WORKFLOW });
    const term = await takeTerm(test.store);
    await record(test.store, toEntries([...buildBeginning(WORKFLOW), noise]), term);
    const tasks = () =>
      test.client.query('select task_id, workflow_id, step_id, status, attempts from tamma.tasks');
    const task = { task_id: `${WORKFLOW}.context`, workflow_id: WORKFLOW, step_id: 'context', attempts: '1' };
    expect((await tasks()).rows).to.deep.equal([{ ...task, status: 'running' }]);
    await record(test.store, toEntries([noise, cancelled], 5000), term);
    expect((await tasks()).rows).to.deep.equal([{ ...task, status: 'cancelled' }]);
    const { rows } = await test.client.query(
      'select event_id, changed_by, changes from tamma.workflow_state_history order by changed_at, event_id',
    );
    expect(
      rows.map((row) => [row.event_id, row.changed_by, Object.keys(row.changes).toSorted()]),
    ).to.deep.equal([
      [`${WORKFLOW}.context.1.0`, 'system:test', ['currentStep', 'waitingFor']],
      [`${WORKFLOW}.created`, 'system:test', ['status', 'waitingFor']],
      [`${WORKFLOW}.started`, 'system:test', ['status', 'waitingFor']],
      ['end', 'human:ada', ['status']],
    ]);
    expect(rows.at(-1).changes).to.deep.equal({ status: { from: 'running', to: 'cancelled' } });
  });

  it('stores artifacts, and replaces them', async () => {
    await using test = await openTestStore();
    const term = await takeTerm(test.store);
    const artifact = (text: string) => ({ workflowId: WORKFLOW, name: 'PLAN.md', sha256: 'abc', text });
    const write = (...texts: string[]) =>
      test.store.writer.record({ term, entries: [], artifacts: texts.map(artifact) });
    await write('first', 'second \u0000 🐢');
    const read = () => test.store.reader.readArtifact(WORKFLOW, 'PLAN.md');
    expect(await read()).to.equal('second \uFFFD 🐢');
    const large = 'ż'.repeat(256 * 1024);
    await write(large);
    expect(await read()).to.equal(large);
    expect(await test.store.reader.readArtifact(WORKFLOW, 'TODO.md')).to.equal(null);
  });
});

describe('recording under a term', () => {
  it('stores nothing when the term is lost', async () => {
    await using test = await openTestStore();
    const entries = toEntries(buildBeginning(WORKFLOW));
    const artifacts = [{ workflowId: WORKFLOW, name: 'PLAN.md', sha256: 'x', text: 'x' }];
    const before = await dump(test);
    const old = await takeTerm(test.store);
    const current = await takeTerm(test.store);
    for (const term of [old, current + 1, 0]) {
      const error = await rejection(test.store.writer.record({ term, entries, artifacts }));
      expect(error).to.include({ code: 'TERM_LOST', class: 'conflict' });
    }
    await test.store.lease.release('recorder', current);
    expect((await rejection(record(test.store, entries, current))).code).to.equal('TERM_LOST');
    expect(await dump(test)).to.equal(before);
  });

  it('makes a successor wait for the batch in hand, and refuses the next', async () => {
    await using test = await openTestStore();
    const successor = await openStore({ url: test.url, poolMax: 1 });
    // It has run out by the time it is used: only the lock on its row keeps the successor out.
    const term = (await test.store.lease.acquire('old', 1)) ?? 0;
    const states = await holdStates(test.url);
    const recording = record(test.store, toEntries(buildBeginning(WORKFLOW)), term);
    await findBlocked(test);
    const takeover = successor.lease.acquire('new', LEASE_MS);
    await eventually('the successor waits', async () => {
      const { rows } = await test.client.query(
        "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock' and query like '%insert into tamma.leader_lease%'",
      );
      return rows.length === 1;
    });
    await states.query('commit');
    await states.end();
    expect(await recording).to.have.length(3);
    expect(await takeover).to.equal(term + 1);
    expect((await rejection(record(test.store, [], term))).code).to.equal('TERM_LOST');
    await successor.close();
  });

  it('leaves nothing half-written when its connection is killed, and can be done again', async () => {
    await using test = await openTestStore();
    const term = await takeTerm(test.store);
    const entries = toEntries(buildBeginning(WORKFLOW));
    const before = await dump(test);
    const states = await holdStates(test.url);
    const failing = rejection(record(test.store, entries, term));
    const pid = await findBlocked(test);
    await test.client.query('select pg_terminate_backend($1)', [pid]);
    expect(await failing).to.include({ code: 'DATABASE_UNREACHABLE', class: 'network' });
    await states.query('rollback');
    await states.end();
    expect(await dump(test)).to.equal(before);
    expect(await record(test.store, entries, term)).to.have.length(3);
    expect(verifyChain(await test.store.reader.readChain(WORKFLOW))).to.deep.equal({ ok: true });
  });
});

describe('recording what is hostile', () => {
  it('stores NUL, half surrogates, emoji and large texts so that the chain still fits', async () => {
    await using test = await openTestStore();
    const text = `\u0000 \uD83D \uDE00 🐢 \\u0000 ${'ż'.repeat(60_000)}`;
    const event = buildEvent(
      'TASK.COMPLETED.SUCCESS',
      { result: { [text.slice(0, 5)]: [text, 1e308, 5e-324, -0, 1e21] }, durationMs: 1e300 },
      {
        id: 'id\u0000\uD800',
        workflowId: WORKFLOW,
        taskId: 'task\u0000',
        tags: { '\u0000': '\u0000' },
        attempt: Number.MAX_SAFE_INTEGER,
        at: '0000-01-01T00:00:00Z',
      },
    );
    const [recorded] = await record(test.store, toEntries([event]));
    const chain = await test.store.reader.readChain(WORKFLOW);
    expect(verifyChain(chain)).to.deep.equal({ ok: true });
    expect(chain[0]?.event).to.deep.equal(recorded && 'event' in recorded ? recorded.event : null);
    expect(chain[0]?.event.id).to.equal('id\uFFFD\uFFFD');
    expect(JSON.stringify(chain[0]?.event)).to.contain('\uFFFD \uFFFD \uFFFD 🐢 \\\\u0000');
    expect(await record(test.store, toEntries([event])), 'the same once more').to.deep.equal([]);
  });

  it('sets aside what cannot be an event, with the reason, and stores what follows', async () => {
    await using test = await openTestStore();
    const deep: unknown = JSON.parse('['.repeat(5000) + ']'.repeat(5000));
    const tooLong = buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x' }, { id: 'i'.repeat(60_000) });
    const tooDeep = buildEvent('TASK.COMPLETED.SUCCESS', { result: deep, durationMs: 1 });
    const entries: RecordableEntry[] = [
      { offset: '1-0', malformed: 'rub\u0000bish', reason: 'no JSON' },
      { offset: '1-1', event: tooLong },
      { offset: '1-2', event: tooDeep },
      ...toEntries(buildBeginning(WORKFLOW)),
    ];
    const recorded = await record(test.store, entries);
    expect(recorded.map((entry) => ['malformed' in entry, entry.offset])).to.deep.equal([
      [true, '1-0'],
      [true, '1-1'],
      [true, '1-2'],
      [false, '1000-0'],
      [false, '1001-0'],
      [false, '1002-0'],
    ]);
    const { rows } = await test.client.query(
      'select log_offset, reason, raw from tamma.rejected_entries order by log_offset',
    );
    expect(rows.map((row) => row.reason)).to.deep.equal([
      'no JSON',
      'one of its ids is longer than 512 characters',
      'a value is nested deeper than 64 levels',
    ]);
    expect(rows[0].raw).to.equal('rub\uFFFDbish');
    expect(await test.store.reader.getWorkflow(WORKFLOW)).to.have.property('status', 'running');
  });

  it('stores an event the fold cannot take, says so, and leaves the state as it was', async () => {
    await using test = await openTestStore();
    const started = buildEvent(
      'WORKFLOW.STARTED.SUCCESS',
      { steps: [] },
      { id: 'bad', workflowId: WORKFLOW },
    );
    const bad = Object.assign<AnyEvent, object>(started, { data: { steps: 7 } });
    const events = buildBeginning(WORKFLOW);
    await record(test.store, toEntries([...events, bad]));
    const { reader } = test.store;
    const chain = await reader.readChain(WORKFLOW);
    expect(chain.at(-1)?.event.id).to.equal('bad');
    expect(verifyChain(chain)).to.deep.equal({ ok: true });
    expect(await reader.getWorkflow(WORKFLOW)).to.deep.equal(foldWorkflow(events));
    const { rows } = await test.client.query('select log_offset, reason from tamma.rejected_entries');
    expect(rows).to.have.length(1);
    expect(rows[0].log_offset).to.equal('1003-0');
    expect(rows[0].reason).to.contain('stored, but it cannot be applied');
  });

  it('is not blocked by an entry that PostgreSQL refuses for a reason nobody foresaw', async () => {
    await using test = await openTestStore('own');
    await test.client.query("alter table tamma.events add check (id <> 'unforeseen')");
    const events = buildBeginning(WORKFLOW);
    const bad = buildEvent(
      'RISK.ASSESSED.SUCCESS',
      { risk: 'high' },
      { id: 'unforeseen', workflowId: WORKFLOW },
    );
    const artifact = { workflowId: WORKFLOW, name: 'PLAN.md', sha256: 'x', text: 'the plan' };
    const [first, ...rest] = events;
    const entries = toEntries(first === undefined ? [bad] : [first, bad, ...rest]);
    const term = await takeTerm(test.store);
    const recorded = await test.store.writer.record({ term, entries, artifacts: [artifact] });
    expect(recorded.map((entry) => 'malformed' in entry)).to.deep.equal([false, true, false, false]);
    expect(verifyChain(await test.store.reader.readChain(WORKFLOW))).to.deep.equal({ ok: true });
    expect(await test.store.reader.getWorkflow(WORKFLOW)).to.deep.equal(foldWorkflow(events));
    expect(await test.store.reader.readArtifact(WORKFLOW, 'PLAN.md')).to.equal('the plan');
    const { rows } = await test.client.query('select raw, reason from tamma.rejected_entries');
    expect(rows[0].reason).to.contain('PostgreSQL refused it');
    expect(rows[0].raw).to.contain('unforeseen');
  });

  it('refuses a place that is not one', async () => {
    await using test = await openTestStore();
    const error = await rejection(record(test.store, [{ offset: 'x', malformed: '', reason: '' }]));
    expect(error).to.include({ code: 'OFFSET_INVALID', class: 'validation' });
  });
});

describe('recording many', () => {
  it('writes batches of hundreds and thousands with a handful of statements', async () => {
    await using test = await openTestStore();
    const term = await takeTerm(test.store);
    const events = Array.from({ length: 5000 }, (_, index) =>
      buildEvent(
        'TASK.PROGRESS.UPDATED',
        { percent: index % 100, message: 'm'.repeat(200) },
        { workflowId: `demo-${index % 50}.r1`, taskId: `demo-${index % 50}.r1.t${index % 7}` },
      ),
    );
    const created = Array.from({ length: 50 }, (_, index) => buildBeginning(`demo-${index}.r1`)).flat();
    await record(test.store, toEntries(created), term);
    const entries = toEntries(events, 5000);
    let written = 0;
    const writeBatch = async () => {
      const batch = entries.slice(written, written + 500);
      const beganMs = performance.now();
      expect(await record(test.store, batch, term)).to.have.length(500);
      written += 500;
      return performance.now() - beganMs;
    };
    expect(await quickest(BATCH_LIMIT_MS, writeBatch)).to.be.lessThan(BATCH_LIMIT_MS);
    expect(await record(test.store, entries, term)).to.have.length(entries.length - written);
    for (const id of ['demo-0.r1', 'demo-49.r1']) {
      const chain = await test.store.reader.readChain(id);
      expect(chain).to.have.length(103);
      expect(verifyChain(chain)).to.deep.equal({ ok: true });
    }
  });
});
