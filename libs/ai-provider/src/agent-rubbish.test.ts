import { expect } from 'chai';
import { runAgent } from './agent-loop.ts';
import type { AiRequest, AiResponse, AssistantBlock } from './ai-provider.ts';
import { agentRequest, echo, GOOD, tool } from './testing/agent-request.ts';
import { say, stubProvider } from './testing/stub-provider.ts';

const NAMES = ['echo', 'long', 'finish', 'ask_question', '__proto__', 'constructor', '', '\u0000\ud800'];
const INPUTS: readonly unknown[] = [
  { word: 'a' },
  { word: 'a'.repeat(9000) },
  { word: 7 },
  GOOD[1],
  { question: 'Why?' },
  JSON.parse('{"__proto__":{"word":"a"}}'),
  '{"word": "a',
  '\ud800',
  [],
  null,
  undefined,
];
const STOPS = ['end', 'tool_calls', 'length', 'tool_calls', 'tool_calls'] as const;
const SAID: readonly AssistantBlock[] = [
  { type: 'text', text: '' },
  { type: 'text', text: 'x'.repeat(4000) },
  { type: 'opaque', provider: 'stub', data: null },
];

/** The same numbers for the same seed, so that what fails once fails again. */
function dice(seed: number) {
  let state = seed;
  return (sides: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

function rubbish(roll: (sides: number) => number): AiResponse {
  const pick = <Item>(items: readonly Item[]) => items[roll(items.length)];
  const content = Array.from({ length: roll(6) }, (_, index): AssistantBlock => {
    if (roll(3) === 0) return pick(SAID) ?? { type: 'text', text: '' };
    return { type: 'tool_call', id: `id-${index}`, name: pick(NAMES) ?? '', input: pick(INPUTS) };
  });
  return say('', { content, stopReason: pick(STOPS) ?? 'end' });
}

/** What every service wants of a conversation: turns in order, something in each, and an answer behind each call. */
function expectSound({ messages }: AiRequest): void {
  for (const [index, { role, content }] of messages.entries()) {
    expect(role).to.equal(index % 2 === 0 ? 'user' : 'assistant');
    expect(content).to.not.be.empty;
    const calls = content.flatMap((block) => (block.type === 'tool_call' ? [block.id] : []));
    const next = messages[index + 1]?.content ?? [];
    const answers = next.flatMap((block) => (block.type === 'tool_result' ? [block.callId] : []));
    expect(answers).to.deep.equal(calls);
  }
}

describe('agent loop against rubbish', () => {
  it('ends well or gives up, with a sound conversation at every turn, whatever a model answers', async () => {
    const ends = new Set<string>();
    for (let seed = 1; seed <= 300; seed += 1) {
      const roll = dice(seed);
      const provider = stubProvider([
        async (_options, request) => {
          expectSound(request);
          return rubbish(roll);
        },
      ]);
      const tools = [echo(), tool('long', async () => 'y'.repeat(40_000))];
      const result = await runAgent(agentRequest(provider, { tools, mayAsk: true, contextTokensMax: 9000 }));
      expect(result.turns).to.be.at.most(10);
      ends.add(result.kind === 'gave-up' ? result.error.code : result.kind);
    }
    expect(ends).to.include.members(['finished', 'asked', 'AI_RESULT_INVALID', 'AI_ANSWER_CUT']);
  });
});
