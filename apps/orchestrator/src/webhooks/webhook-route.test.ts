import { connect } from 'node:net';
import { problemSchema } from '@tamma/contracts';
import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { openDesk } from '../testing/desk.ts';
import type { Answer } from '../testing/site.ts';
import { TOKENS } from '../testing/tokens.ts';
import { DELIVERY_BYTES_MAX } from './read-delivery.ts';
import {
  delivering,
  digestOf,
  issueOpened,
  openHook,
  REPOSITORY,
  SECRET,
  signatureOf,
} from './testing/deliveries.ts';
import { WEBHOOK_PATH } from './webhook-route.ts';

const BATCHES = 5;
const BATCH = 20;

function refusalOf({ status, headers, text }: Answer) {
  expect(headers['content-type']).to.equal('application/problem+json; charset=utf-8');
  return { status, detail: problemSchema.parse(JSON.parse(text)).detail };
}

function answerOf({ status, text }: Answer) {
  const { result }: { result: string } = JSON.parse(text);
  return [status, result];
}

/** Says that 5 MB are to come, sends a few of them, and waits for what is said to that. */
async function beginDelivery(port: number): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  const { headers = {} } = delivering({ id: 'slow', event: 'issues', payload: {} });
  const lines = Object.entries({ ...headers, 'content-length': DELIVERY_BYTES_MAX });
  const head = lines.map(([name, value]) => `${name}: ${value}`).join('\r\n');
  socket.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\n${head}\r\n\r\n{"action":`);
  let answer = '';
  for await (const chunk of socket) {
    answer += String(chunk);
    if (answer.includes('\r\n\r\n')) break;
  }
  return answer;
}

describe('a webhook delivery', () => {
  it('is stored before it is answered, and wakes whoever acts on it', async () => {
    await using hook = await openHook();
    const answer = await hook.send({ id: 'd-1', event: 'issues', payload: issueOpened(7) });
    expect(answerOf(answer)).to.deep.equal([202, 'kept']);
    expect(answer.text).to.not.contain('Strange words');
    const [kept] = await hook.kept();
    expect(kept).to.deep.include({
      id: digestOf(JSON.stringify(issueOpened(7))),
      project: 'till',
      event: 'issues',
      action: 'opened',
      number: 7,
    });
    expect(hook.rings()).to.equal(1);
    expect(await hook.site.metrics.render()).to.match(/webhook_deliveries_total\{result="kept".*\} 1/);
  });

  it('is refused when it is sent again, and does nothing', async () => {
    await using hook = await openHook();
    const once = { id: 'd-1', event: 'issues', payload: issueOpened(7) };
    const answers = await Promise.all(Array.from({ length: 20 }, () => hook.send(once)));
    const statuses = answers.map(({ status }) => status).toSorted();
    expect(statuses).to.deep.equal([202, ...Array.from({ length: 19 }, () => 409)]);
    expect(refusalOf(await hook.send(once)).detail).to.equal('delivery d-1 was received before');
    expect([hook.rings(), (await hook.kept()).length]).to.deep.equal([1, 1]);
  });

  it('is refused when it is sent again under another id or as another event, which nobody signed', async () => {
    await using hook = await openHook();
    const payload = { ...issueOpened(7), pull_request: { number: 7 } };
    expect((await hook.send({ id: 'd-1', event: 'issues', payload })).status).to.equal(202);
    for (const event of ['issues', 'pull_request', 'label']) {
      expect((await hook.send({ id: `new-${event}`, event, payload })).status, event).to.equal(409);
    }
    expect([hook.rings(), (await hook.kept()).length]).to.deep.equal([1, 1]);
  });

  it('fills no more than its room with bodies of strangers, and waits for none of them for long', async () => {
    await using desk = await openDesk();
    // Long enough for the last of them to come while the first is still waited for.
    const webhooks = { secret: SECRET, inbox: desk.store.inbox, onKept: () => {}, bodyWithinMs: 2000 };
    await using hook = await openHook({ desk, webhooks });
    const slow = Array.from({ length: 14 }, () => beginDelivery(hook.site.port));
    const send = () => hook.send({ id: 'd-1', event: 'issues', payload: issueOpened(7) });
    const answers = await Promise.all(slow);
    const statuses = answers.map((text) => text.slice('HTTP/1.1 '.length, 12)).toSorted();
    expect(statuses).to.deep.equal([...Array.from({ length: 12 }, () => '408'), '429', '429']);
    expect((await send()).status).to.equal(202);
  });

  it('is let in by its signature alone: without a token, by whatever name the server is called', async () => {
    for (const tokens of [[], TOKENS]) {
      await using hook = await openHook({ tokens });
      const question = delivering({ id: 'd-1', event: 'issues', payload: issueOpened(7) });
      const headers = { ...question.headers, host: 'hooks.example.org', origin: 'https://github.com' };
      expect((await hook.site.ask(WEBHOOK_PATH, { ...question, headers })).status).to.equal(202);
      const other = await hook.site.ask('/api/v1/workflows', { headers: { host: 'hooks.example.org' } });
      expect(other.status).to.be.oneOf([401, 403]);
    }
  });

  it('is refused without a right signature over the very bytes, before anything is read of it', async () => {
    await using hook = await openHook();
    const { body = '', headers } = delivering({ id: 'd-1', event: 'issues', payload: issueOpened(7) });
    const right = signatureOf(body);
    const wrong: Readonly<Record<string, string>> = {
      none: '',
      'of another secret': signatureOf(body, 'guess'),
      'of another body': signatureOf(`${body} `),
      'too short': right.slice(0, -1),
      'too long': `${right}0`,
      'in upper case': right.toUpperCase(),
      'of the old kind': `sha1=${'0'.repeat(40)}`,
      'without its name': right.slice('sha256='.length),
      'of nothing': signatureOf(''),
    };
    for (const [what, signature] of Object.entries(wrong)) {
      const question = { method: 'POST', headers: { ...headers, 'x-hub-signature-256': signature }, body };
      const { status, detail } = refusalOf(await hook.site.ask(WEBHOOK_PATH, question));
      expect(status, what).to.equal(401);
      expect(detail, what).to.not.contain(SECRET);
    }
    const empty = {
      method: 'POST',
      headers: { ...headers, 'x-hub-signature-256': signatureOf('') },
      body: '',
    };
    expect((await hook.site.ask(WEBHOOK_PATH, empty)).status).to.equal(401);
    expect([hook.rings(), (await hook.kept()).length]).to.deep.equal([0, 0]);
    expect(await hook.site.metrics.render()).to.match(/result="unsigned".*\} 10/);
  });

  it('may come as a form, and as nothing else', async () => {
    await using hook = await openHook();
    const json = JSON.stringify(issueOpened(7));
    const body = new URLSearchParams({ payload: json }).toString();
    const { headers } = delivering({ id: 'd-1', event: 'issues', payload: body });
    const type = 'application/x-www-form-urlencoded';
    const asForm = { method: 'POST', headers: { ...headers, 'content-type': type }, body };
    expect(answerOf(await hook.site.ask(WEBHOOK_PATH, asForm))).to.deep.equal([202, 'kept']);
    for (const other of ['text/plain', 'multipart/form-data', '']) {
      const question = delivering({ id: 'd-2', event: 'issues', payload: json });
      const answer = await hook.site.ask(WEBHOOK_PATH, {
        ...question,
        headers: { ...question.headers, 'content-type': other },
      });
      expect(refusalOf(answer).status, other).to.equal(415);
    }
    const packed = delivering({ id: 'd-3', event: 'issues', payload: json });
    const headersOfPacked = { ...packed.headers, 'content-encoding': 'gzip' };
    expect((await hook.site.ask(WEBHOOK_PATH, { ...packed, headers: headersOfPacked })).status).to.equal(415);
  });

  it('must be JSON, have an id and name an event', async () => {
    await using hook = await openHook();
    for (const payload of ['{', 'payload={}', `${'['.repeat(100_000)}`]) {
      expect(refusalOf(await hook.send({ id: 'd-1', event: 'issues', payload })).status).to.equal(400);
    }
    for (const id of ['', 'x'.repeat(101), 'a b', '../x', "'; drop table"]) {
      const answer = await hook.send({ id, event: 'issues', payload: issueOpened(7) });
      expect(refusalOf(answer), id).to.deep.equal({
        status: 400,
        detail: 'X-GitHub-Delivery must name the delivery, in 100 characters at most',
      });
    }
    for (const event of ['', 'Issues', 'x'.repeat(61), 'issues;']) {
      expect((await hook.send({ id: 'd-1', event, payload: issueOpened(7) })).status, event).to.equal(400);
    }
    expect(await hook.kept()).to.deep.equal([]);
  });

  it('may have 5 MB, and is told what happens to what it says when it has more', async () => {
    await using hook = await openHook();
    const fitting = { ...issueOpened(7), filler: 'x'.repeat(DELIVERY_BYTES_MAX - 1000) };
    expect((await hook.send({ id: 'd-1', event: 'issues', payload: fitting })).status).to.equal(202);
    const huge = { ...issueOpened(8), filler: 'x'.repeat(DELIVERY_BYTES_MAX) };
    expect(refusalOf(await hook.send({ id: 'd-2', event: 'issues', payload: huge }))).to.deep.equal({
      status: 413,
      detail: 'a delivery may have 5 MB at most; what it tells of is found by polling',
    });
    expect((await hook.kept()).map(({ number }) => number)).to.deep.equal([7]);
  });

  it('is ignored when it concerns nobody here', async () => {
    await using hook = await openHook();
    const of = (overrides: object) => ({ ...issueOpened(7), ...overrides });
    const comment = { user: { login: 'Tamma-Bot', type: 'User' } };
    const bot = { user: { login: 'dependabot[bot]', type: 'Bot' } };
    const cases: readonly (readonly [event: string, payload: unknown])[] = [
      ['ping', { zen: 'Keep it logically awesome.', repository: REPOSITORY }],
      ['star', of({})],
      ['constructor', of({})],
      ['issues', of({ repository: { id: 1, full_name: 'acme/other' } })],
      ['issues', of({ repository: undefined })],
      ['issues', of({ repository: 'acme/till' })],
      ['issues', []],
      ['issues', 'null'],
      ['issues', '"acme/till"'],
      ['push', { ref: 'refs/heads/tamma/7', repository: REPOSITORY }],
      ['push', { ref: 'refs/tags/main', repository: REPOSITORY }],
      ['issue_comment', of({ comment })],
      ['issue_comment', of({ comment: bot })],
    ];
    for (const [index, [event, payload]] of cases.entries()) {
      const answer = await hook.send({ id: `d-${index}`, event, payload });
      expect(answerOf(answer), `${event} ${JSON.stringify(payload)}`).to.deep.equal([202, 'ignored']);
    }
    expect([hook.rings(), (await hook.kept()).length]).to.deep.equal([0, 0]);
  });

  it('finds its project whatever the case of the name, and by the id once the repository is renamed', async () => {
    await using hook = await openHook();
    const send = (id: string, repository: object) =>
      hook.send({ id, event: 'issues', payload: issueOpened(7, repository) });
    expect(answerOf(await send('d-1', { ...REPOSITORY, full_name: 'Acme/TILL' }))).to.deep.equal([
      202,
      'kept',
    ]);
    const renamed = { ...REPOSITORY, full_name: 'acme/cash-desk' };
    expect(answerOf(await send('d-2', renamed))).to.deep.equal([202, 'kept']);
    await using later = await openHook({ desk: hook.desk });
    const payload = issueOpened(8, renamed);
    expect(answerOf(await later.send({ id: 'd-3', event: 'issues', payload }))).to.deep.equal([202, 'kept']);
    expect((await hook.kept()).map(({ project }) => project)).to.deep.equal(['till', 'till', 'till']);
  });

  it('is kept for every event that says where to look', async () => {
    await using hook = await openHook();
    const change = { pull_request: { number: 9 }, repository: REPOSITORY };
    const checked = { pull_requests: [{ number: 9 }] };
    const several = { pull_requests: [{ number: 9 }, { number: 10 }] };
    const comment = { user: { login: 'maria', type: 'User' } };
    const cases: readonly (readonly [event: string, payload: object, number: number | null])[] = [
      ['issue_comment', { ...issueOpened(7), comment }, 7],
      ['label', { action: 'edited', repository: REPOSITORY }, null],
      ['milestone', { action: 'created', repository: REPOSITORY }, null],
      ['pull_request', change, 9],
      ['pull_request_review', change, 9],
      ['pull_request_review_comment', change, 9],
      ['check_run', { check_run: checked, repository: REPOSITORY }, 9],
      ['check_suite', { check_suite: several, repository: REPOSITORY }, null],
      ['status', { sha: 'f00d', state: 'success', repository: REPOSITORY }, null],
      ['push', { ref: 'refs/heads/main', repository: REPOSITORY }, null],
    ];
    for (const [index, [event, payload]] of cases.entries()) {
      const answer = await hook.send({ id: `d-${index}`, event, payload: { ...payload, index } });
      expect(answerOf(answer), event).to.deep.equal([202, 'kept']);
    }
    const kept = (await hook.kept()).map(({ event, number }) => [event, number]);
    expect(kept).to.deep.equal(cases.map(([event, , number]) => [event, number]));
  });

  it('is not taken without a secret, and says which setting is missing', async () => {
    await using desk = await openDesk();
    const webhooks = { secret: null, inbox: desk.store.inbox, onKept: () => {} };
    await using hook = await openHook({ desk, webhooks });
    expect(refusalOf(await hook.send({ id: 'd-1', event: 'issues', payload: issueOpened(7) }))).to.deep.equal(
      {
        status: 404,
        detail: 'no webhooks are taken: set GITHUB_WEBHOOK_SECRET to the secret of the hook',
      },
    );
  });

  it('is told to come again when it cannot be stored', async () => {
    await using desk = await openDesk();
    const away = new TammaError('DATABASE_AWAY', 'it is away', { class: 'network' });
    const inbox = { ...desk.store.inbox, receive: () => Promise.reject(away) };
    await using hook = await openHook({ desk, webhooks: { secret: SECRET, inbox, onKept: () => {} } });
    const answer = await hook.send({ id: 'd-1', event: 'issues', payload: issueOpened(7) });
    expect(refusalOf(answer)).to.deep.equal({
      status: 503,
      detail: 'the delivery was not stored: the database is away; send it again',
    });
    expect(answer.headers['retry-after']).to.equal('10');
  });

  it('is not taken while the server shuts down, nor with another verb', async () => {
    await using hook = await openHook();
    const get = await hook.site.ask(WEBHOOK_PATH);
    expect([get.status, get.headers.allow]).to.deep.equal([405, 'POST']);
    hook.site.http.drain();
    expect((await hook.send({ id: 'd-1', event: 'issues', payload: issueOpened(7) })).status).to.equal(503);
  });

  it('that is cut off half-way leaves nothing behind', async () => {
    await using hook = await openHook();
    const socket = connect(hook.site.port, '127.0.0.1');
    const { headers = {} } = delivering({ id: 'd-1', event: 'issues', payload: issueOpened(7) });
    const lines = Object.entries({ ...headers, 'content-length': '1000' });
    socket.write(`POST ${WEBHOOK_PATH} HTTP/1.1\r\nhost: x\r\n`);
    socket.write(`${lines.map(([name, value]) => `${name}: ${value}`).join('\r\n')}\r\n\r\n{"action":`);
    await new Promise<void>((resolve) => socket.end(resolve));
    expect((await hook.send({ id: 'd-1', event: 'issues', payload: issueOpened(7) })).status).to.equal(202);
    expect(await hook.kept()).to.have.length(1);
  });

  it('is answered within 100 ms', async () => {
    await using hook = await openHook();
    const medians: number[] = [];
    for (let batch = 0; batch < BATCHES; batch += 1) {
      const durations: number[] = [];
      for (let sent = 0; sent < BATCH; sent += 1) {
        const id = `d-${batch}-${sent}`;
        const payload = { ...issueOpened(7), id, filler: 'x'.repeat(20_000) };
        const startedAt = performance.now();
        expect((await hook.send({ id, event: 'issues', payload })).status).to.equal(202);
        durations.push(performance.now() - startedAt);
      }
      const sorted = durations.toSorted((one, other) => one - other);
      medians.push(sorted[BATCH / 2] ?? Number.POSITIVE_INFINITY);
    }
    // The best of them: what else the machine does is not asked about.
    expect(Math.min(...medians)).to.be.below(100);
  });
});
