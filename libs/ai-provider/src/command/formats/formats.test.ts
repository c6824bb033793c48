import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import { buildRequest, callsOf, failureOf, textOf } from '../../testing/conversation.ts';
import { createCommandProvider } from '../index.ts';
import type { CliFormat } from './index.ts';

const { signal } = new AbortController();
const CALL = '```json\n{"tool": "lookup", "input": {"word": "tamma"}}\n```';
const SAID = `I look it up.\n\n${CALL}`;

interface Run {
  readonly format: CliFormat;
  readonly output: string;
  readonly exitCode?: number;
}

async function run({ format, output, exitCode = 0 }: Run, onText: (text: string) => void = () => {}) {
  const provider = createCommandProvider({
    command: ['cli'],
    format,
    model: 'default',
    variables: {},
    readable: [],
    timeoutMs: 1000,
    price: FREE,
  });
  return await provider.respond(buildRequest(), {
    signal,
    onText,
    async runCli({ onOutput }) {
      // In pieces that know nothing of lines.
      for (let at = 0; at < output.length; at += 7) onOutput(output.slice(at, at + 7));
      return { exitCode, timedOut: false, stdout: output, stderr: '' };
    },
  });
}

function lines(...events: readonly unknown[]): string {
  return `${events.map((event) => (typeof event === 'string' ? event : JSON.stringify(event))).join('\n')}\n`;
}

const CLAUDE_RESULT = {
  type: 'result',
  subtype: 'success',
  is_error: false,
  result: SAID,
  total_cost_usd: 0.0123,
  usage: {
    input_tokens: 4,
    cache_creation_input_tokens: 300,
    cache_read_input_tokens: 2000,
    output_tokens: 50,
  },
};
const CLAUDE_TOKENS = { inputTokens: 4, outputTokens: 50, cacheReadTokens: 2000, cacheWriteTokens: 300 };
const GEMINI_STATS = {
  models: {
    'gemini-2.5-pro': { tokens: { prompt: 1000, candidates: 40, cached: 900, thoughts: 10, total: 1050 } },
  },
};

const OUTPUTS: readonly (readonly [string, CliFormat, string, object, string])[] = [
  [
    'Claude Code, as a stream',
    'claude',
    lines(
      { type: 'system', subtype: 'init', model: 'claude-sonnet-5-5', tools: [] },
      { type: 'assistant', message: { content: [{ type: 'tool_use', id: 't', name: 'Read', input: {} }] } },
      {
        type: 'assistant',
        parent_tool_use_id: 't',
        message: { content: [{ type: 'text', text: 'hidden' }] },
      },
      { type: 'user', message: { content: [{ type: 'tool_result', tool_use_id: 't', content: 'x' }] } },
      { type: 'assistant', message: { content: [{ type: 'text', text: SAID }] } },
      CLAUDE_RESULT,
    ),
    { ...CLAUDE_TOKENS, costUsd: 0.0123 },
    'claude-sonnet-5-5',
  ],
  [
    'Claude Code, as one object',
    'claude',
    JSON.stringify(CLAUDE_RESULT, null, 2),
    { ...CLAUDE_TOKENS, costUsd: 0.0123 },
    'default',
  ],
  [
    'Claude Code, as a list',
    'claude',
    lines([{ type: 'system', subtype: 'init', model: 'm' }, CLAUDE_RESULT]),
    { ...CLAUDE_TOKENS, costUsd: 0.0123 },
    'm',
  ],
  [
    'Codex',
    'codex',
    lines(
      { type: 'thread.started', thread_id: 't' },
      { type: 'error', message: 'Reconnecting... 1/5' },
      { type: 'item.completed', item: { id: 'i', type: 'reasoning', text: 'thinking' } },
      { type: 'item.completed', item: { id: 'j', type: 'agent_message', text: SAID } },
      { type: 'turn.completed', usage: { input_tokens: 1000, cached_input_tokens: 900, output_tokens: 50 } },
    ),
    { inputTokens: 100, outputTokens: 50, cacheReadTokens: 900, cacheWriteTokens: 0, costUsd: 0 },
    'default',
  ],
  [
    'Gemini, as one object',
    'gemini',
    JSON.stringify({ response: SAID, stats: GEMINI_STATS }, null, 2),
    { inputTokens: 100, outputTokens: 50, cacheReadTokens: 900, cacheWriteTokens: 0, costUsd: 0 },
    'gemini-2.5-pro',
  ],
  [
    'Gemini, as a stream',
    'gemini',
    lines(
      { type: 'init', model: 'gemini-3' },
      { type: 'message', role: 'user', content: 'the prompt' },
      { type: 'message', role: 'assistant', content: SAID.slice(0, 20), delta: true },
      { type: 'message', role: 'assistant', content: SAID.slice(20), delta: true },
      { type: 'result', status: 'success', stats: { input_tokens: 1000, output_tokens: 50, cached: 900 } },
    ),
    { inputTokens: 100, outputTokens: 50, cacheReadTokens: 900, cacheWriteTokens: 0, costUsd: 0 },
    'gemini-3',
  ],
  [
    'opencode',
    'opencode',
    lines(
      { type: 'step_start', part: {} },
      {
        type: 'step_finish',
        part: { cost: 0.01, tokens: { input: 10, output: 5, reasoning: 1, cache: { read: 7, write: 2 } } },
      },
      { type: 'text', part: { type: 'text', text: SAID } },
      {
        type: 'step_finish',
        part: { cost: 0.02, tokens: { input: 10, output: 5, reasoning: 1, cache: { read: 7, write: 2 } } },
      },
    ),
    { inputTokens: 20, outputTokens: 12, cacheReadTokens: 14, cacheWriteTokens: 4, costUsd: 0.03 },
    'default',
  ],
];

