import { once } from 'node:events';
import { createServer } from 'node:net';
import { expect } from 'chai';
import { callTamma } from './testing/call-tamma.ts';
import { type FakeServer, startFakeServer } from './testing/fake-server.ts';
import { type Finished, runTamma } from './testing/run-tamma.ts';

const NOWHERE = 'http://127.0.0.1:2';

function run(server: FakeServer, args: readonly string[], environment = {}): Promise<Finished> {
  return callTamma(args, { environment: { TAMMA_URL: server.url, ...environment } });
}

/** Runs it where there is no server to reach, or at another address. */
function runAlone(args: readonly string[], url = NOWHERE): Promise<Finished> {
  return callTamma(args, { environment: { TAMMA_URL: url } });
}

describe('tamma, refused', () => {
  it('ends as a process with the code of the refusal, and never with a stack', async () => {
    await using server = await startFakeServer({ token: 'secret-of-ann-0001' });
    await using other = await startFakeServer();
    server.spoil('GET /api/v1/projects', { body: '[]' });
    server.spoil('GET /api/v1/tasks', { body: '{}', delayMs: 5000 });
    other.product.decided.add('demo-1.r1.issue-intake.a1');
    const signedIn = { TAMMA_URL: server.url, TAMMA_TOKEN: 'secret-of-ann-0001' };
    const cases = [
      { args: ['workers'], environment: { TAMMA_URL: server.url, TAMMA_TOKEN: 'wrong-token-0001' }, code: 5 },
      { args: ['workers'], environment: { TAMMA_URL: NOWHERE }, code: 4 },
      { args: ['projects'], environment: signedIn, code: 1 },
      { args: ['tasks', '--timeout', '50ms'], environment: signedIn, code: 4 },
      { args: ['approve', 'demo-1.r1'], environment: { TAMMA_URL: other.url }, code: 1 },
      { args: ['statsu'], environment: signedIn, code: 2 },
    ];
    for (const { args, environment, code } of cases) {
      const { exitCode, stdout, stderr } = await runTamma(args, { environment });
      expect([exitCode, stdout], stderr).to.deep.equal([code, '']);
      expect(stderr)
        .to.match(/^tamma: /)
        .and.not.match(/\bat .*:\d+|secret|wrong-token/);
    }
  });

  it('ends with 5 without a token or with a wrong one, and never shows it', async () => {
    await using server = await startFakeServer({ token: 'secret-of-ann-0001' });
    const none = await run(server, ['workers']);
    expect([none.exitCode, none.stdout]).to.deep.equal([5, '']);
    expect(none.stderr).to.contain('Set TAMMA_TOKEN to your token');
    const wrong = await run(server, ['workers'], {
      TAMMA_TOKEN: 'another-secret-0001',
      TAMMA_TOKENS: 'ann:viewer:secret-of-ann-0001',
    });
    expect(wrong.exitCode).to.equal(5);
    expect(wrong.stderr)
      .to.contain('this token is not one of ours')
      .and.contain('The server does not know the token in TAMMA_TOKEN');
    expect(wrong.stderr).to.not.contain('secret');
    const watching = await run(server, ['watch']);
    expect(watching.exitCode).to.equal(5);
  });

  it('ends with 5 when the role does not suffice', async () => {
    await using server = await startFakeServer();
    server.spoil('POST /api/v1/workflows/demo-1.r1/cancel', {
      status: 403,
      body: '{"type":"about:blank","title":"Forbidden","status":403,"detail":"this needs the role operator; ann is viewer"}',
    });
    const { exitCode, stderr } = await run(server, ['cancel', 'demo-1.r1', '--reason', 'x'], {
      TAMMA_TOKEN: 'a-token-of-ann-01',
    });
    expect(exitCode).to.equal(5);
    expect(stderr).to.equal('tamma: Forbidden: this needs the role operator; ann is viewer\n');
  });

  it('ends with 4 when nothing listens, and says where it looked', async () => {
    for (const args of [['status'], ['watch', 'demo-1.r1'], ['approve', 'x']]) {
      const { exitCode, stderr } = await runAlone(args);
      expect(exitCode, stderr).to.equal(4);
      expect(stderr).to.match(/^tamma: http:\/\/127\.0\.0\.1:2 cannot be reached: connect ECONNREFUSED/);
    }
    const nowhere = await runAlone(['status'], 'http://no-such-host.invalid');
    expect(nowhere.exitCode).to.equal(4);
  });

  it('ends with 4 when the server does not answer in time', async () => {
    await using server = await startFakeServer();
    server.spoil('GET /api/v1/workers', { body: '{}', delayMs: 5000 });
    const { exitCode, stderr } = await run(server, ['workers', '--timeout', '100ms']);
    expect([exitCode, stderr.split('\n')[0]]).to.deep.equal([
      4,
      `tamma: ${server.url} cannot be reached: it did not answer within 0.1 s`,
    ]);
  });

  it('ends with 4 when what listens there speaks no HTTP', async () => {
    const rude = createServer((socket) => socket.end('go away\r\n\r\n'));
    rude.listen(0, '127.0.0.1');
    await once(rude, 'listening');
    const address = rude.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { exitCode } = await runAlone(['workers'], `http://127.0.0.1:${port}`);
    rude.close();
    expect(exitCode).to.equal(4);
  });

  it('says when something was decided already', async () => {
    await using server = await startFakeServer();
    const id = 'demo-1.r1.issue-intake.a1';
    await run(server, ['approve', id]);
    const { exitCode, stderr } = await run(server, ['reject', id, '--comment', 'no']);
    expect([exitCode, stderr]).to.deep.equal([
      1,
      `tamma: Refused: ${id} is decided already: approve, by bob\n`,
    ]);
  });

  it('lists the fields that the server finds wrong', async () => {
    await using server = await startFakeServer();
    const { exitCode, stderr } = await run(server, ['submit', 'demo', '2']);
    expect(exitCode).to.equal(1);
    expect(stderr).to.contain('\n  issue: it lacks the required label "tamma"\n');
  });

  it('names the ids that an unknown one may stand for', async () => {
    await using server = await startFakeServer();
    const commands = [
      ['show', 'demo-l.r1'],
      ['explain', 'demo-1'],
      ['watch', 'demo-1.r'],
      ['tasks', '--workflow', 'demo-1.r0'],
      ['events', '--workflow', 'demo-1.r0', '--follow'],
      ['cancel', 'demo1.r1', '--reason', 'x'],
      ['show', 'demo-1.r2', '--diff'],
    ];
    for (const args of commands) {
      const { exitCode, stderr } = await run(server, args);
      expect([exitCode, args[0]], stderr).to.deep.equal([1, args[0]]);
      expect(stderr).to.match(/^tamma: there is no workflow "demo.*"\n {2}Did you mean .*demo-\d\.r1/);
    }
    const refused = await run(server, ['explain', 'demo-6.r1']);
    expect(refused.stderr).to.contain(
      '\n  issue #6 of demo is not taken: it lacks the required label "tamma"; it is',
    );
    const far = await run(server, ['show', 'something-else-altogether']);
    expect(far.stderr).to.contain('"tamma status" lists the workflows.');
    for (const args of [
      ['status', '--project', 'demp'],
      ['submit', 'demp', '1'],
      ['issues', 'demp'],
      ['explain', 'demp#1'],
    ]) {
      const { exitCode, stderr } = await run(server, args);
      expect([exitCode, stderr]).to.deep.equal([
        1,
        'tamma: there is no project "demp"\n  Did you mean demo?\n',
      ]);
    }
  });

  it('finds the project of an address, and says so when none has its repository', async () => {
    await using server = await startFakeServer();
    const judged = await run(server, ['explain', 'https://ghe.example/acme/TILL/issues/7?x#y']);
    expect([judged.exitCode, judged.stderr]).to.deep.equal([
      1,
      'tamma: Refused: issue 7 of till was never judged\n',
    ]);
    const elsewhere = await run(server, ['explain', 'https://github.com/acme/other/issues/7']);
    expect(elsewhere.exitCode).to.equal(1);
    expect(elsewhere.stderr).to.contain('no project watches the repository acme/other\n  "tamma projects"');
    for (const rubbish of ['demo#', 'demo#x', '#4', 'https://github.com/acme/till/issues/0']) {
      expect((await run(server, ['explain', rubbish])).exitCode, rubbish).to.equal(2);
    }
  });

  it('says what can be said when a decision does not fit, and what is the matter when nothing is asked', async () => {
    await using server = await startFakeServer();
    const plan = await run(server, ['answer', 'demo-1.r1', 'yes']);
    expect(plan.exitCode).to.equal(1);
    expect(plan.stderr).to.contain(
      '"answer" is no answer to that: demo-1.r1 waits for the approval of its plan',
    );
    expect(plan.stderr).to.contain('  tamma approve demo-1.r1.issue-intake.a1\n');
    const escalated = await run(server, ['approve', 'demo-4.r1']);
    expect(escalated.stderr).to.contain('it is escalated').and.contain('tamma retry demo-4.r1');
    const running = await run(server, ['approve', 'demo-3.r1']);
    expect(running.stderr).to.equal(
      'tamma: nothing waits for a person in demo-3.r1, which is running\n  "tamma explain demo-3.r1" says what it waits for.\n',
    );
    const unknown = await run(server, ['approve', 'demo-1.r1.issue-intake.a2']);
    expect(unknown.stderr).to.contain('Did you mean demo-1.r1.issue-intake.a1');
    expect(
      server.requests.filter(({ what }) => what.startsWith('POST') && what.endsWith('a1')),
    ).to.deep.equal([]);
  });

  it('says which artifacts there are when one is not', async () => {
    await using server = await startFakeServer();
    const { exitCode, stderr } = await run(server, ['show', 'demo-1.r1', '--diff']);
    expect([exitCode, stderr]).to.deep.equal([
      1,
      'tamma: demo-1.r1 has no change.patch yet\n  It has PLAN.md.\n',
    ]);
  });

  it('refuses what a broken server says, and names the field', async () => {
    await using server = await startFakeServer();
    const broken = [
      ['not json', 'it is not JSON'],
      ['', 'it is not JSON'],
      ['<!doctype html><title>Something</title>', 'it is not JSON'],
      ['{"items":[{"id":1}],"next":null}', 'items.0.id: Invalid input: expected string, received number'],
      ['[]', 'the answer: Invalid input: expected object, received array'],
      ['null', 'the answer: Invalid input: expected object, received null'],
    ] as const;
    for (const [body, complaint] of broken) {
      server.spoil('GET /api/v1/workers', { body });
      const { exitCode, stdout, stderr } = await run(server, ['workers', '--json']);
      expect([exitCode, stdout], stderr).to.deep.equal([1, '']);
      expect(stderr)
        .to.match(/answered GET .*workers\S* with something else than expected/)
        .and.contain(complaint);
    }
  });

  it('is not sent elsewhere with its token', async () => {
    await using server = await startFakeServer();
    await using other = await startFakeServer();
    server.spoil('GET /api/v1/workers', {
      status: 302,
      body: '',
      headers: { location: `${other.url}/api/v1/workers` },
    });
    const { exitCode } = await run(server, ['workers'], { TAMMA_TOKEN: 'a-token-of-ann-01' });
    expect([exitCode, other.requests]).to.deep.equal([1, []]);
  });

  it('tries looks again while the server goes down, a few times, and orders not at all', async () => {
    await using server = await startFakeServer();
    const away = { status: 503, body: '{}', headers: { 'retry-after': '0' } };
    server.spoil('GET /api/v1/workers', { ...away, times: 2 });
    const again = await run(server, ['workers']);
    expect(again.exitCode).to.equal(0);
    expect(again.stderr).to.equal(
      'the server is not available; trying again in 0 s (1 of 3)\nthe server is not available; trying again in 0 s (2 of 3)\n',
    );
    server.spoil('GET /api/v1/workers', away);
    const never = await run(server, ['workers']);
    expect(never.exitCode).to.equal(1);
    expect(never.stderr).to.contain('(3 of 3)').and.contain('Try again in 0 s.');
    server.spoil('POST /api/v1/workflows/demo-1.r1/cancel', away);
    const order = await run(server, ['cancel', 'demo-1.r1', '--reason', 'x']);
    expect(order.exitCode).to.equal(1);
    expect(server.requests.filter(({ what }) => what.startsWith('POST'))).to.have.length(1);
  });
});
