import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import type { AiRequest, Message } from '../ai-provider.ts';
import { buildRequest, callsOf, FINISH, failureOf, textOf } from '../testing/conversation.ts';
import { createOpenAiProvider, type OpenAiProviderOptions } from './index.ts';
import { type OddAnswer, type OddServer, piece, startOddServer } from './testing/odd-server.ts';

const { signal } = new AbortController();
const HELLO: OddAnswer = { events: [piece({ role: 'assistant', content: 'hello' }), piece({}, 'stop')] };

function providerFor({ baseUrl }: Pick<OddServer, 'baseUrl'>, options: Partial<OpenAiProviderOptions> = {}) {
  return createOpenAiProvider({ apiKey: null, baseUrl, model: 'qwen3:8b', price: FREE, ...options });
}

async function answerTo(answer: OddAnswer, request: AiRequest = buildRequest()) {
  await using server = await startOddServer(answer);
  return await providerFor(server).respond(request, { signal });
}

function tools(...calls: readonly unknown[]): OddAnswer {
  return { events: [piece({ content: null, tool_calls: calls }), piece({}, 'tool_calls')] };
}

/** As `tools`, each in an event of its own. */
function pieces(...calls: readonly unknown[]): OddAnswer {
  return { events: [...calls.map((call) => piece({ tool_calls: [call] })), piece({}, 'tool_calls')] };
}

