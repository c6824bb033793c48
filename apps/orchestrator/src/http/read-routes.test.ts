import {
  EVENT_FIELD,
  eventListSchema,
  problemSchema,
  projectListSchema,
  workflowListSchema,
  workflowStateSchema,
} from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { cancel, type Desk, intakeOf, issueNumber, recordAll } from '../testing/desk.ts';
import { type Answer, offsetsOf, openSite, type Site } from '../testing/site.ts';

async function workOn(desk: Desk, numbers: readonly number[]): Promise<void> {
  for (const number of numbers) desk.platform.addIssue(issueNumber(number));
  await intakeOf(desk).runOnce();
  await recordAll(desk);
}

function problemOf({ status, headers, text }: Answer) {
  expect(headers['content-type']).to.equal('application/problem+json; charset=utf-8');
  const problem = problemSchema.parse(JSON.parse(text));
  expect(problem.status).to.equal(status);
  return problem;
}

async function pathsRefused(site: Site, path: string): Promise<string[]> {
  const answer = await site.ask(path);
  expect(answer.status, path).to.equal(400);
  return (problemOf(answer).errors ?? []).map((one) => one.path);
}

async function readPage(site: Site, query: string) {
  const answer = await site.ask(`/api/v1/events?${query}`);
  expect(answer.status, answer.text).to.equal(200);
  return eventListSchema.parse(JSON.parse(answer.text));
}

async function appendNumbered(desk: Desk, from: number, to: number): Promise<string[]> {
  const ids: string[] = [];
  for (let number = from; number <= to; number += 1) {
    const id = `event-number-${number}`;
    await desk.eventLog.append([buildEvent('TASK.INTERRUPTED.SUCCESS', { why: 'x' }, { id })]);
    ids.push(id);
  }
  return ids;
}

describe('GET /api/v1/workflows', () => {
  it('lists the newest first, page by page, each once', async () => {
    await using site = await openSite();
    await workOn(site.desk, [1, 2, 3, 4, 5]);
    const seen: string[] = [];
    const created: string[] = [];
    let after = '';
    for (let page = 0; page < 3; page += 1) {
      const answer = await site.ask(`/api/v1/workflows?limit=2${after}`);
      const list = workflowListSchema.parse(JSON.parse(answer.text));
      seen.push(...list.items.map(({ id }) => id));
      created.push(...list.items.map(({ createdAt }) => createdAt));
      after = `&after=${encodeURIComponent(list.next ?? '')}`;
      expect(list.next === null).to.equal(page === 2);
    }
    expect(created).to.deep.equal(created.toSorted().toReversed());
    expect(seen.toSorted()).to.deep.equal([1, 2, 3, 4, 5].map((number) => `demo-${number}.r1`));
  });

  it('filters by status', async () => {
    await using site = await openSite();
    await workOn(site.desk, [1, 2]);
    await cancel(site.desk, 'demo-1.r1');
    await recordAll(site.desk);
    const idsWith = async (status: string) => {
      const { text } = await site.ask(`/api/v1/workflows?status=${status}`);
      return workflowListSchema.parse(JSON.parse(text)).items.map(({ id }) => id);
    };
    expect(await idsWith('running')).to.deep.equal(['demo-2.r1']);
    expect(await idsWith('cancelled')).to.deep.equal(['demo-1.r1']);
    expect(await idsWith('completed')).to.deep.equal([]);
  });

  it('refuses rubbish, and names every parameter that is wrong', async () => {
    await using site = await openSite();
    const path = '/api/v1/workflows';
    expect(await pathsRefused(site, `${path}?limit=0`)).to.deep.equal(['limit']);
    expect(await pathsRefused(site, `${path}?limit=1001`)).to.deep.equal(['limit']);
    expect(await pathsRefused(site, `${path}?limit=1.5`)).to.deep.equal(['limit']);
    expect(await pathsRefused(site, `${path}?limit=1&limit=2`)).to.deep.equal(['limit']);
    expect(await pathsRefused(site, `${path}?limit=ten&status=done`)).to.deep.equal(['limit', 'status']);
    expect(await pathsRefused(site, `${path}?page=2&size=3`)).to.deep.equal(['page', 'size']);
    expect(await pathsRefused(site, `${path}?after=rubbish`)).to.deep.equal(['after']);
    expect(await pathsRefused(site, `${path}?after=`)).to.deep.equal(['after']);
  });
});

