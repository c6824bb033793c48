import { LIVE_MESSAGES, relayedEventSchema } from '@tamma/contracts';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { z } from 'zod';
import { callTamma } from './testing/call-tamma.ts';
import { type FakeServer, startFakeServer } from './testing/fake-server.ts';
import { type Running, startTamma } from './testing/run-tamma.ts';

const WORKFLOW = 'demo-3.r1';
const STEP = { workflow: WORKFLOW, step: 'issue-intake' };

/** Starts it, and waits until it is subscribed. */
async function start(server: FakeServer, ...args: readonly string[]): Promise<Running> {
  const running = startTamma(args, { environment: { TAMMA_URL: server.url } });
  await subscribed(server, 1);
  return running;
}

function subscribed(server: FakeServer, count: number): Promise<unknown> {
  return eventually(`${count} subscriptions`, () => server.live.subscriptions().length >= count);
}

const placed = z.object({ type: z.string().optional(), offset: z.string() });

/** The offsets of the events that were printed as JSON, in order. */
function offsetsIn(stdout: string): readonly string[] {
  const lines = stdout
    .trimEnd()
    .split('\n')
    .map((line) => placed.parse(JSON.parse(line)));
  return lines.filter(({ type }) => type !== 'progress').map(({ offset }) => offset);
}

