import { redisKeysOf } from '@tamma/contracts';
import { createCircuits } from '@tamma/coordination/redis';
import { BREAKER_DEFAULTS, done, type ErrorClass, FREE, TammaError } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';
import { testClock, uniqueName } from '@tamma/testing';
import { expect } from 'chai';
import { CallBooks } from './call-books.ts';
import { createExecutor } from './executor.ts';
import { type Bench, FIRST, openBench } from './testing/bench.ts';
import { askOf, fakeAgents, fakeProvider } from './testing/fake-agents.ts';
import { fakeStep } from './testing/fake-step.ts';
import { fakeWorkspaces } from './testing/fake-workspaces.ts';

const INTAKE = FIRST.id;
const HALF_MINUTE_MS = 30_000;

function trouble(errorClass: ErrorClass, retryAfterMs?: number): TammaError {
  const options = retryAfterMs === undefined ? {} : { retryAfterMs };
  return new TammaError('TROUBLE', 'no answer', { class: errorClass, ...options });
}

/** The first step looks at its issue, on a platform that answers as the test says. */
async function openStory(
  answer: (call: number) => Promise<null>,
  options: { readonly random?: () => number } = {},
) {
  const clock = testClock();
  const delays: number[] = [];
  const sleep = async (ms: number) => {
    delays.push(ms);
    clock.advance(ms);
  };
  const intake = fakeStep('issue-intake', async ({ platform }) => {
    await platform.readIssue(1);
    return done({ answer: 1 });
  });
  const bench = await openBench({ steps: [intake], deps: { now: clock.now, sleep, ...options } });
  let calls = 0;
  const readIssue = () => {
    calls += 1;
    return answer(calls);
  };
  const platform = { ...bench.platform, readIssue };
  const execute = createExecutor({ ...bench.deps, platformOf: () => platform }, 'git');
  let attempt = 0;
  const run = ({ failures = 0, signal = new AbortController().signal } = {}) => {
    attempt += 1;
    return execute(bench.taskOf(INTAKE, { attempt, failures }), signal);
  };
  return { bench, clock, delays, run, calls: () => calls, [Symbol.asyncDispose]: bench[Symbol.asyncDispose] };
}

async function countOf(bench: Bench, type: string): Promise<number> {
  return (await bench.types()).filter((one) => one === type).length;
}