describe('GET /api/v1/workflows/:id', () => {
  it('answers the state, and a problem for one that is not there', async () => {
    await using site = await openSite();
    await workOn(site.desk, [1]);
    const found = await site.ask('/api/v1/workflows/demo-1.r1');
    expect(workflowStateSchema.parse(JSON.parse(found.text))).to.include({
      id: 'demo-1.r1',
      status: 'running',
    });
    for (const id of ['demo-9.r1', '%00', '..%2f..%2fetc', "'%20or%201=1--"]) {
      const missing = await site.ask(`/api/v1/workflows/${id}`);
      expect(missing.status, id).to.equal(404);
      expect(problemOf(missing).detail).to.equal(`there is no workflow "${decodeURIComponent(id)}"`);
    }
  });
});

describe('GET /api/v1/events', () => {
  it('answers what came after an offset from the log, before it is on record', async () => {
    await using site = await openSite();
    const ids = await appendNumbered(site.desk, 1, 5);
    const [first = ''] = await offsetsOf(site.desk);
    const page = await readPage(site, `since=${first}`);
    expect(page.items.map(({ event }) => event.id)).to.deep.equal(ids.slice(1));
    expect(page.next).to.equal((await offsetsOf(site.desk)).at(-1));
    expect((await readPage(site, `since=${page.next}`)).items).to.have.length(0);
  });

  it('answers what has left the log from the record, and goes on in the log, in order and without a gap', async () => {
    await using site = await openSite();
    const { desk } = site;
    const ids = await appendNumbered(desk, 1, 6);
    await recordAll(desk);
    const offsets = await offsetsOf(desk);
    const consumer = await desk.eventLog.consumer('recorder');
    await consumer.trimTo(offsets[3] ?? '');
    ids.push(...(await appendNumbered(desk, 7, 9)));
    expect(await offsetsOf(desk), 'the log has lost its beginning').to.have.length(5);

    for (const since of ['0-0', '0-1']) {
      const whole = await readPage(site, `since=${since}`);
      expect(whole.items.map(({ event }) => event.id)).to.deep.equal(ids);
    }
    const seen: string[] = [];
    let since: string | null = offsets[0] ?? '';
    while (since !== null) {
      const page = await readPage(site, `since=${since}&limit=2`);
      expect(page.items.length).to.be.at.most(2);
      seen.push(...page.items.map(({ event }) => event.id));
      since = page.next;
    }
    expect(seen).to.deep.equal(ids.slice(1));
  });

  it('gets past an entry that does not parse, even one at a time', async () => {
    await using site = await openSite();
    const { desk } = site;
    const ids = await appendNumbered(desk, 1, 1);
    for (let count = 0; count < 3; count += 1) {
      await desk.redis.xadd(desk.keys.events, '*', EVENT_FIELD, 'rubbish');
    }
    ids.push(...(await appendNumbered(desk, 2, 2)));
    const seen: string[] = [];
    let since: string | null = '0-0';
    for (let page = 0; page < 10 && since !== null; page += 1) {
      const { items, next } = await readPage(site, `since=${since}&limit=1`);
      seen.push(...items.map(({ event }) => event.id));
      since = next;
    }
    expect(seen).to.deep.equal(ids);
  });

  it('filters by workflow and by type', async () => {
    await using site = await openSite();
    await workOn(site.desk, [1, 2]);
    const ofWorkflow = await readPage(site, 'workflowId=demo-2.r1');
    expect(ofWorkflow.items.map(({ event }) => event.type)).to.deep.equal([
      'WORKFLOW.STATE.CREATED',
      'WORKFLOW.STARTED.SUCCESS',
      ...Array(3).fill('TASK.ENQUEUED.SUCCESS'),
    ]);
    const ofType = await readPage(site, 'type=WORKFLOW.STARTED.SUCCESS');
    expect(ofType.items.map(({ event }) => event.workflowId)).to.have.members(['demo-1.r1', 'demo-2.r1']);
    const both = await readPage(site, 'type=WORKFLOW.STARTED.SUCCESS&workflowId=demo-1.r1&limit=1');
    expect(both.items).to.have.length(1);
    const after = await readPage(site, `workflowId=demo-1.r1&since=${both.next}`);
    expect(after.items.map(({ event }) => event.type)).to.deep.equal(Array(3).fill('TASK.ENQUEUED.SUCCESS'));
    expect((await readPage(site, 'workflowId=nobody')).next).to.equal(null);
  });

  it('refuses rubbish, and names every parameter that is wrong', async () => {
    await using site = await openSite();
    const path = '/api/v1/events';
    for (const since of ['1', '-1-0', '1-0-0', 'abc', '1e3-0', '1-9999999999999999', '%00']) {
      expect(await pathsRefused(site, `${path}?since=${since}`)).to.deep.equal(['since']);
    }
    expect(await pathsRefused(site, `${path}?since=x&limit=0&workflow=1`)).to.deep.equal([
      'limit',
      'since',
      'workflow',
    ]);
    expect(await pathsRefused(site, `${path}?type=${'x'.repeat(501)}`)).to.deep.equal(['type']);
  });
});