describe('tamma watch', () => {
  it('tells a line for what happens, and ends with 0 when the workflow is merged', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch', WORKFLOW);
    server.live.tell('GATE.RAN.FAILED', STEP);
    server.live.tell('TASK.PROGRESS.UPDATED', STEP);
    server.live.tell('TASK.ENQUEUED.SUCCESS', STEP);
    server.live.tell('GATE.RAN.SUCCESS', { ...STEP, workflow: 'demo-1.r1' });
    server.live.tell('WORKFLOW.COMPLETED.SUCCESS', STEP);
    const { exitCode, stdout, stderr } = await running.finished;
    expect([exitCode, stderr]).to.deep.equal([0, '']);
    expect(stdout.replaceAll(/^\d\d:\d\d:\d\d/gm, 'T').split('\n')).to.deep.equal([
      'demo-3.r1 #3 Write the docs: running, issue-intake',
      'T demo-3.r1 issue-intake: test gate is red on 0123456: 12 passed',
      'T demo-3.r1 issue-intake: half of it (50 %)',
      'T demo-3.r1 issue-intake: workflow completed: merged',
      'demo-3.r1 #3 Write the docs: merged, 0 model calls, 0 tokens, $0.00',
      '',
    ]);
  });

  it('prints the messages as they came with --json, one a line', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch', WORKFLOW, '--json');
    server.live.tell('TASK.PROGRESS.UPDATED', STEP);
    server.live.tell('WORKFLOW.COMPLETED.SUCCESS', STEP);
    const { stdout } = await running.finished;
    const [event, progress, end, ...rest] = stdout
      .trimEnd()
      .split('\n')
      .map((line): unknown => JSON.parse(line));
    expect(LIVE_MESSAGES.workflow_event.parse(event).event.type).to.equal('TASK.PROGRESS.UPDATED');
    expect(LIVE_MESSAGES.progress.parse(progress).progress).to.equal(50);
    expect(LIVE_MESSAGES.workflow_event.parse(end).event.type).to.equal('WORKFLOW.COMPLETED.SUCCESS');
    expect(rest).to.deep.equal([]);
  });

  it('ends at once when the workflow has ended, with 0 or 1', async () => {
    await using server = await startFakeServer();
    server.product.tell('WORKFLOW.CANCELLED.SUCCESS', { workflow: 'demo-5.r1' });
    const environment = { TAMMA_URL: server.url };
    const merged = await callTamma(['watch', 'demo-2.r1'], { environment });
    expect([merged.exitCode, merged.stdout]).to.deep.equal([
      0,
      'demo-2.r1 #2 Mend the build: merged, pull request #7 local:7, 0 model calls, 0 tokens, $0.00\n',
    ]);
    const cancelled = await callTamma(['watch', 'demo-5.r1'], { environment });
    expect([cancelled.exitCode, cancelled.stdout.includes('cancelled: the issue is closed')]).to.deep.equal([
      1,
      true,
    ]);
    expect(server.live.subscriptions()).to.deep.equal([]);
  });

  it('ends with 1 when the workflow is cancelled while it watches', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch', WORKFLOW);
    server.live.tell('WORKFLOW.CANCELLED.SUCCESS', STEP);
    expect((await running.finished).exitCode).to.equal(1);
  });

  it('ends with 3 on --exit-on-wait when a person is needed, now or later, and says what to type', async () => {
    await using server = await startFakeServer();
    const now = await callTamma(['watch', 'demo-1.r1', '--exit-on-wait'], {
      environment: { TAMMA_URL: server.url },
    });
    expect(now.exitCode).to.equal(3);
    expect(now.stdout).to.contain(
      'waits for an approval: medium risk\n  tamma approve demo-1.r1.issue-intake.a1\n',
    );
    await using running = await start(server, 'watch', WORKFLOW, '--exit-on-wait');
    server.live.tell('QUESTION.ASKED.SUCCESS', {
      ...STEP,
      data: { approvalId: 'demo-3.r1.issue-intake.a1' },
    });
    const { exitCode, stdout } = await running.finished;
    expect(exitCode).to.equal(3);
    expect(stdout).to.match(/ {2}tamma answer demo-3\.r1\.issue-intake\.a1 "…"\n$/);
  });

  it('ends with 130 on Ctrl-C, without a word', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch', WORKFLOW);
    await eventually('the first line', () => running.stdout() !== '');
    running.kill('SIGINT');
    const { exitCode, stderr } = await running.finished;
    expect([exitCode, stderr]).to.deep.equal([130, '']);
  });

  it('loses and doubles nothing when connections break and the server is started again', async () => {
    await using server = await startFakeServer();
    server.live.stutter = true;
    const before = server.product.log.length;
    await using running = await start(server, 'watch', WORKFLOW, '--json');
    for (let round = 1; round <= 5; round += 1) {
      server.live.tell('COMMIT.CREATED.SUCCESS', STEP);
      if (round % 2 === 0) await server.stop();
      else server.live.breakConnections();
      server.product.tell('BRANCH.CREATED.SUCCESS', STEP);
      server.product.tell('BRANCH.CREATED.SUCCESS', { ...STEP, workflow: 'demo-1.r1' });
      if (round % 2 === 0) await server.start();
      await subscribed(server, round + 1);
    }
    server.live.tell('WORKFLOW.COMPLETED.SUCCESS', STEP);
    const { exitCode, stdout, stderr } = await running.finished;
    const expected = server.product.log.slice(before).filter(({ event }) => event.workflowId === WORKFLOW);
    expect(offsetsIn(stdout)).to.deep.equal(expected.map(({ offset }) => offset));
    expect(exitCode).to.equal(0);
    expect(stderr.match(/the connection is lost/g)).to.have.length(5);
  });

  it('waits as long as a server that shuts down asks for', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch', WORKFLOW);
    server.live.send('shutdown', {
      type: 'shutdown',
      timestamp: '2026-01-01T00:00:00.000Z',
      reconnectAfterMs: 0,
    });
    server.live.breakConnections();
    await subscribed(server, 2);
    server.live.tell('WORKFLOW.COMPLETED.SUCCESS', STEP);
    expect((await running.finished).exitCode).to.equal(0);
  });

  it('passes over what it cannot read, and says so', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch', WORKFLOW);
    for (const payload of [
      undefined,
      null,
      'text',
      {},
      { type: 'workflow_event', workflowId: WORKFLOW, offset: 'x', event: 1 },
    ]) {
      server.live.send('workflow_event', payload);
    }
    server.live.send('error', { type: 'error', message: 'mind \u001b[31myour\u001b[0m step' });
    server.live.send('unheard', { of: true });
    server.live.tell('WORKFLOW.COMPLETED.SUCCESS', STEP);
    const { exitCode, stderr } = await running.finished;
    expect(exitCode).to.equal(0);
    expect(stderr.match(/the server sent a "workflow_event" that cannot be read/g)).to.have.length(5);
    expect(stderr).to.contain('the server says: mind your step\n');
  });

  it('streams text with --text, as text and nothing else', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch', WORKFLOW, '--text');
    const chunk = (text: string, step = 'plan') =>
      server.live.send('chunk', {
        type: 'chunk',
        workflowId: WORKFLOW,
        taskId: `${WORKFLOW}.${step}`,
        step,
        chunk: text,
        at: '2026-01-01T00:00:00.000Z',
      });
    chunk('\u001b[31mFirst\u001b[0m I look\u001b');
    chunk('[2J around.\nThen');
    server.live.tell('GATE.RAN.SUCCESS', STEP);
    chunk(' more.\n');
    chunk('\n\n', 'review');
    chunk('\nOther', 'review');
    server.live.tell('WORKFLOW.COMPLETED.SUCCESS', STEP);
    const { stdout } = await running.finished;
    expect(
      stdout
        .replaceAll(/^\d\d:\d\d:\d\d/gm, 'T')
        .split('\n')
        .slice(1, -2),
    ).to.deep.equal([
      'demo-3.r1.plan says',
      'First I look [2J around.',
      'Then',
      'T demo-3.r1 issue-intake: test gate passed on 0123456: 12 passed',
      'demo-3.r1.plan says',
      ' more.',
      'demo-3.r1.review says',
      'Other',
      'T demo-3.r1 issue-intake: workflow completed: merged',
    ]);
  });

  it('without a workflow tells of all of them until Ctrl-C', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'watch');
    server.live.tell('GATE.RAN.SUCCESS', STEP);
    server.live.tell('GATE.RAN.SUCCESS', { workflow: 'demo-1.r1' });
    await eventually('both lines', () => running.stdout().includes('demo-1.r1: test gate passed'));
    running.kill('SIGINT');
    const { exitCode, stdout } = await running.finished;
    expect(exitCode).to.equal(130);
    expect(stdout.trimEnd().split('\n')).to.have.length(2);
  });
});

