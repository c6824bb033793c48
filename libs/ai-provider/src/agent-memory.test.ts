import { expect } from 'chai';
import { runAgent } from './agent-loop.ts';
import type { Compaction } from './agent-request.ts';
import type { AiRequest, AiResponse } from './ai-provider.ts';
import { agentRequest, GOOD, givenUp, thrownBy, tool, trouble } from './testing/agent-request.ts';
import { call, stubProvider } from './testing/stub-provider.ts';

/** A tool that says `length` characters, others each time. */
function teller(length: number) {
  let count = 0;
  return tool('tell', async () => {
    count += 1;
    return `${count} `.padEnd(length, 'x');
  });
}

/** An answer whose service counted so many tokens. */
function counted(answer: AiResponse, promptTokens: number): AiResponse {
  const usage = { ...answer.usage, inputTokens: 0, cacheReadTokens: promptTokens, outputTokens: 100 };
  return { ...answer, usage };
}

const TELL = call(['tell', {}]);
const EXCEEDED = trouble('AI_CONTEXT_EXCEEDED');

/** Every call has its answer right behind it, under its id. */
function pairsOf({ messages }: AiRequest): readonly (readonly [string, string])[] {
  return messages.flatMap((message, index) => {
    const next = messages[index + 1];
    if (message.role !== 'assistant' || next?.role !== 'user') return [];
    const ids = message.content.flatMap((block) => (block.type === 'tool_call' ? [block.id] : []));
    const answers = next.content.flatMap((block) => (block.type === 'tool_result' ? [block.callId] : []));
    return [[ids.join(), answers.join()] as const];
  });
}

describe('memory of the agent loop', () => {
  it('only ever adds, so that what a provider keeps of the beginning stays good', async () => {
    const provider = stubProvider([TELL, TELL, TELL, call(GOOD)]);
    await runAgent(agentRequest(provider, { tools: [teller(1000)] }));
    const [first, ...later] = provider.requests;
    later.reduce((before, after) => {
      expect(after.messages.length).to.equal((before?.messages.length ?? 0) + 2);
      before?.messages.forEach((message, index) => {
        expect(after.messages[index]).to.equal(message);
      });
      expect(after.tools).to.deep.equal(before?.tools);
      return after;
    }, first);
  });

  it('leaves out what is old once the service says that it grew too long, and tells of it', async () => {
    const told: Compaction[] = [];
    const answers = [1000, 4000, 7000, 9500].map((tokens) => counted(TELL, tokens));
    const provider = stubProvider([...answers, call(GOOD)]);
    const result = await runAgent(
      agentRequest(provider, {
        tools: [teller(5000)],
        contextTokensMax: 10_000,
        heard: { onCompacted: async (one) => void told.push(one) },
      }),
    );
    expect(result.kind).to.equal('finished');
    expect(told.map(({ turn }) => turn)).to.deep.equal([5]);
    const [{ lengthBefore = 0, lengthAfter = 0 } = {}] = told;
    expect(lengthBefore).to.be.above(20_000);
    expect(lengthAfter).to.be.below(lengthBefore - 4000);
    const last = provider.requests.at(-1);
    expect(JSON.stringify(last?.messages)).to.contain('[left out to save room: 5000 characters of tell;');
    expect(last && pairsOf(last)).to.deep.equal(Array(4).fill(['id-1', 'id-1']));
  });

  it('goes by the characters where no service counts', async () => {
    const silent: AiResponse = { ...TELL, usage: { ...TELL.usage, inputTokens: 0, outputTokens: 0 } };
    const provider = stubProvider([...Array(12).fill(silent), call(GOOD)]);
    const request = agentRequest(provider, {
      tools: [teller(6000)],
      contextTokensMax: 10_000,
      limits: { turnsMax: 20 },
    });
    expect((await runAgent(request)).kind).to.equal('finished');
    const lengths = provider.requests.map(({ messages }) => JSON.stringify(messages).length);
    expect(Math.max(...lengths)).to.be.below(32_000);
  });

  it('spares the last turns as long as it can, and the last one always', async () => {
    const provider = stubProvider([counted(TELL, 2000), counted(TELL, 9900), call(GOOD)]);
    const request = agentRequest(provider, { tools: [teller(5000)], contextTokensMax: 10_000 });
    expect((await runAgent(request)).kind).to.equal('finished');
    const results = provider.requests.at(-1)?.messages.filter(({ role }) => role === 'user');
    expect(JSON.stringify(results?.at(-2))).to.contain('left out to save room');
    expect(JSON.stringify(results?.at(-1))).to.contain('xxx');
  });

  it('gives up when nothing more can be left out', async () => {
    const prompt = 'x'.repeat(40_000);
    const provider = stubProvider([call(GOOD)]);
    const result = await runAgent(agentRequest(provider, { prompt, contextTokensMax: 10_000 }));
    expect(givenUp(result)).to.include({ code: 'AI_CONVERSATION_TOO_LONG', class: 'model' });
    expect(givenUp(result).message).to.match(/about 13\d+ tokens long, of 10000 it may have/);
    expect(result).to.include({ turns: 0, costUsd: 0 });
    expect(provider.requests).to.deep.equal([]);
  });

  it('leaves out what is old, and asks once more, when a service takes the request for too long', async () => {
    const told: Compaction[] = [];
    const provider = stubProvider([TELL, TELL, TELL, TELL, async () => Promise.reject(EXCEEDED), call(GOOD)]);
    const heard = { onCompacted: async (one: Compaction) => void told.push(one) };
    const result = await runAgent(agentRequest(provider, { tools: [teller(5000)], heard }));
    expect(result).to.include({ kind: 'finished', turns: 5 });
    expect(told).to.have.length(1);
    const [refused, again] = provider.requests.slice(-2);
    expect(again?.purpose.turn).to.equal(refused?.purpose.turn);
    expect(JSON.stringify(again?.messages).length).to.be.below(
      JSON.stringify(refused?.messages).length / 1.3,
    );
  });

  it('throws what the service said when that does not help', async () => {
    const provider = stubProvider([TELL, TELL, TELL, TELL, async () => Promise.reject(EXCEEDED)]);
    expect(await thrownBy(runAgent(agentRequest(provider, { tools: [teller(5000)] })))).to.equal(EXCEEDED);
    expect(provider.requests).to.have.length(6);
    const first = stubProvider([async () => Promise.reject(EXCEEDED)]);
    expect(await thrownBy(runAgent(agentRequest(first)))).to.equal(EXCEEDED);
    expect(first.requests).to.have.length(1);
  });
});