describe('GET /api/v1/projects', () => {
  it('shows what intake saw, with every reason', async () => {
    await using site = await openSite();
    const intake = intakeOf(site.desk);
    await using shown = await openSite({ projectViews: intake.views });
    site.desk.platform.addIssue(issueNumber(1, { labels: [] }));
    site.desk.platform.addUnreadable({ source: '2.md', reason: 'no title', remedy: 'Add one.' });
    await intake.runOnce();
    const { items, next } = projectListSchema.parse(JSON.parse((await shown.ask('/api/v1/projects')).text));
    expect(next).to.equal(null);
    expect(items).to.deep.equal(intake.views());
    expect(items[0]?.intake.issues[0]?.reasons).to.deep.equal(['it lacks the required label "tamma"']);
    expect(items[0]?.intake.unreadable).to.have.length(1);
  });
});

describe('the API while a server behind it is in trouble', () => {
  it('answers 503 without a detail of that server when it is away', async () => {
    const listWorkflows = async () => {
      throw new TammaError('DATABASE_UNREACHABLE', 'PostgreSQL at db.internal:5432 does not answer', {
        class: 'network',
      });
    };
    await using plain = await openSite();
    const reader = { ...plain.desk.store.reader, listWorkflows };
    await using site = await openSite({ reader });
    const answer = await site.ask('/api/v1/workflows');
    expect(answer.status).to.equal(503);
    expect(problemOf(answer)).to.deep.equal({
      type: 'about:blank',
      title: 'Unavailable',
      status: 503,
      detail: 'a server behind this one does not answer; try again',
    });
    expect(site.lines.join('')).to.contain('db.internal');
  });

  it('answers 500 without stack or message when it is our bug, and logs it', async () => {
    const readSnapshot = async () => {
      throw new Error('cannot read postgres://tamma:hunter22@db/x');
    };
    await using plain = await openSite();
    await using site = await openSite({ reader: { ...plain.desk.store.reader, readSnapshot } });
    const answer = await site.ask('/api/v1/workflows/x');
    expect(answer.status).to.equal(500);
    expect(answer.text).to.equal('{"type":"about:blank","status":500,"title":"Internal error"}');
    const logged = site.lines.filter((line) => line.includes('request failed')).join('');
    expect(logged).to.contain('cannot read').and.not.to.contain('hunter22');
  });
});
