import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { z } from 'zod';
import { CALLS_PER_TURN_MAX, TOOL_OUTPUT_MAX } from './agent-limits.ts';
import { type AgentRequest, runAgent } from './agent-loop.ts';
import type { AiProvider, AiRequest, RespondOptions, UserBlock } from './ai-provider.ts';
import { call, type StubProvider, say, stubProvider } from './testing/stub-provider.ts';
import { defineTool, type Tool } from './tool.ts';

const RESULT = z.strictObject({ summary: z.string(), lines: z.int().min(1) });
type Result = z.infer<typeof RESULT>;
const GOOD = ['finish', { summary: 'done', lines: 3 }] as const;
const BAD = ['finish', { summary: 7, lines: 0 }] as const;

function echo(seen: string[] = []): Tool {
  return defineTool({
    name: 'echo',
    description: 'Says a word.',
    input: z.strictObject({ word: z.string(), times: z.int().max(9).default(1) }),
    async run({ word, times }) {
      seen.push(word);
      return word.repeat(times);
    },
  });
}

function failing(error: unknown): Tool {
  return defineTool({
    name: 'fail',
    description: 'Fails.',
    input: z.strictObject({}),
    run: async () => Promise.reject(error),
  });
}

function agentRequest(
  provider: AiProvider,
  overrides: Partial<AgentRequest<Result>> = {},
): AgentRequest<Result> {
  return {
    provider,
    purpose: { workflowId: 'demo-1.r1', issue: 1, step: 'code-generation', round: 0 },
    system: 'You write code.',
    prompt: 'Write it.',
    tools: [echo()],
    result: RESULT,
    turnsMax: 10,
    signal: new AbortController().signal,
    ...overrides,
  };
}

/** What the model was told in its last request, as the blocks of the last user message. */
function lastReply(provider: StubProvider): readonly UserBlock[] {
  const last = provider.requests.at(-1)?.messages.at(-1);
  if (last?.role !== 'user') throw new Error('the last message is not from the user');
  return last.content;
}

function lastResult(provider: StubProvider): { content: string; isError: boolean } {
  const block = lastReply(provider).at(-1);
  if (block?.type !== 'tool_result') throw new Error('the last block is no tool result');
  return { content: block.content, isError: block.isError };
}

