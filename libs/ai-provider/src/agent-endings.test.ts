import { expect } from 'chai';
import { runAgent } from './agent-loop.ts';
import type { ToolFacts } from './agent-request.ts';
import type { AiResponse } from './ai-provider.ts';
import {
  agentRequest,
  echo,
  GOOD,
  givenUp,
  lastReply,
  lastResult,
  thrownBy,
  tool,
} from './testing/agent-request.ts';
import { call, say, stubProvider } from './testing/stub-provider.ts';

/** The same answer, cut off at its longest. */
function cut(answer: AiResponse): AiResponse {
  return { ...answer, stopReason: 'length' };
}

describe('endings of the agent loop', () => {
  describe('an answer that was cut at its longest', () => {
    it('runs the complete calls, never the last one, and asks for smaller pieces', async () => {
      const seen: string[] = [];
      const answer = cut(call(['echo', { word: 'whole' }], ['echo', { word: 'half' }]));
      const provider = stubProvider([answer, call(GOOD)]);
      const result = await runAgent(agentRequest(provider, { tools: [echo(seen)] }));
      expect(result.kind).to.equal('finished');
      expect(seen).to.deep.equal(['whole']);
      const [first, second, note] = lastReply(provider);
      expect(first).to.include({ content: 'whole', isError: false });
      expect(second).to.include({
        content: 'Not run: your answer was cut off within this call.',
        isError: true,
      });
      expect(note).to.have.property('text').that.contains('smaller pieces');
    });

    it('runs every call when it was cut in a text behind them', async () => {
      const seen: string[] = [];
      const { content } = call(['echo', { word: 'whole' }]);
      const answer = cut(say('', { content: [...content, { type: 'text', text: 'And th' }] }));
      await runAgent(agentRequest(stubProvider([answer, call(GOOD)]), { tools: [echo(seen)] }));
      expect(seen).to.deep.equal(['whole']);
    });

    it('takes no result that was cut, and one that came whole before the cut', async () => {
      const provider = stubProvider([cut(call(GOOD)), cut(call(GOOD, ['echo', {}]))]);
      const result = await runAgent(agentRequest(provider));
      expect(result).to.include({ kind: 'finished', turns: 2 });
    });

    it('gives up at the fourth one, and tells of each call that did not run', async () => {
      const told: ToolFacts[] = [];
      const provider = stubProvider([cut(call(['echo', { word: 'a' }]))]);
      const heard = { onTool: async (one: ToolFacts) => void told.push(one) };
      const result = await runAgent(agentRequest(provider, { heard }));
      expect(givenUp(result)).to.include({ code: 'AI_ANSWER_CUT', class: 'model' });
      expect(result.turns).to.equal(4);
      expect(told.map(({ ok }) => ok)).to.deep.equal([false, false, false, false]);
    });
  });

  it('sends no message in which the model said nothing', async () => {
    const thought = { type: 'opaque' as const, provider: 'stub', data: { thought: 'Hm.' } };
    const provider = stubProvider([say('', { content: [] }), say(' ', { content: [thought] }), call(GOOD)]);
    await runAgent(agentRequest(provider));
    const said = provider.requests.at(-1)?.messages.filter(({ role }) => role === 'assistant');
    const nothing = { type: 'text', text: '(nothing)' };
    expect(said?.map(({ content }) => content)).to.deep.equal([[nothing], [thought, nothing]]);
  });

  describe('the check of a result', () => {
    it('hands back what it finds wrong, as a correction', async () => {
      const check = async () =>
        provider.requests.length === 1 ? 'the test passes without the change' : null;
      const provider = stubProvider([call(GOOD)]);
      const result = await runAgent(agentRequest(provider, { check }));
      expect(result).to.include({ kind: 'finished', turns: 2 });
      expect(lastResult(provider)).to.deep.equal({
        content: 'the test passes without the change\nCall finish again with a result that fits.',
        isError: true,
      });
    });

    it('is not asked about a result of the wrong shape', async () => {
      const check = async () => Promise.reject(new Error('asked'));
      const provider = stubProvider([call(['finish', {}])]);
      expect(givenUp(await runAgent(agentRequest(provider, { check }))).code).to.equal('AI_RESULT_INVALID');
    });

    it('ends everything when it fails itself', async () => {
      const check = async () => Promise.reject(new Error('git is gone'));
      const request = agentRequest(stubProvider([call(GOOD)]), { check });
      expect(await thrownBy(runAgent(request))).to.have.property('message', 'git is gone');
    });
  });

  describe('a question', () => {
    it('ends the conversation, after the calls before it', async () => {
      const seen: string[] = [];
      const question = ['ask_question', { question: ' Which rounding? ' }] as const;
      const provider = stubProvider([call(['echo', { word: 'a' }], question, ['echo', { word: 'b' }])]);
      const result = await runAgent(agentRequest(provider, { tools: [echo(seen)], mayAsk: true }));
      expect(result).to.deep.equal({ kind: 'asked', question: 'Which rounding?', turns: 1, costUsd: 0.01 });
      expect(provider.requests[0]?.tools.map(({ name }) => name)).to.deep.equal([
        'echo',
        'ask_question',
        'finish',
      ]);
      expect(seen).to.deep.equal(['a']);
    });

    for (const question of ['', '  ', 'x'.repeat(2001), 7]) {
      it(`is handed back when it is ${JSON.stringify(question).slice(0, 9)}`, async () => {
        const provider = stubProvider([call(['ask_question', { question }]), call(GOOD)]);
        const result = await runAgent(agentRequest(provider, { mayAsk: true }));
        expect(result.kind).to.equal('finished');
        expect(lastResult(provider).content).to.match(/^The input does not fit\. question: /);
      });
    }

    it('is no tool where the model may not ask', async () => {
      const provider = stubProvider([call(['ask_question', { question: 'May I?' }]), call(GOOD)]);
      const result = await runAgent(agentRequest(provider));
      expect(result.kind).to.equal('finished');
      expect(provider.requests[0]?.tools.map(({ name }) => name)).to.deep.equal(['echo', 'finish']);
      expect(lastResult(provider).content).to.match(/^Not asked: this step may not ask a person/);
    });

    it('keeps its name to itself', async () => {
      const tools = [tool('ask_question', async () => 'yes')];
      const thrown = await thrownBy(runAgent(agentRequest(stubProvider([call(GOOD)]), { tools })));
      expect(thrown).to.have.property('code', 'AI_TOOLS_AMBIGUOUS');
    });
  });
});
