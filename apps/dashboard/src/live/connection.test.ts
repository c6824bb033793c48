import type { RelayedEvent } from '@tamma/contracts';
import { expect } from 'chai';
import { createFakeTimers } from '../testing/fake-timers.ts';
import { createLive } from './connection.ts';

const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
const relayed = (place: number): RelayedEvent => ({
  offset: `1-${place}`,
  event: { id: `e${place}`, type: 'TASK.DEQUEUED.SUCCESS', at: '', workflowId: 'w', data: {} },
});

/** A socket without a network, and the live connection on it. */
function bench(answer: () => unknown = () => ({ ok: true })) {
  const timers = createFakeTimers();
  const handlers = new Map<string, ((message: unknown) => void)[]>();
  const requests: (readonly [string, unknown])[] = [];
  const calls: string[] = [];
  const socket = {
    active: true,
    connect: () => void calls.push('connect'),
    disconnect: () => void calls.push('disconnect'),
    on: (name: string, handler: (message: unknown) => void) => {
      handlers.set(name, [...(handlers.get(name) ?? []), handler]);
    },
    request: async (name: string, message: unknown) => {
      requests.push([name, message]);
      return answer();
    },
    onHeard: () => {},
  };
  const receive = (name: string, message: unknown = undefined) => {
    for (const handler of handlers.get(name) ?? []) handler(message);
  };
  const connect = async (place: number) => {
    receive('connected', { type: 'connected', timestamp: '', version: '1', offset: `1-${place}` });
    await settle();
  };
  const send = (entry: RelayedEvent) =>
    receive('workflow_event', { type: 'workflow_event', workflowId: 'w', ...entry });
  return { timers, socket, requests, calls, receive, connect, send, live: createLive(socket, timers) };
}

describe('the live connection', () => {
  it('goes on where it stopped, whatever is sent again', async () => {
    const { live, connect, send, receive, requests } = bench();
    const heard: string[] = [];
    live.subscribe({ workflowId: 'w', since: '1-2' }, { onEvent: ({ offset }) => heard.push(offset) });
    live.start();
    await connect(9);
    for (const place of [3, 4]) send(relayed(place));
    receive('disconnect');
    expect(live.status.get().state).to.equal('reconnecting');
    await connect(9);
    for (const place of [3, 4, 5]) send(relayed(place));
    expect(heard).to.deep.equal(['1-3', '1-4', '1-5']);
    expect(requests).to.deep.equal([
      ['subscribe', { workflowId: 'w', since: '1-2' }],
      ['subscribe', { workflowId: 'w', since: '1-4' }],
    ]);
  });

  it('tells who listens when the server hears it, and nobody who has left', async () => {
    const { live, connect, send } = bench();
    let subscribed = 0;
    let heard = 0;
    const end = live.subscribe(
      { workflowId: 'w', since: '1-0' },
      {
        onEvent: () => {
          heard += 1;
        },
        onSubscribed: () => {
          subscribed += 1;
        },
      },
    );
    live.start();
    await connect(0);
    expect(subscribed).to.equal(1);
    end();
    send(relayed(1));
    expect(heard).to.equal(0);
  });

  it('says what the server has against a subscription', async () => {
    const { live, connect } = bench(() => ({ ok: false, error: 'too many subscriptions' }));
    live.subscribe({ workflowId: 'w' }, { onEvent: () => {} });
    live.start();
    await connect(0);
    expect(live.status.get()).to.deep.include({ state: 'live', problem: 'too many subscriptions' });
  });

  it('starts over when a subscription is not answered', async () => {
    const { live, connect, calls } = bench(() => Promise.reject(new Error('timeout')));
    live.subscribe({ workflowId: 'w' }, { onEvent: () => {} });
    live.start();
    await connect(0);
    expect(calls).to.deep.equal(['connect', 'disconnect', 'connect']);
  });

  it('comes back after the time the server named, where the client would not by itself', async () => {
    const { live, connect, receive, socket, calls, timers } = bench();
    live.start();
    await connect(0);
    receive('shutdown', { type: 'shutdown', timestamp: '', reconnectAfterMs: 5000 });
    socket.active = false;
    receive('disconnect');
    await timers.pass(4999);
    expect(calls).to.deep.equal(['connect']);
    await timers.pass(1);
    expect(calls).to.deep.equal(['connect', 'connect']);
    receive('connect_error', new Error('this token is not one of ours'));
    expect(live.status.get()).to.deep.include({ state: 'refused', problem: 'this token is not one of ours' });
  });

  it('does nothing more once it is stopped', async () => {
    const { live, connect, receive, socket, calls, timers } = bench();
    live.start();
    await connect(0);
    socket.active = false;
    live.stop();
    receive('disconnect');
    await timers.pass(60_000);
    expect(calls).to.deep.equal(['connect', 'disconnect']);
    expect(live.status.get().state).to.equal('off');
  });

  it('says so when it cannot read a message, and goes on', async () => {
    const { live, connect, receive, send } = bench();
    const heard: string[] = [];
    live.subscribe({ workflowId: 'w', since: '1-0' }, { onEvent: ({ offset }) => heard.push(offset) });
    live.start();
    await connect(0);
    for (const rubbish of [null, 7, {}, { type: 'workflow_event', workflowId: 'w', offset: 3 }]) {
      receive('workflow_event', rubbish);
    }
    expect(live.status.get().problem).to.contain('"workflow_event" cannot be read');
    send(relayed(1));
    expect(heard).to.deep.equal(['1-1']);
  });
});
