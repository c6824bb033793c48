import { redisKeysOf } from '@tamma/contracts';
import { eventually, testServers, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { Redis } from 'ioredis';
import type { LiveText, TextChunk } from '../index.ts';
import { createLiveText } from './index.ts';

interface Bench extends AsyncDisposable {
  readonly redis: Redis;
  readonly key: string;
  readonly live: LiveText;
  /** Id of the connection on which a read waits; null while none does. */
  waitingReader(): Promise<string | null>;
}

function openBench(): Bench {
  const name = uniqueName('live');
  const redis = new Redis(testServers().redisUrl, { connectionName: name });
  const keys = redisKeysOf(name);
  const live = createLiveText({ redis, keys });
  const dispose = async () => {
    await live.close();
    redis.disconnect();
  };
  const waitingReader = async () => {
    const lines = String(await redis.client('LIST')).split('\n');
    const line = lines.find((one) => one.includes(`name=${name} `) && /flags=\w*b.* cmd=xread /.test(one));
    return /^id=(\d+)/.exec(line ?? '')?.[1] ?? null;
  };
  return { redis, key: keys.liveText, live, waitingReader, [Symbol.asyncDispose]: dispose };
}

function chunkOf(text: string): TextChunk {
  const at = '2026-01-01T00:00:00.000Z';
  return {
    workflowId: 'demo-1.r1',
    taskId: 'demo-1.r1.plan-generation',
    stepId: 'plan-generation',
    text,
    at,
  };
}

const AT_ONCE = { limit: 100, waitMs: 0 };

describe('live text', () => {
  it('starts at the end, then gives every chunk once, in order, and says where it stands', async () => {
    await using bench = openBench();
    const { live } = bench;
    await live.append([chunkOf('before')]);
    const start = await live.next(null, AT_ONCE);
    expect(start.chunks).to.deep.equal([]);
    await live.append(['a', 'b', 'c'].map(chunkOf));
    const first = await live.next(start.after, { limit: 2, waitMs: 0 });
    expect(first.chunks).to.deep.equal(['a', 'b'].map(chunkOf));
    const second = await live.next(first.after, AT_ONCE);
    expect(second.chunks).to.deep.equal([chunkOf('c')]);
    expect(await live.next(second.after, AT_ONCE)).to.deep.equal({ chunks: [], after: second.after });
  });

  it('loses nothing between the first look at an empty stream and the first chunk', async () => {
    await using bench = openBench();
    const { after } = await bench.live.next(null, AT_ONCE);
    await bench.live.append([chunkOf('first')]);
    expect((await bench.live.next(after, AT_ONCE)).chunks).to.deep.equal([chunkOf('first')]);
  });

  it('waits for the first chunk, and no longer than asked', async () => {
    await using bench = openBench();
    const waiting = bench.live.next(null, { limit: 10, waitMs: 10_000 });
    await eventually('it blocks', bench.waitingReader);
    await bench.live.append([chunkOf('here')]);
    expect((await waiting).chunks).to.deep.equal([chunkOf('here')]);
    const startedAt = performance.now();
    expect((await bench.live.next(null, { limit: 10, waitMs: 50 })).chunks).to.deep.equal([]);
    // Well below the ten seconds of the wait before, and without a limit it would never end.
    expect(performance.now() - startedAt).to.be.within(45, 5000);
  });

  it('does not hold up those who append while it waits', async () => {
    await using bench = openBench();
    const waiting = bench.live.next(null, { limit: 10, waitMs: 60_000 });
    await eventually('it blocks', bench.waitingReader);
    // Behind a read that blocks its connection it would be answered a minute later.
    await bench.redis.ping();
    expect(await bench.waitingReader()).to.not.equal(null);
    await bench.live.close();
    await waiting;
  });

  it('keeps about two thousand chunks, and cuts long texts', async () => {
    await using bench = openBench();
    await bench.live.append(Array.from({ length: 5000 }, (_, i) => chunkOf(String(i))));
    expect(await bench.redis.xlen(bench.key)).to.be.within(2000, 2200);
    const { after } = await bench.live.next(null, AT_ONCE);
    await bench.live.append([chunkOf('x'.repeat(10_000)), chunkOf('🦀'.repeat(4000))]);
    const { chunks } = await bench.live.next(after, AT_ONCE);
    expect(chunks.map((chunk) => chunk.text.length)).to.deep.equal([4000, 4000]);
  });

  it('leaves out what does not parse', async () => {
    await using bench = openBench();
    const { after } = await bench.live.next(null, AT_ONCE);
    for (const text of ['{', '{"text":1}', 'null']) await bench.redis.xadd(bench.key, '*', 'chunk', text);
    await bench.redis.xadd(bench.key, '*', 'other', 'field');
    await bench.live.append([chunkOf('good')]);
    expect((await bench.live.next(after, AT_ONCE)).chunks).to.deep.equal([chunkOf('good')]);
  });

  it('goes on after its connection was cut, and says what went wrong', async () => {
    await using bench = openBench();
    const { after } = await bench.live.next(null, AT_ONCE);
    const waiting = bench.live.next(after, { limit: 10, waitMs: 10_000 }).then(
      () => null,
      (error: Error) => error.message,
    );
    const reader = await eventually('it blocks', bench.waitingReader);
    await bench.redis.client('KILL', 'ID', reader);
    expect(await waiting).to.match(/^streamed text cannot be read: /);
    await bench.live.append([chunkOf('after')]);
    expect((await bench.live.next(after, AT_ONCE)).chunks).to.deep.equal([chunkOf('after')]);
  });

  it('ends a read that waits when it is closed, and refuses the next one', async () => {
    await using bench = openBench();
    const waiting = bench.live.next(null, { limit: 10, waitMs: 10_000 });
    await eventually('it blocks', bench.waitingReader);
    await bench.live.close();
    expect((await waiting).chunks).to.deep.equal([]);
    const failure = await bench.live.next(null, AT_ONCE).catch((error: Error) => error.message);
    expect(failure).to.equal('streamed text cannot be read: it is closed');
  });
});
