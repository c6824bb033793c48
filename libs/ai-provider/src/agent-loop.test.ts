import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { z } from 'zod';
import { TOOL_OUTPUT_MAX } from './agent-limits.ts';
import { runAgent } from './agent-loop.ts';
import type { AgentEars } from './agent-request.ts';
import type { AiRequest, AiResponse, RespondOptions } from './ai-provider.ts';
import { agentRequest, BAD, echo, GOOD, givenUp, lastResult, thrownBy } from './testing/agent-request.ts';
import { call, say, stubProvider } from './testing/stub-provider.ts';
import { defineTool } from './tool.ts';

describe('agent loop', () => {
  describe('what it sends', () => {
    it('sends purpose, system, prompt and the tools with finish as the last', async () => {
      const provider = stubProvider([call(GOOD)]);
      await runAgent(agentRequest(provider));
      const request = provider.requests[0];
      expect(request?.purpose.step).to.equal('code-generation');
      expect(request?.system).to.equal('You write code.');
      expect(request?.messages).to.deep.equal([
        { role: 'user', content: [{ type: 'text', text: 'Write it.' }] },
      ]);
      expect(request?.tools.map(({ name }) => name)).to.deep.equal(['echo', 'finish']);
      expect(request).to.include({ resultTool: 'finish', outputTokensMax: 16_384 });
    });

    it('describes inputs and the result as JSON Schema, where defaults may be left out', async () => {
      const provider = stubProvider([call(GOOD)]);
      await runAgent(agentRequest(provider));
      const [echoTool, finish] = provider.requests[0]?.tools ?? [];
      expect(echoTool?.inputSchema).to.deep.include({ type: 'object', required: ['word'] });
      expect(finish?.inputSchema).to.deep.include({ type: 'object', required: ['summary', 'lines'] });
      expect(finish?.inputSchema.properties).to.have.property('lines').that.includes({ minimum: 1 });
    });

    it('sends the whole conversation again, each result under the id of its call', async () => {
      const first = call(['echo', { word: 'ab', times: 2 }], ['echo', { word: 'c' }]);
      const provider = stubProvider([first, call(GOOD)]);
      const result = await runAgent(agentRequest(provider));
      expect(result).to.deep.equal({
        kind: 'finished',
        result: { summary: 'done', lines: 3 },
        turns: 2,
        costUsd: 0.02,
      });
      expect(provider.requests[0]?.messages).to.have.length(1);
      expect(provider.requests[1]?.messages.slice(1)).to.deep.equal([
        { role: 'assistant', content: first.content },
        {
          role: 'user',
          content: [
            { type: 'tool_result', callId: 'id-1', content: 'abab', isError: false },
            { type: 'tool_result', callId: 'id-2', content: 'c', isError: false },
          ],
        },
      ]);
    });

    it('refuses tools that share a name, or are called finish, before anything is sent', async () => {
      const provider = stubProvider([call(GOOD)]);
      const twice = await thrownBy(runAgent(agentRequest(provider, { tools: [echo(), echo()] })));
      const taken = await thrownBy(
        runAgent(agentRequest(provider, { tools: [{ ...echo(), name: 'finish' }] })),
      );
      expect(twice).to.be.instanceOf(TammaError).and.include({ code: 'AI_TOOLS_AMBIGUOUS' });
      expect(taken).to.be.instanceOf(TammaError).and.include({ code: 'AI_TOOLS_AMBIGUOUS' });
      expect(provider.requests).to.deep.equal([]);
    });
  });

  describe('the result', () => {
    it('runs calls before finish and ignores those after it', async () => {
      const seen: string[] = [];
      const provider = stubProvider([
        call(['echo', { word: 'before' }], GOOD, ['echo', { word: 'after' }], BAD),
      ]);
      const result = await runAgent(agentRequest(provider, { tools: [echo(seen)] }));
      expect(result.kind).to.equal('finished');
      expect(seen).to.deep.equal(['before']);
    });

    it('hands an unfit result back with what is wrong in it', async () => {
      const provider = stubProvider([call(BAD), call(GOOD)]);
      const result = await runAgent(agentRequest(provider));
      expect(result).to.include({ kind: 'finished', turns: 2 });
      const { content, isError } = lastResult(provider);
      expect(isError).to.equal(true);
      expect(content)
        .to.match(/summary: .*expected string/i)
        .and.match(/lines: .*>=1/);
    });

    it('accepts a result after three corrections and reminds a model that only talks', async () => {
      const provider = stubProvider([say('Hm.'), call(BAD), say(''), call(GOOD)]);
      const result = await runAgent(agentRequest(provider));
      expect(result).to.include({ kind: 'finished', turns: 4 });
      expect(provider.requests[1]?.messages.at(-1)?.content).to.deep.equal([
        {
          type: 'text',
          text: 'You called no tool. Work with the tools; hand in the result by calling finish.',
        },
      ]);
    });

    it('gives up at the fourth that does not fit, counted over the whole conversation', async () => {
      const work = call(['echo', { word: 'a' }]);
      const bad = call(BAD);
      const provider = stubProvider([bad, work, bad, say('Hm.'), work, bad, work, bad, call(GOOD)]);
      const result = await runAgent(agentRequest(provider));
      const error = givenUp(result);
      expect(result.turns).to.equal(8);
      expect(error).to.include({ code: 'AI_RESULT_INVALID', class: 'model' });
      expect(error.message)
        .to.contain('after 3 corrections')
        .and.match(/lines: .*>=1/);
      expect(error.remedy).to.be.a('string');
    });

    it('keeps the error printable and short whatever names the model makes up', async () => {
      const junk = Object.fromEntries(
        Array.from({ length: 5000 }, (_, index) => [`\u0000\ud800${index}`, 1]),
      );
      const provider = stubProvider([call(['finish', junk])]);
      const result = await runAgent(agentRequest(provider));
      const error = givenUp(result);
      expect(error.message.length).to.be.at.most(1100);
      expect(error.message.isWellFormed()).to.equal(true);
      expect(error.message).to.not.contain('\u0000');
      expect(lastResult(provider).content.length).to.be.at.most(TOOL_OUTPUT_MAX);
    });

    it('gives up after turnsMax turns', async () => {
      const provider = stubProvider(['a', 'b', 'c', 'd'].map((word) => call(['echo', { word }])));
      const result = await runAgent(agentRequest(provider, { limits: { turnsMax: 3 } }));
      const error = givenUp(result);
      expect(provider.requests).to.have.length(3);
      expect(result.turns).to.equal(3);
      expect(error).to.include({ code: 'AI_TURNS_EXHAUSTED', class: 'model' });
      expect(error.message).to.contain('within 3 turns');
    });

    it('gives up when the model refuses, and runs nothing of it', async () => {
      const seen: string[] = [];
      const answer = { ...call(['echo', { word: 'a' }], GOOD), stopReason: 'refused' as const };
      const result = await runAgent(agentRequest(stubProvider([answer]), { tools: [echo(seen)] }));
      expect(givenUp(result)).to.include({ code: 'AI_REFUSED', class: 'model' });
      expect(result).to.include({ turns: 1, costUsd: 0.01 });
      expect(seen).to.deep.equal([]);
    });
  });

  describe('abort and errors', () => {
    it('throws on what the provider threw', async () => {
      const error = new TammaError('AI_LIMIT', 'too many requests', {
        class: 'rate-limit',
        retryAfterMs: 5000,
      });
      const provider = stubProvider([async () => Promise.reject(error)]);
      expect(await thrownBy(runAgent(agentRequest(provider)))).to.equal(error);
    });

    it('throws the reason when it aborts before the first turn', async () => {
      const provider = stubProvider([call(GOOD)]);
      const reason = new Error('cancelled');
      const thrown = await thrownBy(runAgent(agentRequest(provider, { signal: AbortSignal.abort(reason) })));
      expect(thrown).to.equal(reason);
      expect(provider.requests).to.deep.equal([]);
    });

    it('throws the reason, not the provider’s own error, when it aborts in the middle of a call', async () => {
      const controller = new AbortController();
      const provider = stubProvider([
        async () => {
          controller.abort('cancelled by a person');
          throw new Error('socket closed');
        },
      ]);
      const thrown = await thrownBy(runAgent(agentRequest(provider, { signal: controller.signal })));
      expect(thrown).to.be.instanceOf(Error).and.have.property('message', 'cancelled by a person');
    });

    it('runs no further tool once it aborts between two', async () => {
      const seen: string[] = [];
      const controller = new AbortController();
      const stopper = defineTool({
        name: 'stop',
        description: 'Aborts.',
        input: z.strictObject({}),
        async run() {
          controller.abort(new Error('cancelled'));
          return 'ok';
        },
      });
      const provider = stubProvider([call(['stop', {}], ['echo', { word: 'late' }], GOOD)]);
      const request = agentRequest(provider, { tools: [stopper, echo(seen)], signal: controller.signal });
      const thrown = await thrownBy(runAgent(request));
      expect(thrown).to.have.property('message', 'cancelled');
      expect(seen).to.deep.equal([]);
    });

    it('does not report a tool as failed that the abort broke off', async () => {
      const reported: string[] = [];
      const controller = new AbortController();
      const broken = defineTool({
        name: 'broken-off',
        description: 'Is broken off.',
        input: z.strictObject({}),
        async run() {
          controller.abort(new Error('cancelled'));
          throw new Error('killed');
        },
      });
      const request = agentRequest(stubProvider([call(['broken-off', {}])]), {
        tools: [broken],
        signal: controller.signal,
        heard: { onTool: async (one) => void reported.push(one.tool) },
      });
      expect(await thrownBy(runAgent(request))).to.have.property('message', 'cancelled');
      expect(reported).to.deep.equal([]);
    });
  });

  describe('what it reports', () => {
    it('tells of each turn, then of its answer, before it runs the tools', async () => {
      const order: string[] = [];
      const provider = stubProvider([
        call(['echo', { word: 'a' }]),
        say('Hm.', { model: 'stub-2' }),
        call(GOOD),
      ]);
      const heard: AgentEars = {
        onTurn: async (turn) => void order.push(`turn ${turn}`),
        onResponse: async (response, { turn, durationMs }) => {
          expect(durationMs).to.be.at.least(0);
          await Promise.resolve();
          order.push(`${response.model} answers turn ${turn} for ${response.usage.costUsd}`);
        },
        onTool: async (one) => void order.push(one.tool),
      };
      await runAgent(agentRequest(provider, { heard }));
      expect(order).to.deep.equal([
        'turn 1',
        'stub-1 answers turn 1 for 0.01',
        'echo',
        'turn 2',
        'stub-2 answers turn 2 for 0.01',
        'turn 3',
        'stub-1 answers turn 3 for 0.01',
        'finish',
      ]);
    });

    it('hands the text of every answer on as it comes', async () => {
      const pieces: string[] = [];
      const answers = [say('I look.'), call(GOOD)].map((answer) => async ({ onText }: RespondOptions) => {
        for (const block of answer.content) if (block.type === 'text') onText?.(block.text);
        return answer;
      });
      const heard: AgentEars = { onText: (text) => void pieces.push(text) };
      await runAgent(agentRequest(stubProvider(answers), { heard }));
      expect(pieces).to.deep.equal(['I look.']);
      expect((await runAgent(agentRequest(stubProvider(answers)))).kind).to.equal('finished');
    });

    it('sums up what all answers cost without dust behind the point', async () => {
      const usage = { inputTokens: 1, outputTokens: 1, cacheReadTokens: 0, cacheWriteTokens: 0 };
      const dear = (answer: AiResponse, costUsd: number) => ({ ...answer, usage: { ...usage, costUsd } });
      const provider = stubProvider([dear(say('a'), 0.1), dear(say('b'), 0.2), dear(call(GOOD), 0.000001)]);
      expect((await runAgent(agentRequest(provider))).costUsd).to.equal(0.300001);
    });

    it('fails when what was spent cannot be recorded', async () => {
      const heard: AgentEars = { onResponse: async () => Promise.reject(new Error('the log is away')) };
      const request = agentRequest(stubProvider([call(GOOD)]), { heard });
      expect(await thrownBy(runAgent(request))).to.have.property('message', 'the log is away');
    });
  });

  it('does the same again when it runs twice at once', async () => {
    const requests: AiRequest[] = [];
    const provider = stubProvider([
      async (_options, request) => {
        requests.push(request);
        return request.messages.length === 1 ? call(['echo', { word: 'a' }]) : call(GOOD);
      },
    ]);
    const results = await Promise.all([runAgent(agentRequest(provider)), runAgent(agentRequest(provider))]);
    expect(results.map((result) => result.turns)).to.deep.equal([2, 2]);
    expect(requests).to.have.length(4);
  });
});