async function thrownBy(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

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
      expect(request?.tools.map((tool) => tool.name)).to.deep.equal(['echo', 'finish']);
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
      expect(result).to.deep.equal({ kind: 'finished', result: { summary: 'done', lines: 3 }, turns: 2 });
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

  describe('tool calls', () => {
    it('answers an unknown tool with the names of the known ones', async () => {
      const provider = stubProvider([call(['shell', { command: 'rm' }]), call(GOOD)]);
      await runAgent(agentRequest(provider));
      expect(lastResult(provider)).to.deep.equal({
        content: 'There is no tool "shell". The tools are: echo, finish.',
        isError: true,
      });
    });

    it('does not run a tool whose input does not fit, and says which fields', async () => {
      const seen: string[] = [];
      const provider = stubProvider([call(['echo', { times: 'x' }]), call(GOOD)]);
      await runAgent(agentRequest(provider, { tools: [echo(seen)] }));
      const { content, isError } = lastResult(provider);
      expect(isError).to.equal(true);
      expect(content)
        .to.match(/word: .*expected string/i)
        .and.match(/times: .*expected number/i);
      expect(seen).to.deep.equal([]);
    });

    for (const rubbish of [null, 'text', 3, [], { word: 'a', extra: 1 }]) {
      it(`survives ${JSON.stringify(rubbish)} as an input`, async () => {
        const provider = stubProvider([call(['echo', rubbish]), call(GOOD)]);
        const result = await runAgent(agentRequest(provider));
        expect(result.kind).to.equal('finished');
        expect(lastResult(provider).isError).to.equal(true);
      });
    }

    it('tells the model what a tool threw, with the remedy', async () => {
      const error = new TammaError('PATH_OUTSIDE', '"../x" leaves the workspace', {
        remedy: 'Use a path inside it.',
      });
      const provider = stubProvider([call(['fail', {}]), call(GOOD)]);
      const result = await runAgent(agentRequest(provider, { tools: [failing(error)] }));
      expect(result.kind).to.equal('finished');
      expect(lastResult(provider)).to.deep.equal({
        content: '"../x" leaves the workspace\nRemedy: Use a path inside it.',
        isError: true,
      });
    });

    it('tells the model even what is no Error', async () => {
      const provider = stubProvider([call(['fail', {}]), call(GOOD)]);
      await runAgent(agentRequest(provider, { tools: [failing('just a word')] }));
      expect(lastResult(provider)).to.deep.equal({ content: 'just a word', isError: true });
    });

    it('cuts a long output in the middle and leaves no half character', async () => {
      const long = defineTool({
        name: 'long',
        description: 'Says much.',
        input: z.strictObject({}),
        run: async () => `head${'😀'.repeat(TOOL_OUTPUT_MAX)}tail`,
      });
      const provider = stubProvider([call(['long', {}]), call(GOOD)]);
      await runAgent(agentRequest(provider, { tools: [long] }));
      const { content } = lastResult(provider);
      expect(content.length).to.be.at.most(TOOL_OUTPUT_MAX);
      expect(content).to.match(/^head/).and.match(/tail$/).and.contain('characters left out');
      expect(content.isWellFormed()).to.equal(true);
    });

    it('runs no more than its limit of calls in one turn and answers each of the others', async () => {
      const seen: string[] = [];
      const calls = Array.from({ length: CALLS_PER_TURN_MAX + 2 }, () => ['echo', { word: 'a' }] as const);
      const provider = stubProvider([call(...calls), call(GOOD)]);
      await runAgent(agentRequest(provider, { tools: [echo(seen)] }));
      expect(seen).to.have.length(CALLS_PER_TURN_MAX);
      expect(lastReply(provider)).to.have.length(CALLS_PER_TURN_MAX + 2);
      expect(lastResult(provider).content).to.match(/^Not run: at most 32 tool calls/);
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

    it('gives up at the fourth unusable answer, counted over the whole conversation', async () => {
      const work = call(['echo', { word: 'a' }]);
      const provider = stubProvider([say('Hm.'), work, call(BAD), work, say('Hm.'), call(BAD), call(GOOD)]);
      const result = await runAgent(agentRequest(provider));
      if (result.kind !== 'gave-up') throw new Error('expected the loop to give up');
      expect(result.turns).to.equal(6);
      expect(result.error).to.include({ code: 'AI_RESULT_INVALID', class: 'model' });
      expect(result.error.message)
        .to.contain('after 3 corrections')
        .and.match(/lines: .*>=1/);
      expect(result.error.remedy).to.be.a('string');
    });

    it('keeps the error printable and short whatever names the model makes up', async () => {
      const junk = Object.fromEntries(
        Array.from({ length: 5000 }, (_, index) => [`\u0000\ud800${index}`, 1]),
      );
      const provider = stubProvider([call(['finish', junk])]);
      const result = await runAgent(agentRequest(provider));
      if (result.kind !== 'gave-up') throw new Error('expected the loop to give up');
      expect(result.error.message.length).to.be.at.most(1100);
      expect(result.error.message.isWellFormed()).to.equal(true);
      expect(result.error.message).to.not.contain('\u0000');
      expect(lastResult(provider).content.length).to.be.at.most(TOOL_OUTPUT_MAX);
    });

    it('gives up after turnsMax turns', async () => {
      const provider = stubProvider([call(['echo', { word: 'a' }])]);
      const result = await runAgent(agentRequest(provider, { turnsMax: 3 }));
      if (result.kind !== 'gave-up') throw new Error('expected the loop to give up');
      expect(provider.requests).to.have.length(3);
      expect(result.turns).to.equal(3);
      expect(result.error).to.include({ code: 'AI_TURNS_EXHAUSTED', class: 'model' });
      expect(result.error.message).to.contain('within 3 turns');
    });

    for (const [stopReason, code] of [
      ['length', 'AI_ANSWER_CUT'],
      ['refused', 'AI_REFUSED'],
    ] as const) {
      it(`gives up when the answer stopped as "${stopReason}", and runs nothing of it`, async () => {
        const seen: string[] = [];
        const provider = stubProvider([{ ...call(['echo', { word: 'a' }], GOOD), stopReason }]);
        const result = await runAgent(agentRequest(provider, { tools: [echo(seen)] }));
        if (result.kind !== 'gave-up') throw new Error('expected the loop to give up');
        expect(result.error).to.include({ code, class: 'model' });
        expect(seen).to.deep.equal([]);
      });
    }
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
        onTool: async ({ tool }) => void reported.push(tool),
      });
      expect(await thrownBy(runAgent(request))).to.have.property('message', 'cancelled');
      expect(reported).to.deep.equal([]);
    });
  });

  describe('what it reports', () => {
    it('awaits onResponse before it runs the tools, also for an answer it gives up on', async () => {
      const order: string[] = [];
      const request = agentRequest(
        stubProvider([
          call(['echo', { word: 'a' }]),
          { ...say('cut'), stopReason: 'length', model: 'stub-2' },
        ]),
        {
          onResponse: async (response, durationMs) => {
            expect(durationMs).to.be.at.least(0);
            await Promise.resolve();
            order.push(`${response.model}: ${response.usage.costUsd}`);
          },
          onTool: async ({ tool }) => void order.push(tool),
        },
      );
      await runAgent(request);
      expect(order).to.deep.equal(['stub-1: 0.01', 'echo', 'stub-2: 0.01']);
    });

    it('hands the text of every answer on as it comes', async () => {
      const pieces: string[] = [];
      const answers = [say('I look.'), call(GOOD)].map((answer) => async ({ onText }: RespondOptions) => {
        for (const block of answer.content) if (block.type === 'text') onText?.(block.text);
        return answer;
      });
      const onText = (text: string) => void pieces.push(text);
      await runAgent(agentRequest(stubProvider(answers), { onText }));
      expect(pieces).to.deep.equal(['I look.']);
      expect((await runAgent(agentRequest(stubProvider(answers)))).kind).to.equal('finished');
    });

    it('fails when what was spent cannot be recorded', async () => {
      const request = agentRequest(stubProvider([call(GOOD)]), {
        onResponse: async () => Promise.reject(new Error('the log is away')),
      });
      expect(await thrownBy(runAgent(request))).to.have.property('message', 'the log is away');
    });

    it('sums a call up as the tool and its main argument, one short printable line without any body', async () => {
      const write = defineTool({
        name: 'write_file',
        description: 'Writes a file.',
        input: z.strictObject({ path: z.string(), text: z.string() }),
        run: async () => 'written',
      });
      const body = 'SECRET BODY';
      const reported: { tool: string; ok: boolean; summary: string }[] = [];
      const provider = stubProvider([
        call(['write_file', { text: body, path: 'src/a.js' }], ['write_file', { text: body, path: 5 }]),
        call(['write_file', { text: body, path: `a\u001b[31m\nb\u202e${'😀'.repeat(200)}` }]),
        call(['no\nsuch', { text: body }], ['write_file', body], BAD),
        call(GOOD),
      ]);
      await runAgent(
        agentRequest(provider, { tools: [write], onTool: async (one) => void reported.push(one) }),
      );
      const [good, unfit, hostile, ...rest] = reported;
      expect(good).to.deep.equal({ tool: 'write_file', ok: true, summary: 'write_file src/a.js' });
      expect(unfit).to.deep.equal({ tool: 'write_file', ok: false, summary: 'write_file 5' });
      expect(hostile?.summary).to.match(/^write_file a \[31m b 😀/);
      expect(hostile?.summary.length).to.be.at.most(200);
      expect(hostile?.summary.isWellFormed()).to.equal(true);
      expect(rest).to.deep.equal([
        { tool: 'no such', ok: false, summary: 'no such' },
        { tool: 'write_file', ok: false, summary: 'write_file' },
        { tool: 'finish', ok: false, summary: 'finish' },
        { tool: 'finish', ok: true, summary: 'finish' },
      ]);
      expect(JSON.stringify(reported)).to.not.contain(body);
    });
  });

  it('does the same again when it runs twice at once', async () => {
    const requests: AiRequest[] = [];
    const provider: AiProvider = {
      name: 'stateless',
      async respond(request) {
        requests.push(request);
        return request.messages.length === 1 ? call(['echo', { word: 'a' }]) : call(GOOD);
      },
    };
    const results = await Promise.all([runAgent(agentRequest(provider)), runAgent(agentRequest(provider))]);
    expect(results.map((result) => result.turns)).to.deep.equal([2, 2]);
    expect(requests).to.have.length(4);
  });
});
