import { redisKeysOf } from '@tamma/contracts';
import { eventually, testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import { commitOf, fence, head, STOP, waitOf } from '../testing/bench.ts';
import { openProxy } from '../testing/proxy.ts';
import { createControlChannel, createWorkflowHashes } from './index.ts';

function openChannel(url = testServers().redisUrl) {
  const redis = new Redis(url, { maxRetriesPerRequest: null, retryStrategy: () => 10 });
  const errors: Error[] = [];
  redis.on('error', (error) => errors.push(error));
  const keys = redisKeysOf(uniqueName('control'));
  const channel = createControlChannel({ redis, keys, onError: (error) => errors.push(error) });
  const heard: string[] = [];
  return {
    redis,
    keys,
    channel,
    errors,
    heard,
    /** A hint may be lost while nobody is subscribed yet, so it is given until it is heard. */
    untilHeard: (workflowId: string) =>
      eventually(`${workflowId} is heard`, async () => {
        await channel.announce(workflowId);
        return heard.includes(workflowId);
      }),
    [Symbol.asyncDispose]: async () => {
      await channel.close();
      redis.disconnect();
    },
  };
}

describe('control channel', () => {
  it('tells every listener which workflow to look at, until it is disposed of', async () => {
    await using one = openChannel();
    const others: string[] = [];
    using _listener = one.channel.listen((id) => one.heard.push(id));
    const other = one.channel.listen((id) => others.push(id));
    await one.untilHeard('demo-1.r1');
    expect(others).to.include('demo-1.r1');
    other[Symbol.dispose]();
    await one.untilHeard('demo-2.r1');
    expect(others).not.to.include('demo-2.r1');
    expect(one.errors).to.deep.equal([]);
  });

  it('goes on after its connection was cut', async () => {
    await using proxy = await openProxy(testServers().redisUrl);
    await using one = openChannel(proxy.url);
    using _listener = one.channel.listen((id) => one.heard.push(id));
    await one.untilHeard('before');
    proxy.cut();
    await one.untilHeard('after');
  });

  it('goes on telling the others when a listener throws, and reports it', async () => {
    await using one = openChannel();
    using _broken = one.channel.listen(() => {
      throw new Error('broken listener');
    });
    using _listener = one.channel.listen((id) => one.heard.push(id));
    await one.untilHeard('demo-1.r1');
    expect(one.errors.map((error) => error.message)).to.include('broken listener');
  });

  it('hears of what people do to a workflow at once, by the very script that does it', async () => {
    await using one = openChannel();
    using _listener = one.channel.listen((id) => one.heard.push(id));
    await one.untilHeard('ready');
    const hashes = createWorkflowHashes(one);
    const at = '2026-01-01T00:00:00.000Z';
    const order = { kind: 'skip', by: 'ada', why: 'not here', at } as const;
    const { workflowId, taskId } = fence;
    const approval = { id: `${taskId}.a1`, kind: 'plan', subject: 'f00d' } as const;
    const decision = { approvalId: approval.id, kind: 'plan', decision: 'approve', comment: '' } as const;
    const decided = { ...decision, subject: 'f00d', by: 'ada', at };
    await hashes.open(head, []);
    await hashes.begin(fence, []);
    await hashes.commit(commitOf({ outcome: null, wait: waitOf({ on: 'approval', approval }) }));
    await hashes.decide({ workflowId, taskId, decision: decided, events: [] });
    await eventually('the decision is heard', () => one.heard.includes(workflowId));
    one.heard.length = 0;
    await hashes.commit(commitOf({ outcome: STOP }));
    const changes = [
      () => hashes.retry({ workflowId, taskId, order: null, events: [] }),
      () => hashes.suspend({ workflowId, untilMs: 1, events: [] }),
      () => hashes.resume(workflowId, []),
      () => hashes.order({ workflowId, taskId, order, events: [] }),
      () => hashes.cancel(workflowId, []),
    ];
    for (const [index, change] of changes.entries()) {
      await change();
      // What changed nothing tells nothing.
      await change();
      await eventually('it is heard', () => one.heard.filter((id) => id === workflowId).length === index + 1);
    }
  });

  it('may be closed twice, and before it ever listened; then it refuses listeners', async () => {
    await using one = openChannel();
    await one.channel.close();
    await one.channel.close();
    expect(() => one.channel.listen(() => {})).to.throw('closed');
  });

  it('is closed in the middle of connecting without a word', async () => {
    await using one = openChannel();
    one.channel.listen(() => {});
    await one.channel.close();
    await one.redis.ping();
    expect(one.errors).to.deep.equal([]);
  });
});
