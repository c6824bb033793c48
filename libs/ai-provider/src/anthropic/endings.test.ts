import { expect } from 'chai';
import { runAgent } from '../agent-loop.ts';
import { agentRequest, echo } from '../testing/agent-request.ts';
import { buildRequest, failureOf } from '../testing/conversation.ts';
import { plain, providerAt } from './testing/provider.ts';
import { block, callBlock, end, START, startWire, stream, textBlock, type Wire } from './testing/wire.ts';

const MODEL = 'claude-haiku-4-5';
const DONE = stream(START, ...callBlock(0, 'finish', '{"summary": "done", "lines": 3}'), ...end('tool_use'));
const ECHO = callBlock(9, 'echo', '{"word": "a"}');

function thinking(index: number, text: string, signature: string): readonly object[] {
  return block(
    index,
    { type: 'thinking', thinking: '', signature: '' },
    { type: 'thinking_delta', thinking: text },
    ...(signature === '' ? [] : [{ type: 'signature_delta', signature }]),
  );
}

/** A conversation with a tool `echo`; `seen` are the words it was called with. */
async function converse(wire: Wire) {
  const seen: string[] = [];
  const provider = providerAt(wire.url, { model: MODEL });
  const result = await runAgent(agentRequest(provider, { tools: [echo(seen)] }));
  return { result, seen };
}

/** Messages of a request, as they went out but for the marks of the cache. */
function messagesOf({ requests }: Wire, turn: number): unknown {
  const { messages } = Object(requests[turn - 1]?.body);
  return JSON.parse(
    JSON.stringify(messages, (name, member: unknown) => (name === 'cache_control' ? undefined : member)),
  );
}

describe('conversation with Claude, by the end of an answer', () => {
  for (const reason of ['max_tokens', 'model_context_window_exceeded', 'something_new']) {
    it(`runs no call that ${reason} broke off, and goes on`, async () => {
      // The begin of what was to be a longer word, with an end that nobody said.
      await using wire = await startWire(stream(START, ...ECHO, ...end(reason)), DONE);
      const { result, seen } = await converse(wire);
      expect(result).to.include({ kind: 'finished', turns: 2 });
      expect(seen).to.deep.equal([]);
      expect(JSON.stringify(messagesOf(wire, 2))).to.contain('Not run: your answer was cut off');
    });
  }

  it('gives up at a refusal, whatever was called before it', async () => {
    await using wire = await startWire(stream(START, ...ECHO, ...end('refusal')), DONE);
    const { result, seen } = await converse(wire);
    expect(result).to.have.nested.property('error.code', 'AI_REFUSED');
    expect(seen).to.deep.equal([]);
    expect(wire.requests).to.have.length(1);
  });

  it('reminds a model that paused: nothing runs at the service that it could wait for', async () => {
    await using wire = await startWire(stream(START, ...textBlock(0, 'Well.'), ...end('pause_turn')), DONE);
    const { result } = await converse(wire);
    expect(result).to.include({ kind: 'finished', turns: 2 });
    expect(JSON.stringify(messagesOf(wire, 2))).to.contain('You called no tool');
  });

  it('gives thoughts back as they came with their seals, hidden ones too, in their places', async () => {
    const hidden = { type: 'redacted_thinking', data: 'aGlkZGVu' };
    const thoughts = [
      ...thinking(0, 'Let me see. ', 'c2ln'),
      ...block(1, hidden),
      ...thinking(2, '', 'b3Ro'),
    ];
    await using wire = await startWire(stream(START, ...thoughts, ...ECHO, ...end('tool_use')), DONE);
    await converse(wire);
    expect(messagesOf(wire, 2)).to.have.deep.nested.property('[1]', {
      role: 'assistant',
      content: [
        { type: 'thinking', thinking: 'Let me see. ', signature: 'c2ln' },
        hidden,
        { type: 'thinking', thinking: '', signature: 'b3Ro' },
        { type: 'tool_use', id: 'toolu_9', name: 'echo', input: { word: 'a' } },
      ],
    });
  });

  it('sends no answer back that ends with a thought, which the service refuses', async () => {
    const hidden = block(1, { type: 'redacted_thinking', data: 'aGk=' });
    const answers = [
      [...thinking(0, 'Hm.', 'c2ln'), ...end('max_tokens')],
      [...thinking(0, 'Hm, cut in the mid', ''), ...end('max_tokens')],
      [...thinking(0, 'Hm.', 'c2ln'), ...hidden, ...end()],
      [...textBlock(0, 'Well.'), ...thinking(1, 'Hm.', 'c2ln'), ...end('max_tokens')],
      [...ECHO, ...thinking(10, 'Hm.', 'c2ln'), ...end('max_tokens')],
    ];
    for (const answer of answers) {
      await using wire = await startWire(stream(START, ...answer), DONE);
      const { result } = await converse(wire);
      expect(result).to.include({ kind: 'finished', turns: 2 });
      expect(messagesOf(wire, 2)).to.have.nested.property('[1].role', 'assistant');
      expect(JSON.stringify(messagesOf(wire, 2))).to.not.match(/"(signature|data)":"[^"]*"}\]/);
    }
  });

  it('has nothing of an answer in which the service told of trouble', async () => {
    const trouble = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const begun = [START, ...thinking(0, 'Hm.', 'c2ln'), ...ECHO];
    await using wire = await startWire(stream(...begun, trouble));
    const failure = await failureOf(providerAt(wire.url).respond(buildRequest(), plain()));
    expect(failure).to.include({ code: 'AI_OVERLOADED', class: 'rate-limit', retryAfterMs: 60_000 });
    const seen: string[] = [];
    const request = agentRequest(providerAt(wire.url), { tools: [echo(seen)] });
    expect(await failureOf(runAgent(request))).to.include({ code: 'AI_OVERLOADED' });
    expect(seen).to.deep.equal([]);
  });
});
