import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { z } from 'zod';
import { CALLS_PER_TURN_MAX, TOOL_OUTPUT_MAX, TOOL_OUTPUT_MIN } from './agent-limits.ts';
import { runAgent } from './agent-loop.ts';
import type { AgentEars, ToolFacts } from './agent-request.ts';
import {
  agentRequest,
  BAD,
  echo,
  GOOD,
  lastReply,
  lastResult,
  thrownBy,
  tool,
} from './testing/agent-request.ts';
import { call, stubProvider } from './testing/stub-provider.ts';
import { defineTool, type Tool, ToolRefusal } from './tool.ts';

type Call = readonly [string, unknown];

describe('tool calls of the agent loop', () => {
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
    const result = await runAgent(
      agentRequest(provider, { tools: [tool('fail', async () => Promise.reject(error))] }),
    );
    expect(result.kind).to.equal('finished');
    expect(lastResult(provider)).to.deep.equal({
      content: '"../x" leaves the workspace\nRemedy: Use a path inside it.',
      isError: true,
    });
  });

  it('tells the model even what is no Error', async () => {
    const provider = stubProvider([call(['fail', {}]), call(GOOD)]);
    await runAgent(
      agentRequest(provider, { tools: [tool('fail', async () => Promise.reject('just a word'))] }),
    );
    expect(lastResult(provider)).to.deep.equal({ content: 'just a word', isError: true });
  });

  it('cuts a long output in the middle and leaves no half character', async () => {
    const long = tool('long', async () => `head${'😀'.repeat(TOOL_OUTPUT_MAX)}tail`);
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

  it('gives the tools of one turn a quarter of the context, and each of them a little', async () => {
    const long = tool('long', async () => 'x'.repeat(30_000));
    const provider = stubProvider([call(...Array(4).fill(['long', {}] as const)), call(GOOD)]);
    await runAgent(agentRequest(provider, { tools: [long], contextTokensMax: 60_000 }));
    const lengths = lastReply(provider).map((block) =>
      block.type === 'tool_result' ? block.content.length : 0,
    );
    expect(lengths).to.deep.equal([30_000, 15_000, TOOL_OUTPUT_MIN, TOOL_OUTPUT_MIN]);
  });

  for (const [arguments_, problem] of [
    ['{"word": "a', /^The arguments are no JSON object: Unterminated string/],
    ['', /^The arguments are no JSON object: Unexpected end/],
    ['{"word": "a"}', /not a text that holds JSON/],
    [['a'], /one JSON object, not a list/],
    [null, /not null/],
    [7, /not a number/],
  ] as const) {
    it(`says what is wrong with ${JSON.stringify(arguments_)} as arguments`, async () => {
      const provider = stubProvider([call(['echo', arguments_]), call(GOOD)]);
      await runAgent(agentRequest(provider));
      expect(lastResult(provider).content).to.match(problem);
    });
  }

  it('survives arguments nested so deeply that nothing can write them down', async () => {
    const deep: unknown = JSON.parse(`{"word":${'['.repeat(20_000)}${']'.repeat(20_000)}}`);
    const provider = stubProvider([call(['echo', deep]), call(['finish', deep]), call(GOOD)]);
    const heard: AgentEars = { onResponse: async (response) => void JSON.stringify(response) };
    expect((await runAgent(agentRequest(provider, { heard }))).kind).to.equal('finished');
    expect(lastResult(provider).content).to.contain('nested deeper than 64 levels');
    expect(() => JSON.stringify(provider.requests)).to.not.throw();
  });

  it('throws what no model can mend: trouble of the machine', async () => {
    const full = Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
    const provider = stubProvider([call(['fail', {}]), call(GOOD)]);
    const request = agentRequest(provider, { tools: [tool('fail', async () => Promise.reject(full))] });
    expect(await thrownBy(runAgent(request))).to.equal(full);
  });

  describe('refusals', () => {
    const told = async (tools: readonly Tool[], ...calls: readonly Call[]) => {
      const facts: ToolFacts[] = [];
      const heard: AgentEars = { onTool: async (one) => void facts.push(one) };
      await runAgent(agentRequest(stubProvider([call(...calls), call(GOOD)]), { tools, heard }));
      return facts;
    };

    it('tells of a tool that does not exist', async () => {
      const [first] = await told([echo()], ['sh\nell', { command: 'rm -rf /' }]);
      expect(first?.refusal).to.deep.equal({ rule: 'tool', target: 'sh ell', why: 'there is no such tool' });
    });

    it('tells of a question that is longer than people are asked', async () => {
      const provider = stubProvider([call(['ask_question', { question: 'x'.repeat(2001) }]), call(GOOD)]);
      const facts: ToolFacts[] = [];
      const heard = { onTool: async (fact: ToolFacts) => void facts.push(fact) };
      await runAgent(agentRequest(provider, { mayAsk: true, heard }));
      expect(facts[0]?.refusal?.rule).to.equal('question');
    });

    it('tells of a question where none may be asked', async () => {
      const [first] = await told([echo()], ['ask_question', { question: 'May I merge?' }]);
      expect(first?.refusal?.rule).to.equal('question');
    });

    it('tells of a path that the workspace refused, and of what a tool itself refused', async () => {
      const input = z.strictObject({ path: z.string() });
      const path = new TammaError('WORKSPACE_PATH_REFUSED', 'the path leads upwards', {
        class: 'validation',
      });
      const limit = new ToolRefusal('command', 'rm -rf /\u001b[2J', {
        why: 'not\nallowed',
        remedy: 'Run the gates.',
      });
      const read = defineTool({
        name: 'read',
        description: 'Reads.',
        input,
        run: async () => Promise.reject(path),
      });
      const facts = await told(
        [read, tool('run', async () => Promise.reject(limit))],
        ['read', { path: '../../etc/passwd' }],
        ['run', {}],
      );
      expect(facts.map(({ refusal }) => refusal)).to.deep.equal([
        { rule: 'path', target: '../../etc/passwd', why: 'the path leads upwards' },
        { rule: 'command', target: 'rm -rf / [2J', why: 'not allowed' },
        null,
      ]);
    });

    it('tells once of all calls beyond the limit of a turn', async () => {
      const calls = Array.from({ length: 200 }, () => ['echo', { word: 'a' }] as const);
      const facts = await told([echo()], ...calls);
      const refused = facts.filter(({ refusal }) => refusal !== null);
      expect(facts).to.have.length(CALLS_PER_TURN_MAX + 2);
      expect(refused.map(({ refusal }) => refusal)).to.deep.equal([
        {
          rule: 'limit',
          target: '168 calls beyond the first 32',
          why: 'at most 32 tool calls are run in one turn',
        },
      ]);
    });
  });

  describe('summaries', () => {
    const write = defineTool({
      name: 'write_file',
      description: 'Writes a file.',
      input: z.strictObject({ path: z.string(), text: z.string() }),
      run: async () => 'written',
    });
    const body = 'SECRET BODY';

    async function summaries(tools: readonly Tool[], ...turns: readonly (readonly Call[])[]) {
      const told: Omit<ToolFacts, 'refusal'>[] = [];
      const heard: AgentEars = { onTool: async ({ refusal, ...one }) => void told.push(one) };
      const provider = stubProvider([...turns.map((calls) => call(...calls)), call(GOOD)]);
      await runAgent(agentRequest(provider, { tools, heard }));
      return told;
    }

    it('name the tool and its main argument in one short printable line, without any body', async () => {
      const told = await summaries(
        [write],
        [
          ['write_file', { text: body, path: 'src/a.js' }],
          ['write_file', { text: body, path: 5 }],
        ],
        [['write_file', { text: body, path: `a\u001b[31m\nb\u202e${'😀'.repeat(200)}` }]],
        [['no\nsuch', { text: body }], ['write_file', body], BAD],
      );
      const [good, unfit, hostile, ...rest] = told;
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
      expect(JSON.stringify(told)).to.not.contain(body);
    });

    it('show a program with its arguments', async () => {
      const input = z.strictObject({ command: z.array(z.string()) });
      const run = defineTool({ name: 'run', description: 'Runs.', input, run: async () => 'ok' });
      const [first] = await summaries([run], [['run', { command: ['npm', 'run', 'lint'] }]]);
      expect(first?.summary).to.equal('run npm run lint');
    });
  });
});
