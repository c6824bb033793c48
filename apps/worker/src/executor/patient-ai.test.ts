import type { AiProvider } from '@tamma/ai-provider';
import { done, FREE, TammaError } from '@tamma/domain';
import { testClock } from '@tamma/testing';
import { expect } from 'chai';
import { restWithService } from './patient-ai.ts';
import { FIRST, openBench } from './testing/bench.ts';
import { answerWith, askOf, type FakeAnswer, fakeAgents, fakeProvider } from './testing/fake-agents.ts';
import { fakeStep } from './testing/fake-step.ts';

const INTAKE = FIRST.id;
const SECOND_MS = 1000;
const DAY_MS = 24 * 3_600_000;

/** A conversation of three turns, in which the service answers as the test says, and well from then on. */
async function openConversation(...answers: readonly FakeAnswer[]) {
  const clock = testClock();
  const rests: number[] = [];
  const sleep = async (ms: number) => {
    rests.push(ms);
    clock.advance(ms);
  };
  const left = [...answers];
  const parrot = fakeProvider({
    price: FREE,
    answer: (about, request) => (left.shift() ?? answerWith({}, FREE))(about, request),
  });
  const intake = fakeStep('issue-intake', async ({ agents, signal }) => {
    const [agent] = await agents();
    for (const turn of [1, 2, 3]) {
      const { purpose, ...asked } = askOf();
      await agent?.provider.respond({ ...asked, purpose: { ...purpose, turn } }, { signal, runCli });
    }
    return done({ answer: 1 });
  });
  const agentOf = fakeAgents({ scripted: parrot });
  const bench = await openBench({ steps: [intake], deps: { agentOf, now: clock.now, sleep } });
  let attempt = 0;
  const run = () => {
    attempt += 1;
    return bench.run(INTAKE, { attempt });
  };
  const turns = () => parrot.requests.map(({ purpose }) => purpose.turn);
  return { bench, clock, rests, run, turns, [Symbol.asyncDispose]: bench[Symbol.asyncDispose] };
}

const CLI_REQUEST = {
  argv: ['cli'],
  stdin: '',
  variables: {},
  readable: [],
  network: false,
  timeoutMs: 1000,
  outputMax: 1000,
  onOutput: () => {},
};
const runCli = async () => ({ exitCode: 0, timedOut: false, stdout: '', stderr: '' });
const well: FakeAnswer = answerWith({}, FREE);
const limited =
  (retryAfterMs: number): FakeAnswer =>
  () =>
    Promise.reject(new TammaError('AI_RATE_LIMITED', 'slow down', { class: 'rate-limit', retryAfterMs }));
const cutOff: FakeAnswer = ({ onText }) => {
  onText?.('Well');
  return Promise.reject(Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' }));
};

describe('a conversation whose service is busy', () => {
  it('rests as long as the service wishes and goes on where it was', async () => {
    await using story = await openConversation(well, limited(30 * SECOND_MS), limited(SECOND_MS), well);
    expect(await story.run()).to.deep.equal({ kind: 'done' });
    expect(story.turns()).to.deep.equal([1, 2, 2, 2, 3]);
    expect(story.rests).to.deep.equal([31 * SECOND_MS, 2 * SECOND_MS]);
    const told = await story.bench.events();
    expect(told.filter(({ type }) => type === 'SERVICE.HELD.SUCCESS')).to.have.lengthOf(2);
    const rested = told.filter((event) => event.type === 'CALL.RETRY.SCHEDULED');
    expect(rested.map(({ data }) => [data.service, data.retryCount, data.retryDelayMs])).to.deep.equal([
      ['parrot', 1, 31 * SECOND_MS],
      ['parrot', 2, 2 * SECOND_MS],
    ]);
  });

  it('parks instead when that is long, and when nothing was said yet', async () => {
    for (const answers of [
      [well, limited(121 * SECOND_MS)],
      [limited(121 * SECOND_MS)],
      [limited(SECOND_MS)],
    ]) {
      await using story = await openConversation(...answers);
      expect((await story.run()).kind).to.equal('park');
      expect(story.rests).to.deep.equal([]);
      expect((await story.bench.types()).filter((type) => type === 'TASK.RETRY.SCHEDULED')).to.deep.equal([]);
      story.clock.advance(123 * SECOND_MS);
      expect(await story.run()).to.deep.equal({ kind: 'done' });
    }
  });

  it('rests five times before one answer, then parks', async () => {
    await using story = await openConversation(well, ...Array(6).fill(limited(60 * SECOND_MS)));
    expect((await story.run()).kind).to.equal('park');
    expect(story.rests).to.have.lengthOf(5);
    expect(story.turns()).to.deep.equal([1, 2, 2, 2, 2, 2, 2]);
  });

  it('is no failure however often it happens, and concerns a person after a day', async () => {
    await using story = await openConversation(...Array(1000).fill(limited(200 * SECOND_MS)));
    const begunAt = story.clock.now();
    for (;;) {
      const fate = await story.run();
      if (fate.kind === 'stop') break;
      if (fate.kind !== 'park') throw new Error(`expected it to park, not to ${fate.kind}`);
      story.clock.advance(fate.until - story.clock.now());
    }
    expect(story.clock.now() - begunAt).to.equal(DAY_MS);
  });

  it('is asked for the same answer once more when one broke off in its middle', async () => {
    await using story = await openConversation(well, well, cutOff, cutOff);
    expect(await story.run()).to.deep.equal({ kind: 'done' });
    expect(story.turns()).to.deep.equal([1, 2, 3, 3, 3]);
  });

  it('pays for no second run of a coding program that broke off in its middle', async () => {
    const brokenRun: FakeAnswer = async (about, request) => {
      await about.runCli?.({ ...CLI_REQUEST, signal: about.signal });
      return cutOff(about, request);
    };
    await using story = await openConversation(well, brokenRun);
    expect((await story.run()).kind).to.equal('retry');
    expect(story.turns()).to.deep.equal([1, 2]);
  });

  it('stops resting as soon as it is told to', async () => {
    const stop = new AbortController();
    const held = new TammaError('SERVICE_HELD', 'not now', { class: 'rate-limit', heldUntilMs: 60_000 });
    const busy: AiProvider = fakeProvider({ answer: () => Promise.reject(held) });
    const patient = restWithService(busy, {
      now: () => 0,
      random: () => 0,
      onRest: async () => {},
      sleep: async (_ms, signal) => {
        stop.abort(new Error('told to stop'));
        signal.throwIfAborted();
      },
    });
    const { purpose, ...asked } = askOf();
    const answer = patient.respond({ ...asked, purpose: { ...purpose, turn: 2 } }, { signal: stop.signal });
    const thrown = await answer.catch((reason: unknown) => reason);
    expect(thrown).to.equal(stop.signal.reason);
  });
});