describe('tamma events --follow', () => {
  it('goes on after the newest without a gap, over a broken connection', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'events', '--workflow', WORKFLOW, '--follow', '--json');
    server.live.tell('GATE.RAN.SUCCESS', STEP);
    server.live.breakConnections();
    server.product.tell('GATE.RAN.FAILED', STEP);
    await subscribed(server, 2);
    server.live.tell('GATE.RAN.FAILED', { workflow: 'demo-1.r1' });
    server.live.tell('COMMIT.CREATED.SUCCESS', STEP);
    await eventually('the last one', () => running.stdout().includes('COMMIT.CREATED.SUCCESS'));
    running.kill('SIGINT');
    const { exitCode, stdout } = await running.finished;
    const lines = stdout
      .trimEnd()
      .split('\n')
      .map((line) => relayedEventSchema.parse(JSON.parse(line)));
    const expected = server.product.log.filter(({ event }) => event.workflowId === WORKFLOW);
    expect(lines.map(({ offset }) => offset)).to.deep.equal(expected.map(({ offset }) => offset));
    expect(exitCode).to.equal(130);
  });
});

describe('tamma events --follow, where there was nothing yet', () => {
  it('does not lose what happens between its look back and its connection', async () => {
    await using server = await startFakeServer();
    // The fake log moves on with every look, as a busy one would.
    server.tellOnLook = () => void server.product.tell('TASK.COMPLETED.SUCCESS', STEP);
    await using running = await start(
      server,
      'events',
      '--type',
      'TASK.COMPLETED.SUCCESS',
      '--follow',
      '--json',
    );
    await eventually('all that was told', () => {
      const told = server.product.log.filter(({ event }) => event.type === 'TASK.COMPLETED.SUCCESS');
      return told.length > 0 && running.stdout().trimEnd().split('\n').length === told.length;
    });
  });
});

describe('tamma submit --watch', () => {
  it('tells all of the new workflow from its beginning, and ends as it does', async () => {
    await using server = await startFakeServer();
    await using running = await start(server, 'submit', 'demo', '7', '--watch');
    server.live.tell('WORKFLOW.STATE.CREATED', { workflow: 'demo-7.r1', data: { issue: 7, title: 'New' } });
    server.live.tellAgain();
    server.live.tell('WORKFLOW.STARTED.SUCCESS', { workflow: 'demo-7.r1' });
    server.live.tell('WORKFLOW.COMPLETED.SUCCESS', { workflow: 'demo-7.r1' });
    const { exitCode, stdout } = await running.finished;
    expect(exitCode).to.equal(0);
    expect(stdout).to.match(
      /^demo-7\.r1\n\S+ demo-7\.r1: took #7 New .*\n\S+ demo-7\.r1: started with 2 steps\n/,
    );
    expect(stdout).to.match(/demo-7\.r1 #7 New: merged, .*\n$/);
  });
});