describe('a call of an outside service', () => {
  it('is tried again where it is made while the network is in trouble, and each time told', async () => {
    await using story = await openStory((call) =>
      call <= 3 ? Promise.reject(trouble('network')) : Promise.resolve(null),
    );
    expect(await story.run()).to.deep.equal({ kind: 'done' });
    expect(story.delays).to.deep.equal([1000, 2000, 4000]);
    const told = (await story.bench.events()).filter((event) => event.type === 'CALL.RETRY.SCHEDULED');
    expect(told.map((event) => [event.taskId, event.data.retryCount, event.data.operation])).to.deep.equal(
      [1, 2, 3].map((retry) => ['demo-1.r1.issue-intake', retry, 'readIssue']),
    );
    expect(new Set(told.map((event) => event.id)).size).to.equal(3);
    expect(await countOf(story.bench, 'TASK.RETRY.SCHEDULED')).to.equal(0);
  });

  it('that failed with all its tries has its task held three times, then a person asked', async () => {
    await using story = await openStory((call) =>
      // Never five failures in a minute: the circuit stays closed.
      call > 100 ? Promise.resolve(null) : Promise.reject(trouble('network')),
    );
    for (const held of [1, 2, 3]) {
      const fate = await story.run();
      expect(fate).to.include({ kind: 'park', until: story.clock.now() + 300_000 });
      expect(story.calls()).to.equal(4 * held);
      story.clock.advance(300_000);
    }
    expect(await countOf(story.bench, 'TASK.FAILED.PERMANENT')).to.equal(0);
    expect((await story.run()).kind).to.equal('stop');
    expect(await countOf(story.bench, 'ESCALATION.TRIGGERED.SUCCESS')).to.equal(4);
    expect(await countOf(story.bench, 'TASK.FAILED.PERMANENT')).to.equal(1);
  });

  it('is not made at all once five failed within a minute, until a trial goes well', async () => {
    let isAway = true;
    await using story = await openStory(() =>
      isAway ? Promise.reject(new Error('it crashed')) : Promise.resolve(null),
    );
    for (let failure = 1; failure <= 5; failure += 1) {
      expect((await story.run()).kind).to.equal('retry');
      story.clock.advance(1000);
    }
    const openedAt = story.clock.now() - 1000;
    const refused = await story.run();
    expect(refused).to.include({ kind: 'park', until: openedAt + 300_000 + 1000 });
    expect(story.calls()).to.equal(5);
    const [parked] = (await story.bench.events()).slice(-1);
    expect(JSON.stringify(parked?.data)).to.contain('Circuit breaker is open').and.contain('readIssue');
    story.clock.advance(300_000);
    isAway = false;
    expect(await story.run()).to.deep.equal({ kind: 'done' });
    const circuits = (await story.bench.events()).filter((event) => event.type.startsWith('CIRCUIT.'));
    expect(circuits.map((event) => [event.type, event.workflowId])).to.deep.equal([
      ['CIRCUIT.OPENED.SUCCESS', undefined],
      ['CIRCUIT.CLOSED.SUCCESS', undefined],
    ]);
    const metrics = await story.bench.metrics.render();
    const labels = 'service="memory",operation="readIssue"';
    for (const line of [
      `tamma_service_calls_total{${labels},result="failed"} 5`,
      `tamma_service_calls_total{${labels},result="rejected"} 1`,
      `tamma_service_calls_total{${labels},result="succeeded"} 1`,
      `tamma_circuit_changes_total{${labels},to="open"} 1`,
      `tamma_circuit_changes_total{${labels},to="closed"} 1`,
      `tamma_service_call_duration_seconds_count{${labels}} 6`,
    ]) {
      expect(metrics).to.contain(line);
    }
  });

  it('that was the trial and was broken off leaves the trial to the next one', async () => {
    const stopping = new AbortController();
    let isAway = true;
    await using story = await openStory(async () => {
      if (!isAway) stopping.abort('shutdown');
      throw new Error('it crashed');
    });
    for (let failure = 1; failure <= 5; failure += 1) await story.run();
    story.clock.advance(BREAKER_DEFAULTS.openMs);
    isAway = false;
    expect(await story.run({ signal: stopping.signal })).to.deep.equal({ kind: 'hand-back' });
    const [circuit] = await story.bench.circuits.listCircuits();
    const until = circuit?.state.status === 'open' ? circuit.state.untilMs : null;
    expect(until).to.equal(story.clock.now());
  });

  it('does not count against its service when the request was wrong', async () => {
    for (const name of ['validation', 'authentication', 'conflict', 'gate'] as const) {
      await using story = await openStory(() => Promise.reject(trouble(name)));
      for (let failure = 0; failure < 6; failure += 1) {
        await story.bench.hashes.retry({
          workflowId: 'demo-1.r1',
          taskId: 'demo-1.r1.issue-intake',
          order: null,
          events: [],
        });
        await story.run();
      }
      expect([name, story.calls()]).to.deep.equal([name, 6]);
    }
  });

  it('that met a limit has everybody leave the service alone as long as it asked', async () => {
    await using story = await openStory((call) =>
      call === 1 ? Promise.reject(trouble('rate-limit', HALF_MINUTE_MS)) : Promise.resolve(null),
    );
    expect(await story.run()).to.include({ kind: 'retry', delayMs: HALF_MINUTE_MS });
    const refused = await story.run({ failures: 1 });
    expect(refused).to.include({ kind: 'park', until: story.clock.now() + HALF_MINUTE_MS + 1000 });
    expect(story.calls()).to.equal(1);
    expect(await countOf(story.bench, 'SERVICE.HELD.SUCCESS')).to.equal(1);
    story.clock.advance(HALF_MINUTE_MS);
    expect(await story.run({ failures: 1 })).to.deep.equal({ kind: 'done' });
  });

  it('that met a limit of hours has nobody call before, and at most for a day', async () => {
    for (const [asked, held] of [
      [5 * 3_600_000, 5 * 3_600_000],
      [Number.MAX_SAFE_INTEGER, 24 * 3_600_000],
    ] as const) {
      await using story = await openStory((call) =>
        call === 1 ? Promise.reject(trouble('rate-limit', asked)) : Promise.resolve(null),
      );
      const until = story.clock.now() + held;
      expect((await story.run()).kind).to.equal('retry');
      story.clock.advance(3_600_000);
      const again = await story.run({ failures: 1 });
      expect(again).to.include({ kind: 'park', until: until + 1000 });
      expect(story.calls()).to.equal(1);
    }
  });

  it('is not tried again for an attempt that was overtaken, and its service is not to blame', async () => {
    await using story = await openStory(async (call) => {
      if (call === 1) {
        const fence = { workflowId: 'demo-1.r1', taskId: 'demo-1.r1.issue-intake', attempt: 2 };
        await story.bench.hashes.begin(fence, []);
      }
      throw trouble('network');
    });
    expect(await story.run()).to.deep.equal({ kind: 'abandon' });
    expect(story.calls()).to.equal(1);
    expect(await story.bench.metrics.render()).to.not.contain('result="failed"');
  });

  it('comes out as it did when nothing could be kept of it', async () => {
    const refuse = () => Promise.reject(trouble('validation'));
    for (const answer of [async () => null, refuse]) {
      await using story = await openStory(answer);
      const broken = {
        ...story.bench.circuits,
        succeeded: () => Promise.reject(new Error('Redis stumbled')),
      };
      const { eventLog, deps, metrics } = story.bench;
      const { now, workerId, logger } = deps;
      const books = new CallBooks({ circuits: broken, eventLog, now, workerId, logger, metrics });
      const platform = { ...story.bench.platform, readIssue: answer };
      const execute = createExecutor({ ...deps, books, platformOf: () => platform }, 'git');
      const fate = await execute(story.bench.taskOf(INTAKE), new AbortController().signal);
      expect(fate.kind).to.equal(answer === refuse ? 'stop' : 'done');
      expect(story.bench.lines.join('')).to.contain('call not kept in mind').and.contain('Redis stumbled');
    }
  });

  it('shares its circuit through Redis: what one process learned another one heeds', async () => {
    const prefix = uniqueName('circuits');
    const intake = fakeStep('issue-intake', async ({ platform }) => {
      await platform.readIssue(1);
      return done({ answer: 1 });
    });
    const fates: string[] = [];
    for (let process = 1; process <= 6; process += 1) {
      await using bench = await openBench({ steps: [intake] });
      const keys = redisKeysOf(prefix);
      const circuits = createCircuits({ redis: bench.redis, keys, settings: BREAKER_DEFAULTS });
      const { now, workerId, logger } = bench.deps;
      const { eventLog, metrics } = bench;
      const books = new CallBooks({ circuits, eventLog, now, workerId, logger, metrics });
      const platform = { ...bench.platform, readIssue: () => Promise.reject(new Error('it crashed')) };
      const execute = createExecutor({ ...bench.deps, books, platformOf: () => platform }, 'git');
      fates.push((await execute(bench.taskOf(INTAKE), new AbortController().signal)).kind);
    }
    expect(fates).to.deep.equal([...Array(5).fill('retry'), 'park']);
  });
});