describe('openai provider with servers that are like OpenAI, but not quite', () => {
  it('has a name of its own for each server, and sends no key where there is none', async () => {
    await using server = await startOddServer(HELLO);
    const provider = providerFor(server);
    expect(provider.name).to.equal(`openai:${new URL(server.baseUrl).host}`);
    await provider.respond(buildRequest(), { signal });
    await providerFor(server, { apiKey: 'sk-1' }).respond(buildRequest(), { signal });
    expect(server.authorizations).to.deep.equal([undefined, 'Bearer sk-1']);
    const { name } = createOpenAiProvider({
      apiKey: 'x',
      baseUrl: 'https://api.openai.com/v1',
      model: 'gpt-5',
      price: FREE,
    });
    expect(name).to.equal('openai');
  });

  it('follows nobody who sends the conversation elsewhere', async () => {
    await using elsewhere = await startOddServer(HELLO);
    const location = `${elsewhere.baseUrl}/chat/completions`;
    await using server = await startOddServer({ status: 307, headers: { location } });
    const error = await failureOf(providerFor(server).respond(buildRequest(), { signal }));
    expect(error).to.include({ code: 'AI_UNREACHABLE', class: 'network' });
    expect(elsewhere.requests).to.deep.equal([]);
  });

  it('asks nobody when OpenAI itself has no key', async () => {
    const unasked = () => Promise.reject(new Error('asked'));
    const baseUrl = 'https://api.openai.com/v1';
    const provider = createOpenAiProvider({ apiKey: null, baseUrl, model: 'm', price: FREE, fetch: unasked });
    const error = await failureOf(provider.respond(buildRequest(), { signal }));
    expect(error).to.include({ code: 'AI_KEY_MISSING', class: 'authentication' });
  });

  it('estimates what is not told, rather too much', async () => {
    const { usage } = await answerTo(HELLO);
    expect(usage.inputTokens).to.be.at.least(100);
    expect(usage).to.deep.include({ outputTokens: 2, cacheReadTokens: 0, costUsd: 0 });
    const zeros = { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } };
    expect((await answerTo({ events: [...(HELLO.events ?? []), zeros] })).usage).to.deep.equal(usage);
  });

  it('estimates an answer of which only the prompt was counted, or only its begin', async () => {
    for (const completion_tokens of [0, undefined]) {
      const usage = { prompt_tokens: 1000, completion_tokens };
      const told = await answerTo({ events: [...(HELLO.events ?? []), { choices: [], usage }] });
      expect(told.usage).to.include({ inputTokens: 1000, outputTokens: 2 });
    }
    const early = { choices: [], usage: { prompt_tokens: 1000, completion_tokens: 1 } };
    const taken: number[] = [];
    await using server = await startOddServer({
      events: [early, piece({ content: 'x'.repeat(3000) })],
      after: 'break',
    });
    const onUsage = (usage: { readonly outputTokens: number }) => void taken.push(usage.outputTokens);
    await failureOf(providerFor(server).respond(buildRequest(), { signal, onUsage }));
    expect(taken).to.deep.equal([1, 1000]);
  });

  it('tells what was read from a cache apart', async () => {
    const details = { cached_tokens: 900 };
    const usage = { prompt_tokens: 1000, completion_tokens: 5, prompt_tokens_details: details };
    const response = await answerTo({ events: [...(HELLO.events ?? []), { choices: [], usage }] });
    expect(response.usage).to.deep.include({ inputTokens: 100, cacheReadTokens: 900, outputTokens: 5 });
  });

  const LOOKUP_CALL = { name: 'lookup', arguments: '{"word":"a"}' };
  const CALLS: readonly (readonly [string, OddAnswer, readonly unknown[]])[] = [
    [
      'arguments as an object',
      tools({ index: 0, id: 'x', function: { name: 'lookup', arguments: { word: 'a' } } }),
      [{ word: 'a' }],
    ],
    ['no arguments', tools({ index: 0, id: 'x', function: { name: 'lookup' } }), [{}]],
    [
      'broken arguments, as they came',
      tools({ index: 0, id: 'x', function: { name: 'lookup', arguments: '{"word": ' } }),
      ['{"word": '],
    ],
    [
      'no ids, no numbers',
      tools({ function: LOOKUP_CALL }, { function: LOOKUP_CALL }),
      [{ word: 'a' }, { word: 'a' }],
    ],
    [
      'the same number for all',
      tools({ index: 0, id: 'x', function: LOOKUP_CALL }, { index: 0, id: 'y', function: LOOKUP_CALL }),
      [{ word: 'a' }, { word: 'a' }],
    ],
    [
      'the same id for all',
      tools({ index: 0, id: 'x', function: LOOKUP_CALL }, { index: 1, id: 'x', function: LOOKUP_CALL }),
      [{ word: 'a' }, { word: 'a' }],
    ],
    [
      'the same number and no id for all',
      tools({ index: 0, id: '', function: LOOKUP_CALL }, { index: 0, id: '', function: LOOKUP_CALL }),
      [{ word: 'a' }, { word: 'a' }],
    ],
    [
      'the same number and no id for all, some without arguments',
      pieces(
        { index: 0, function: { name: 'now', arguments: '' } },
        { index: 0, function: LOOKUP_CALL },
        { index: 0, function: { name: 'now', arguments: '{}' } },
        { index: 0, function: { name: 'now', arguments: '{}' } },
      ),
      [{}, { word: 'a' }, {}, {}],
    ],
    [
      'the same number for all, each in pieces',
      pieces(
        { index: 0, function: { name: 'lookup', arguments: '{"word":' } },
        { index: 0, function: { arguments: '"a"}' } },
        { index: 0, function: { name: 'lookup', arguments: '{"word":' } },
        { index: 0, function: { arguments: '"b"}' } },
      ),
      [{ word: 'a' }, { word: 'b' }],
    ],
    [
      'the name in every piece',
      pieces(
        { index: 0, id: 'x', function: { name: 'lookup', arguments: '' } },
        { index: 0, id: 'x', function: { name: 'lookup', arguments: '{"word":' } },
        { index: 0, id: 'x', function: { name: 'lookup', arguments: ' "{}" ' } },
        { index: 0, id: 'x', function: { name: 'lookup', arguments: '}' } },
        { index: 0, id: 'x', function: { name: 'lookup', arguments: '' } },
      ),
      [{ word: '{}' }],
    ],
    [
      'arguments in pieces',
      {
        events: [
          piece({ tool_calls: [{ index: 0, id: 'x', function: { name: 'lookup', arguments: '{"wo' } }] }),
          piece({ tool_calls: [{ index: 0, function: { arguments: 'rd":"a"}' } }] }),
          piece({}, 'stop'),
        ],
      },
      [{ word: 'a' }],
    ],
  ];
  for (const [what, answer, inputs] of CALLS) {
    it(`hands on calls with ${what}`, async () => {
      const response = await answerTo(answer);
      expect(response.stopReason).to.equal('tool_calls');
      expect(callsOf(response).map(({ input }) => input)).to.deep.equal(inputs);
      expect(new Set(callsOf(response).map(({ id }) => id)).size).to.equal(inputs.length);
    });
  }

  it('waits for a server that gives signs of life', async () => {
    const comments = { count: 12, everyMs: 50 };
    await using server = await startOddServer({
      events: [piece({ content: 'hel' })],
      comments,
      rest: [piece({ content: 'lo' }, 'stop')],
    });
    const provider = providerFor(server, { timeoutMs: 400 });
    expect(textOf(await provider.respond(buildRequest(), { signal }))).to.equal('hello');
  });

  it('reads words that come as a list of parts, and leaves out thoughts among them', async () => {
    const thinking = { type: 'thinking', thinking: [{ type: 'text', text: 'h'.repeat(3000) }] };
    const told: string[] = [];
    await using server = await startOddServer({
      events: [
        piece({ content: [thinking] }),
        piece({ content: [thinking, { type: 'text', text: 'hel' }] }),
        piece({
          content: [
            { type: 'text', text: 'l' },
            { type: 'reference', reference_ids: [1] },
          ],
        }),
        piece({ content: [{ type: 'text', text: 'o' }] }),
        piece({ content: [] }, 'stop'),
      ],
    });
    const onText = (text: string) => void told.push(text);
    const { content, usage } = await providerFor(server).respond(buildRequest(), { signal, onText });
    expect(content).to.deep.equal([{ type: 'text', text: 'hello' }]);
    expect(told).to.deep.equal(['hel', 'l', 'o']);
    // They are paid for, whoever sees them.
    expect(usage.outputTokens).to.be.above(2000);
  });

  it('ends an answer that knows no limit', async () => {
    const endless = Array.from({ length: 60 }, () => piece({ content: 'x'.repeat(1000) }));
    await using server = await startOddServer({ events: endless, after: 'silence' });
    const request = buildRequest([], { outputTokensMax: 256 });
    const response = await providerFor(server).respond(request, { signal });
    expect(response.stopReason).to.equal('length');
    expect(textOf(response).length).to.be.within(14_000, 16_000);
  });

  it('leaves out what a server refuses, from then on', async () => {
    const refusal = (message: string) => ({ status: 400, body: JSON.stringify({ error: { message } }) });
    await using server = await startOddServer(
      refusal(
        "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
      ),
      refusal('Thinking mode does not support this tool_choice'),
      refusal('Unrecognized request argument supplied: stream_options'),
      HELLO,
    );
    const request = buildRequest([], { tools: [FINISH], resultTool: 'finish' });
    const provider = providerFor(server);
    expect(textOf(await provider.respond(request, { signal }))).to.equal('hello');
    await provider.respond(request, { signal });
    expect(server.requests).to.have.length(5);
    for (const sent of server.requests.slice(-2)) {
      expect(sent).to.include.keys('tools', 'max_completion_tokens');
      expect(sent).to.not.have.any.keys('tool_choice', 'stream_options', 'max_tokens');
    }
  });

  it('asks once where the refusal is about something else', async () => {
    const message = 'max_tokens is too large: 99999. This model has room for 4096.';
    await using server = await startOddServer({ status: 400, body: JSON.stringify({ error: { message } }) });
    const error = await failureOf(providerFor(server).respond(buildRequest(), { signal }));
    expect(error).to.include({ code: 'AI_REQUEST_REFUSED' });
    expect(error.message).to.contain('too large: 99999');
    expect(server.requests).to.have.length(1);
  });

  it('gives a thought back to the server it came from, with the call it led to, and to no other', async () => {
    await using server = await startOddServer({
      events: [
        piece({ reasoning_content: 'I think ' }),
        piece({ reasoning_content: 'so.', reasoning: 'so.' }),
        piece({ tool_calls: [{ index: 0, id: 'x', function: LOOKUP_CALL }] }, 'tool_calls'),
      ],
    });
    const { content } = await providerFor(server).respond(buildRequest(), { signal });
    const later: readonly Message[] = [
      { role: 'assistant', content },
      { role: 'user', content: [{ type: 'tool_result', callId: 'x', content: 'no', isError: true }] },
    ];
    await providerFor(server).respond(buildRequest(later), { signal });
    const [, sent] = server.requests;
    expect(sent).to.have.nested.property('messages[2].reasoning_content', 'I think so.');
    expect(sent).to.have.nested.property('messages[3].content', 'ERROR: no');
    await using other = await startOddServer(HELLO);
    await providerFor(other).respond(buildRequest(later), { signal });
    expect(JSON.stringify(other.requests)).to.not.contain('I think');
  });

  it('sends back only arguments that a server can read', async () => {
    await using server = await startOddServer(HELLO);
    const call = { type: 'tool_call', id: 'x', name: 'lookup', input: '{"wor' } as const;
    const result = { type: 'tool_result', callId: 'x', content: 'unfit', isError: true } as const;
    const later: readonly Message[] = [
      { role: 'assistant', content: [call] },
      { role: 'user', content: [{ type: 'text', text: 'Mind.' }, result] },
    ];
    await providerFor(server).respond(buildRequest(later), { signal });
    expect(server.requests[0]).to.have.nested.property(
      'messages[2].tool_calls[0].function.arguments',
      JSON.stringify({ unreadable: '{"wor' }),
    );
    expect(server.requests[0]).to.have.nested.property('messages[3].role', 'tool');
    expect(server.requests[0]).to.have.nested.property('messages[4].content', 'Mind.');
  });
});
