import { buildHead } from '@tamma/contracts/testing';
import { buildEvent } from '@tamma/domain/testing';
import { expect } from 'chai';
import { commitOf, fence, head, openBench, waitOf } from '../testing/bench.ts';
import { createHeadCache } from './head-cache.ts';
import { createWorkflowHashes } from './index.ts';
import { defineScript, runScript } from './run-script.ts';

const { workflowId, taskId } = fence;
const opening = buildEvent('SESSION.STARTED.SUCCESS', { sessionKey: head.sessionKey });

describe('the begin of an attempt', () => {
  it('tells its opening events when the task is to run now, and not when it parked for something', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    const first = await bench.hashes.begin(fence, [opening]);
    expect(first).to.include({ kind: 'begun', isOpened: true });
    expect(await bench.eventTypes()).to.deep.equal([opening.type]);
    await bench.hashes.commit(commitOf({ outcome: null, wait: waitOf(), events: [] }));
    const second = await bench.hashes.begin({ ...fence, attempt: 2 }, [opening]);
    expect(second).to.include({ kind: 'begun', isOpened: false });
    expect(await bench.eventTypes()).to.deep.equal([opening.type]);
  });

  it('tells nothing when it does not come through', async () => {
    await using bench = openBench();
    expect(await bench.hashes.begin(fence, [opening])).to.deep.equal({ kind: 'missing' });
    await bench.hashes.open(head, []);
    await bench.begun({ ...fence, attempt: 2 });
    await bench.hashes.begin(fence, [opening]);
    await bench.hashes.commit(commitOf({ fence: { ...fence, attempt: 2 }, events: [] }));
    await bench.hashes.begin({ ...fence, attempt: 3 }, [opening]);
    await bench.hashes.cancel(workflowId, []);
    await bench.hashes.begin({ ...fence, taskId: 'other' }, [opening]);
    expect(await bench.eventTypes()).to.deep.equal([]);
  });

  it('reads a head that it knows, one that changed, and one that an older version stored', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    const first = await bench.begun(fence);
    const second = await bench.begun({ ...fence, attempt: 2 });
    expect(second.head).to.equal(first.head);
    await bench.hashes.remove(workflowId);
    const changed = buildHead({ score: 7, run: 2 });
    await bench.hashes.open(changed, []);
    expect((await bench.begun(fence)).head).to.deep.equal(changed);
    await bench.redis.hdel(bench.keys.workflow(workflowId), 'checksum');
    expect((await bench.begun({ ...fence, attempt: 2 })).head).to.deep.equal(changed);
    const elsewhere = createWorkflowHashes(bench);
    expect(await elsewhere.begin({ ...fence, attempt: 3 }, [])).to.deep.include({ head: changed });
  });

  it('reads a wait that an older version stored as one that is escalated and not looked at meanwhile', async () => {
    await using bench = openBench();
    await bench.hashes.open(head, []);
    const old = { on: 'ci', untilMs: 5, why: 'checks run', approval: null, round: null };
    await bench.redis.hset(bench.keys.workflow(workflowId), `wait:${taskId}`, JSON.stringify(old));
    const { wait } = await bench.begun(fence);
    expect(wait).to.deep.equal(waitOf({ untilMs: 5 }));
    await bench.redis.hset(bench.keys.workflow(workflowId), `excused:${taskId}`, '4');
    expect((await bench.begun({ ...fence, attempt: 2 })).pickUpsExcused).to.equal(4);
    await bench.hashes.commit(commitOf({ fence: { ...fence, attempt: 2 }, outcome: null, isExcused: true }));
    expect((await bench.begun({ ...fence, attempt: 3 })).pickUpsExcused).to.equal(5);
  });

  it('refuses a head that does not parse, with what to do about it', async () => {
    await using bench = openBench();
    await bench.redis.hset(bench.keys.workflow(workflowId), 'head', '{"workflowId":1}');
    const failure = await bench.hashes.begin(fence, []).catch((error: unknown) => error);
    expect(failure).to.include({ code: 'HEAD_UNREADABLE', class: 'validation' });
  });
});

describe('heads that were read', () => {
  it('are kept up to a limit, the ones that were used last', () => {
    const heads = createHeadCache(2);
    const text = JSON.stringify(head);
    for (const id of ['a', 'b']) heads.add(id, { checksum: id, text });
    heads.find('a');
    heads.add('c', { checksum: 'c', text });
    expect(['a', 'b', 'c'].map((id) => heads.find(id)?.checksum)).to.deep.equal(['a', undefined, 'c']);
  });

  it('cannot be changed by one of their readers', () => {
    const read = createHeadCache().add('a', { checksum: 'a', text: JSON.stringify(head) });
    expect(() => Object.assign(read.issue.labels, ['mine'])).to.throw(TypeError);
    expect(() => read.template.steps.pop()).to.throw(TypeError);
  });
});

describe('a script', () => {
  it('runs on a Redis that does not know it yet, then by its name, and its errors are thrown', async () => {
    await using bench = openBench();
    const script = defineScript(`-- ${bench.keys.events}\nreturn redis.call('INCR', KEYS[1])`);
    const call = { keys: [bench.keys.circuits], args: [] };
    expect(await bench.redis.script('EXISTS', script.sha1)).to.deep.equal([0]);
    const counts = await Promise.all(Array.from({ length: 10 }, () => runScript(bench.redis, script, call)));
    expect(counts.map(Number).toSorted((a, b) => a - b)).to.deep.equal(
      Array.from({ length: 10 }, (_, i) => i + 1),
    );
    expect(await bench.redis.script('EXISTS', script.sha1)).to.deep.equal([1]);
    await bench.redis.set(bench.keys.circuits, 'words');
    const failure = await runScript(bench.redis, script, call).catch((error: Error) => error.message);
    expect(failure).to.contain('not an integer');
  });
});