describe('output of programs that is understood', () => {
  for (const [what, format, output, usage, model] of OUTPUTS) {
    it(`is that of ${what}`, async () => {
      const pieces: string[] = [];
      const response = await run({ format, output }, (text) => void pieces.push(text));
      expect(textOf(response)).to.equal('I look it up.');
      expect(pieces.join('')).to.equal('I look it up.');
      expect(callsOf(response).map(({ name, input }) => [name, input])).to.deep.equal([
        ['lookup', { word: 'tamma' }],
      ]);
      expect(response.usage).to.deep.equal(usage);
      expect(response.model).to.equal(model);
    });
  }

  it('has failed when it says so, whatever its exit code', async () => {
    const limit = {
      type: 'result',
      subtype: 'success',
      is_error: true,
      result: 'Claude AI usage limit reached',
    };
    expect(await failureOf(run({ format: 'claude', output: lines(limit) }))).to.include({
      class: 'rate-limit',
    });
    const codex = { type: 'turn.failed', error: { message: 'unexpected status 401 Unauthorized' } };
    expect(await failureOf(run({ format: 'codex', output: lines(codex) }))).to.include({
      class: 'authentication',
    });
    const gemini = JSON.stringify(
      { error: { type: 'ApiError', message: 'Quota exceeded', code: 429 } },
      null,
      2,
    );
    expect(await failureOf(run({ format: 'gemini', output: gemini }))).to.include({ class: 'rate-limit' });
    const opencode = { type: 'error', error: { name: 'ProviderAuthError', data: { message: 'no API key' } } };
    expect(await failureOf(run({ format: 'opencode', output: lines(opencode) }))).to.include({
      class: 'authentication',
    });
    const trouble = lines({ type: 'error', message: 'stream disconnected' });
    expect(await failureOf(run({ format: 'codex', output: trouble, exitCode: 1 }))).to.include({
      class: 'network',
    });
  });

  const RUBBISH: readonly (readonly [string, string, string])[] = [
    ['plain text', `Loaded cached credentials.\n${SAID}\n`, 'Loaded cached credentials.\nI look it up.'],
    ['colors', `\u001b[32mI look it up.\u001b[0m\r\n\n${CALL}\n`, 'I look it up.'],
    ['an object that never ends', `{\n  "response": "x"\n${SAID}`, '{\n  "response": "x"\nI look it up.'],
    ['a line that is cut', `{"type":"resu\n${SAID}`, '{"type":"resu\nI look it up.'],
    [
      'events of no known kind',
      `{"type":"hologram"}\n[1,null,"x"]\n3\n${SAID}`,
      '[1,null,"x"]\n3\nI look it up.',
    ],
  ];
  for (const format of ['claude', 'codex', 'gemini', 'opencode'] as const) {
    for (const [what, output, text] of RUBBISH) {
      it(`may be ${what} instead of ${format}`, async () => {
        const response = await run({ format, output });
        expect(textOf(response)).to.equal(text);
        expect(callsOf(response)).to.have.length(1);
      });
    }
  }
});
