import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { createLifecycle, type LifecycleOptions } from './lifecycle.ts';
import { openDesk, readEvents } from './testing/desk.ts';

const STARTED_AT = Date.parse('2026-01-01T00:00:00.000Z');

function lifecycleOf(eventLog: LifecycleOptions['eventLog'], tellTimeoutMs = 20_000) {
  const errors: string[] = [];
  const lifecycle = createLifecycle({
    eventLog,
    bootId: 'boot',
    startedAt: STARTED_AT,
    config: { 'server.port': '0' },
    now: () => STARTED_AT + 5000,
    onError: (error) => void errors.push(error.message),
    tellTimeoutMs,
  });
  return { lifecycle, errors };
}

describe('lifecycle', () => {
  it('tells that it started, where it listens, and what runs', async () => {
    await using desk = await openDesk();
    await lifecycleOf(desk.eventLog).lifecycle.started({ host: '127.0.0.1', port: 3000 });
    const events = await readEvents(desk);
    expect(events.map(({ id, type, data, tags }) => ({ id, type, data, tags }))).to.deep.equal([
      {
        id: 'orchestrator.boot.ORCHESTRATOR.STARTED.SUCCESS',
        type: 'ORCHESTRATOR.STARTED.SUCCESS',
        data: {
          host: '127.0.0.1',
          port: 3000,
          startTime: '2026-01-01T00:00:00.000Z',
          config: { 'server.port': '0' },
        },
        tags: { host: '127.0.0.1', port: '3000' },
      },
      {
        id: 'orchestrator.boot.ORCHESTRATOR.STARTUP.COMPLETE',
        type: 'ORCHESTRATOR.STARTUP.COMPLETE',
        data: {
          services: [
            'config',
            'logger',
            'database',
            'taskQueue',
            'workerPool',
            'httpServer',
            'webSocketServer',
            'healthChecker',
          ],
        },
        tags: { host: '127.0.0.1', port: '3000' },
      },
    ]);
  });

  it('tells why a start failed, with the remedy and without a stack', async () => {
    await using desk = await openDesk();
    const { lifecycle } = lifecycleOf(desk.eventLog);
    await lifecycle.startFailed(
      new TammaError('PORT_TAKEN', 'port 3000 is taken', { class: 'system', remedy: 'Set PORT.' }),
    );
    const error = { code: 'PORT_TAKEN', class: 'system', message: 'port 3000 is taken', remedy: 'Set PORT.' };
    expect((await readEvents(desk)).map(({ type, data }) => [type, data])).to.deep.equal([
      ['ORCHESTRATOR.STARTED.FAILED', { error, startTime: '2026-01-01T00:00:00.000Z' }],
      ['ORCHESTRATOR.STARTUP.FAILED', { error }],
    ]);
  });

  it('tells that it stopped and how long it ran', async () => {
    await using desk = await openDesk();
    await lifecycleOf(desk.eventLog).lifecycle.stopped();
    expect((await readEvents(desk)).map(({ type, data }) => [type, data])).to.deep.equal([
      ['ORCHESTRATOR.STOPPED.SUCCESS', { uptimeMs: 5000 }],
      ['ORCHESTRATOR.SHUTDOWN.COMPLETE', { uptimeMs: 5000 }],
    ]);
  });

  it('neither hides why a start failed nor holds up a stop when the log is away', async () => {
    const failing = lifecycleOf({ append: () => Promise.reject(new Error('the log is away')) });
    await failing.lifecycle.startFailed(new Error('x'));
    expect(failing.errors).to.deep.equal(['the log is away']);
    const hanging = lifecycleOf({ append: () => new Promise(() => {}) }, 50);
    await hanging.lifecycle.stopped();
    expect(hanging.errors).to.deep.equal(['ORCHESTRATOR.STOPPED.SUCCESS could not be told within 50 ms']);
  });
});
