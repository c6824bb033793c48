import { buildEvent } from '@tamma/domain/testing';
import { eventually } from '@tamma/testing';
import { expect } from 'chai';
import { buildEvents, WORKFLOW } from './testing/events.ts';
import { openLiveSite, VERSION } from './testing/live-site.ts';

const PROGRESS = { percent: 40, message: 'almost half' };

describe('live', () => {
  it('greets with its version and a place to begin from', async () => {
    await using site = await openLiveSite();
    const client = await site.connect();
    const greeting = await client.first('connected');
    expect(greeting.version).to.equal(VERSION);
    expect(Date.parse(greeting.timestamp)).to.be.closeTo(Date.now(), 60_000);
    expect(greeting.offset).to.equal('0-0');
  });

  it('sends every message of the contract in its shape', async () => {
    await using site = await openLiveSite();
    const client = await site.connect();
    expect(await client.subscribe({ workflowId: WORKFLOW })).to.deep.equal({ ok: true });
    expect(await client.subscribe({ events: ['task:failed', 'TASK.PROGRESS.*'] })).to.deep.equal({
      ok: true,
    });
    expect(await client.ask('nonsense')).to.deep.equal({
      ok: false,
      error: 'Unknown message type: nonsense',
    });
    const place = { workflowId: WORKFLOW, taskId: `${WORKFLOW}.plan`, stepId: 'plan', attempt: 1 };
    await site.append([buildEvent('TASK.PROGRESS.UPDATED', PROGRESS, place)]);
    await client.first('progress');
    const at = new Date().toISOString();
    await site.liveText.append([{ ...place, text: 'Let me think', at }]);
    await client.first('chunk');
    site.live.announceShutdown();
    await client.first('shutdown');

    expect(client.problems).to.deep.equal([]);
    const [offset = ''] = await site.offsets();
    expect(client.received.map(({ name }) => name)).to.deep.equal([
      'connected',
      'subscribed',
      'subscribed',
      'error',
      'workflow_event',
      'progress',
      'event',
      'chunk',
      'shutdown',
    ]);
    expect(client.all('subscribed')).to.deep.equal([
      { type: 'subscribed', workflowId: WORKFLOW, events: [] },
      { type: 'subscribed', workflowId: null, events: ['task:failed', 'TASK.PROGRESS.*'] },
    ]);
    expect((await client.first('workflow_event')).event.data).to.deep.equal(PROGRESS);
    expect(await client.first('progress')).to.deep.equal({
      type: 'progress',
      workflowId: WORKFLOW,
      taskId: place.taskId,
      step: 'plan',
      progress: 40,
      message: 'almost half',
      offset,
    });
    const { event, ...named } = await client.first('event');
    expect(named).to.deep.equal({ type: 'event', eventType: 'TASK.PROGRESS.*', offset });
    expect(event.workflowId).to.equal(WORKFLOW);
    expect(await client.first('chunk')).to.deep.equal({
      type: 'chunk',
      workflowId: WORKFLOW,
      taskId: place.taskId,
      step: 'plan',
      chunk: 'Let me think',
      at,
    });
  });

  it('tells each subscriber what it asked for, and nothing else', async () => {
    await using site = await openLiveSite();
    const [byWorkflow, byName, byBoth] = [await site.connect(), await site.connect(), await site.connect()];
    await byWorkflow.subscribe({ workflowId: 'demo-2.r1' });
    await byName.subscribe({ events: ['TASK_COMPLETED', 'WORKFLOW_COMPLETED'] });
    await byBoth.subscribe({ workflowId: 'demo-2.r1', events: ['TASK.*'] });
    const done = { result: null, durationMs: 1 };
    await site.append([
      buildEvent('TASK.COMPLETED.SUCCESS', done, { id: 'a', workflowId: 'demo-1.r1' }),
      buildEvent('TASK.COMPLETED.SUCCESS', done, { id: 'b', workflowId: 'demo-2.r1' }),
      buildEvent('PHASE.STARTED.SUCCESS', { phase: 'PLAN' }, { id: 'c', workflowId: 'demo-2.r1' }),
      buildEvent('WORKFLOW.COMPLETED.SUCCESS', { result: 'merged' }, { id: 'd', workflowId: 'demo-2.r1' }),
      buildEvent('WORKER.UNREGISTERED.SUCCESS', { workerId: 'w' }, { id: 'e', workflowId: 'demo-1.r1' }),
    ]);
    await byName.count('event', 3);
    await byWorkflow.count('workflow_event', 3);
    await byBoth.count('event', 1);
    expect(byName.all('event').map(({ event, eventType }) => [event.id, eventType])).to.deep.equal([
      ['a', 'TASK_COMPLETED'],
      ['b', 'TASK_COMPLETED'],
      ['d', 'WORKFLOW_COMPLETED'],
    ]);
    expect(byWorkflow.all('workflow_event').map(({ event }) => event.id)).to.deep.equal(['b', 'c', 'd']);
    expect(byBoth.all('event').map(({ event }) => event.id)).to.deep.equal(['b']);
    expect([byWorkflow.all('event'), byName.all('workflow_event')]).to.deep.equal([[], []]);
  });

  it('stops telling when asked to, and says so when there was nothing to stop', async () => {
    await using site = await openLiveSite();
    const client = await site.connect();
    await client.subscribe({ events: ['TASK.*', 'GATE.*'] });
    await client.subscribe({ workflowId: WORKFLOW });
    await site.append(buildEvents(1));
    await client.count('workflow_event', 1);
    expect(await client.unsubscribe({ events: ['GATE.*', 'TASK.*'] })).to.deep.equal({ ok: true });
    expect(await client.unsubscribe({ events: ['GATE.*', 'TASK.*'] })).to.include({ ok: false });
    await site.append(buildEvents(1));
    await client.count('workflow_event', 2);
    expect(client.all('event')).to.have.length(1);
  });

  it('replaces a subscription to the same, and does not tell twice', async () => {
    await using site = await openLiveSite();
    const client = await site.connect();
    for (let time = 0; time < 3; time += 1) await client.subscribe({ workflowId: WORKFLOW });
    await site.append(buildEvents(2));
    await client.subscribe({ events: ['TASK.*'], since: '0-0' });
    await client.count('event', 2);
    await client.count('workflow_event', 2);
    await client.subscribe({ workflowId: WORKFLOW, since: '0-0' });
    await client.count('workflow_event', 4);
    expect(client.all('event')).to.have.length(2);
  });

  it('tells of what is malformed, of names nobody knows, and of too much', async () => {
    await using site = await openLiveSite({ limits: { subscriptionsPerSocketMax: 2 } });
    const client = await site.connect();
    const errorOf = async (...args: unknown[]) => {
      const answer = await client.ask('subscribe', ...args);
      return answer.ok ? '' : answer.error;
    };
    expect(await errorOf()).to.equal('Invalid message format: expected one object, got 0 arguments');
    expect(await errorOf({})).to.equal('Invalid message format: expected a workflowId, events, or both');
    expect(await errorOf({ events: [] })).to.match(/^Invalid message format: events: /);
    expect(await errorOf({ workflowId: 'a', since: 'yesterday' })).to.match(
      /^Invalid message format: since: .+1767225600000-0/,
    );
    expect(await errorOf({ workflowId: 'a', typo: 1 })).to.match(/^Invalid message format: .+typo/);
    expect(await errorOf({ events: ['TASK.*', 'task:complete'] })).to.equal(
      '"task:complete" is not the name of an event; did you mean "task:completed"?',
    );
    expect(await errorOf({ events: ['x'.repeat(200)] })).to.match(
      /^"x{60}…" is not the name .+docs\/events\.md/,
    );
    await client.subscribe({ workflowId: 'a' });
    await client.subscribe({ workflowId: 'b' });
    expect(await errorOf({ workflowId: 'c' })).to.equal('a connection has at most 2 subscriptions');
    expect(await client.subscribe({ workflowId: 'b' }), 'the same again').to.deep.equal({ ok: true });
    expect(client.all('error')).to.have.length(8);
    expect(client.socket.connected).to.equal(true);
  });

  it('shows how many are connected, and logs who came and went', async () => {
    await using site = await openLiveSite();
    const client = await site.connect();
    await client.first('connected');
    expect(await site.metrics.render()).to.match(/^tamma_live_sockets 1$/m);
    client.kill();
    await eventually('it is gone', async () => /^tamma_live_sockets 0$/m.test(await site.metrics.render()));
    const about = site.lines
      .map((line) => JSON.parse(line))
      .map(({ msg, name, address }) => ({ msg, name, address }));
    expect(about).to.deep.equal([
      { msg: 'socket connected', name: 'local', address: '127.0.0.1' },
      { msg: 'socket closed', name: 'local', address: '127.0.0.1' },
    ]);
  });

  it('gives notice when it stops, closes everyone, and lets nobody in any more', async () => {
    await using site = await openLiveSite();
    const clients = [await site.connect(), await site.connect()];
    for (const client of clients) await client.first('connected');
    await site.live.stop();
    for (const client of clients) {
      const notice = await client.first('shutdown');
      expect(notice.reconnectAfterMs).to.be.above(0);
      await eventually('it is closed', () => client.closings.length === 1);
      expect(client.closings, 'so that it comes back by itself').to.deep.equal(['transport close']);
    }
    const late = await site.connect();
    await eventually('it is refused', () => late.refusals.length > 0);
    await site.live.stop();
  });
});
