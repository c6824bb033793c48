import { expect } from 'chai';
import { FINISH, LOOKUP } from '../testing/conversation.ts';
import type { Effort } from './model-traits.ts';
import { assistant, call, prepare, result, text, user } from './testing/conversation.ts';

function marksOf(value: unknown): number {
  return JSON.stringify(value).split('"cache_control"').length - 1;
}

/** As the service compares it: marks for the cache are no part of the prompt. */
function bare(value: unknown): string {
  return JSON.stringify(value, (name, member: unknown) => (name === 'cache_control' ? undefined : member));
}

const CACHED = { type: 'ephemeral' };
const TURNS = [1, 2, 3, 4].map((turn) => [
  assistant(text(`turn ${turn}`), call(`a${turn}`), call(`b${turn}`)),
  user(result(`a${turn}`), result(`b${turn}`)),
]);

describe('request to Claude', () => {
  it('begins the same, byte by byte, while the conversation grows', () => {
    const bodies = TURNS.map((_, turn) => prepare(TURNS.slice(0, turn).flat()).body);
    for (const [turn, { messages, ...rest }] of bodies.entries()) {
      const next = bodies[turn + 1];
      if (next === undefined) break;
      const { messages: more, ...same } = next;
      expect(JSON.stringify(same)).to.equal(JSON.stringify(rest));
      expect(bare(more.slice(0, messages.length))).to.equal(bare(messages));
    }
  });

  it('marks tools, system prompt and the last two messages of the user for the cache', () => {
    for (const turn of TURNS.keys()) {
      const { body } = prepare(TURNS.slice(0, turn).flat());
      expect(marksOf(body)).to.equal(turn === 0 ? 3 : 4);
      expect(marksOf(body.messages.at(-1))).to.equal(1);
      expect(marksOf(body.messages.at(-3) ?? '')).to.equal(turn === 0 ? 0 : 1);
    }
    const { body } = prepare(TURNS.flat());
    const last = body.messages.at(-1)?.content.at(-1);
    expect(last).to.deep.include({ type: 'tool_result', tool_use_id: 'b4', cache_control: CACHED });
    expect(prepare([], {}, { system: ' ', tools: [] }).body).to.not.have.any.keys('system', 'tools');
  });

  it('lets each model think in the way it knows', () => {
    const adaptive = (effort: string) => ({ thinking: { type: 'adaptive' }, output_config: { effort } });
    const low = { output_config: { effort: 'low' } };
    const enabled = (budget: number) => ({ thinking: { type: 'enabled', budget_tokens: budget } });
    const cases: readonly (readonly [string, Effort, object])[] = [
      ['claude-sonnet-5-5', 'high', adaptive('high')],
      ['claude-opus-4-6', 'low', adaptive('low')],
      ['claude-mythos-5-1', 'medium', adaptive('medium')],
      ['claude-sonnet-5-5', 'off', { ...low, thinking: { type: 'between_tools' } }],
      ['claude-opus-5', 'off', { ...low, thinking: { type: 'disabled' } }],
      ['claude-sonnet-5-20260501', 'off', { ...low, thinking: { type: 'disabled' } }],
      ['claude-opus-5-5', 'off', low],
      ['claude-fable-5-1', 'off', low],
      ['claude-opus-4-8', 'off', {}],
      ['claude-haiku-4-5-20251001', 'low', enabled(2048)],
      ['claude-haiku-4-5', 'medium', enabled(8192)],
      ['claude-opus-4-20250514', 'high', enabled(16_384)],
      ['claude-3-7-sonnet-latest', 'low', enabled(2048)],
      ['claude-haiku-4-5', 'off', {}],
      ['claude-3-5-haiku-latest', 'high', {}],
      ['somebody-elses-model', 'high', {}],
    ];
    for (const [model, effort, expected] of cases) {
      const { body } = prepare([], { model, effort }, { outputTokensMax: 40_000 });
      const { thinking, output_config } = body;
      const found = { ...(thinking && { thinking }), ...(output_config && { output_config }) };
      expect(found, `${model} ${effort}`).to.deep.equal(expected);
      expect(body).to.not.have.any.keys('temperature', 'top_p', 'top_k');
    }
  });

  it('leaves a short answer without thoughts, where those take from it', () => {
    const thinkingOf = (outputTokensMax: number) =>
      prepare([], { model: 'claude-haiku-4-5' }, { outputTokensMax }).body.thinking;
    expect(thinkingOf(6000)).to.deep.equal({ type: 'enabled', budget_tokens: 3000 });
    expect(thinkingOf(2047)).to.equal(undefined);
    expect(prepare([], {}, { outputTokensMax: 300 }).body.thinking).to.deep.equal({ type: 'adaptive' });
  });

  it('has the whole answer be the result where nothing else can be called', () => {
    const tools = { tools: [FINISH], resultTool: 'finish' };
    const { body, answerIs } = prepare([], {}, tools);
    expect(answerIs).to.equal('finish');
    expect(body.tools).to.equal(undefined);
    expect(body.output_config?.format).to.deep.equal({
      type: 'json_schema',
      schema: { ...FINISH.inputSchema, additionalProperties: false, description: FINISH.description },
    });
    const later = [assistant(call('c1', { answer: 7 })), user(result('c1', 'answer: expected string'))];
    expect(bare(prepare(later, {}, tools).body.messages.slice(1))).to.equal(
      bare([
        { role: 'assistant', content: [text('{"answer":7}')] },
        { role: 'user', content: [text('answer: expected string')] },
      ]),
    );
  });

  it('makes older models call the only tool, unless they think', () => {
    const tools = { tools: [FINISH], resultTool: 'finish' };
    const choiceOf = (model: string, effort: Effort) =>
      prepare([], { model, effort }, tools).body.tool_choice;
    expect(choiceOf('claude-opus-4-1', 'off')).to.deep.equal({ type: 'tool', name: 'finish' });
    expect(choiceOf('claude-opus-4-1', 'high')).to.equal(undefined);
    const loose = { strict: false, effort: 'off' } as const;
    expect(prepare([], loose, tools).body.tool_choice).to.equal(undefined);
    const more = { tools: [LOOKUP, FINISH], resultTool: 'finish' };
    expect(prepare([], { model: 'claude-opus-4-1', effort: 'off' }, more).body.tool_choice).to.equal(
      undefined,
    );
  });
});