describe('a call of a model', () => {
  async function ask({ agents, signal, showText }: StepContext) {
    const [agent] = await agents();
    await agent?.provider.respond(askOf(), { signal, onText: showText });
    return done({ answer: 1 });
  }

  const cutOff = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  for (const [title, words, calls, broke] of [
    ['is tried again when it broke off before its first word', '', 4, () => trouble('network')],
    ['is not asked once more at once when it broke off after its first words', 'Well', 1, cutOff],
    ['is not either when its client says so in its own words', 'Well', 1, () => trouble('network')],
  ] as const) {
    it(title, async () => {
      let made = 0;
      const parrot = fakeProvider({
        price: FREE,
        answer: async ({ onText }) => {
          made += 1;
          if (words !== '') onText?.(words);
          throw broke();
        },
      });
      const agentOf = fakeAgents({ scripted: parrot });
      await using bench = await openBench({ steps: [fakeStep('issue-intake', ask)], deps: { agentOf } });
      const fate = await bench.run(INTAKE);
      expect([made, fate.kind]).to.deep.equal([calls, calls === 1 ? 'retry' : 'park']);
    });
  }
});

describe('a checkout', () => {
  it('is cloned and pushed through the circuit of its platform', async () => {
    let clones = 0;
    const workspaces = fakeWorkspaces();
    const open: typeof workspaces.open = async (request) => {
      clones += 1;
      if (clones === 1) throw trouble('network');
      const workspace = await workspaces.open(request);
      return { ...workspace, push: async () => ({ kind: 'pushed', commit: 'abc' }) };
    };
    const pushed: unknown[] = [];
    const intake = fakeStep('issue-intake', async ({ openWorkspace }) => {
      pushed.push(await (await openWorkspace('main')).push('main', 'abc'));
      return done({ answer: 1 });
    });
    await using bench = await openBench({ steps: [intake], deps: { workspaces: { ...workspaces, open } } });
    expect(await bench.run(INTAKE)).to.deep.equal({ kind: 'done' });
    expect(pushed).to.deep.equal([{ kind: 'pushed', commit: 'abc' }]);
    const metrics = await bench.metrics.render();
    for (const operation of ['clone', 'push']) {
      expect(metrics).to.contain(`{service="memory",operation="${operation}",result="succeeded"} 1`);
    }
    expect(await countOf(bench, 'CALL.RETRY.SCHEDULED')).to.equal(1);
    expect(workspaces.removed).to.deep.equal(['main']);
  });
});
