import { Readable } from 'node:stream';
import type { TokenCounts } from '@tamma/domain';
import { expect } from 'chai';
import { findPrice } from '../prices/index.ts';
import { buildRequest, callsOf, FINISH, failureOf, textOf } from '../testing/conversation.ts';
import { KEY, plain, providerAt } from './testing/provider.ts';
import {
  block,
  callBlock,
  cut,
  end,
  HELLO,
  START,
  startWire,
  stream,
  textBlock,
  type WireAnswer,
} from './testing/wire.ts';

describe('streamed answer of Claude', () => {
  it('has its usage and cost from what the service says, cached parts among them', async () => {
    await using wire = await startWire(HELLO);
    const price = findPrice('claude-sonnet-5-5', {});
    if (price === null) throw new Error('the default model has a price');
    const { usage, model } = await providerAt(wire.url, { price }).respond(buildRequest(), plain());
    expect(model).to.equal('claude-of-the-wire');
    // 100 * 2 + 250 * 10 + 30,000 * 0.1 + 2,000 * 2.5 = 10,700 millionths of a dollar.
    expect(usage).to.deep.equal({
      inputTokens: 100,
      outputTokens: 250,
      cacheReadTokens: 30_000,
      cacheWriteTokens: 2000,
      costUsd: 0.0107,
    });
  });

  it('tells what it used as it goes: the prompt at once, the answer by its length until the service says it', async () => {
    const pieces = ['x'.repeat(300), 'y'.repeat(600)];
    await using wire = await startWire(stream(START, ...textBlock(0, ...pieces), ...end('end_turn', 280)));
    const told: TokenCounts[] = [];
    await providerAt(wire.url).respond(buildRequest(), {
      ...plain(),
      onUsage: (usage) => void told.push(usage),
    });
    expect(told.every(({ cacheReadTokens }) => cacheReadTokens === 30_000)).to.equal(true);
    expect([...new Set(told.map(({ outputTokens }) => outputTokens))]).to.deep.equal([1, 100, 300, 280]);
  });

  it('keeps thoughts as they are, hidden ones too, and tells none of them as text', async () => {
    const thinking = block(
      0,
      { type: 'thinking', thinking: '', signature: '' },
      { type: 'thinking_delta', thinking: 'Let me ' },
      { type: 'thinking_delta', thinking: 'see.' },
      { type: 'signature_delta', signature: 'c2ln' },
    );
    const hidden = block(1, { type: 'redacted_thinking', data: 'aGlkZGVu' });
    await using wire = await startWire(
      stream(START, ...thinking, ...hidden, ...textBlock(2, 'Hi.'), ...end()),
    );
    const pieces: string[] = [];
    const onText = (text: string) => void pieces.push(text);
    const { content } = await providerAt(wire.url).respond(buildRequest(), { ...plain(), onText });
    expect(pieces).to.deep.equal(['Hi.']);
    expect(
      content.map((one) => (one.type === 'opaque' ? Reflect.get(Object(one.data), 'block') : one)),
    ).to.deep.equal([
      { type: 'thinking', thinking: 'Let me see.', signature: 'c2ln' },
      { type: 'redacted_thinking', data: 'aGlkZGVu' },
      { type: 'text', text: 'Hi.' },
    ]);
  });

  it('hands on a call whose input is no JSON as the text that came', async () => {
    const calls = [
      ...callBlock(0, 'lookup', '{"word": ', '"tam'),
      ...callBlock(1, 'lookup'),
      ...callBlock(2, 'lookup', 'null'),
      ...callBlock(3, 'lookup', '{"word"', ':"engine"}'),
    ];
    await using wire = await startWire(stream(START, ...calls, ...end('tool_use')));
    const response = await providerAt(wire.url).respond(buildRequest(), plain());
    expect(callsOf(response).map(({ input }) => input)).to.deep.equal([
      '{"word": "tam',
      {},
      'null',
      { word: 'engine' },
    ]);
  });

  it('is the result itself where that is all there is to hand in, and text where it is not', async () => {
    const cases = [
      ['{"answer": "hello"}', 'end_turn', { stop: 'tool_calls', calls: [{ answer: 'hello' }], told: [] }],
      ['Sure! Here it is.', 'end_turn', { stop: 'end', calls: [], told: ['Sure! Here it is.'] }],
      ['{"answer": "hel', 'max_tokens', { stop: 'length', calls: [], told: ['{"answer": "hel'] }],
      ['{"answer": "no"}', 'refusal', { stop: 'refused', calls: [], told: ['{"answer": "no"}'] }],
    ] as const;
    for (const [said, reason, expected] of cases) {
      await using wire = await startWire(stream(START, ...textBlock(0, ...said), ...end(reason)));
      const told: string[] = [];
      const response = await providerAt(wire.url).respond(
        buildRequest([], { tools: [FINISH], resultTool: 'finish' }),
        { ...plain(), onText: (text) => void told.push(text) },
      );
      const calls = callsOf(response).map(({ input }) => input);
      expect({ stop: response.stopReason, calls, told }, said).to.deep.equal(expected);
    }
  });

  it('has ids for its calls, also from servers that give none', async () => {
    const calls = [0, 1].flatMap((index) =>
      block(index, { type: 'tool_use', name: 'lookup', input: { index } }),
    );
    await using wire = await startWire(stream(START, ...calls, ...end('tool_use')));
    const response = await providerAt(wire.url).respond(buildRequest(), plain());
    expect(callsOf(response).map(({ id, input }) => [id, input])).to.deep.equal([
      ['call_msg_1_0', { index: 0 }],
      ['call_msg_1_1', { index: 1 }],
    ]);
  });

  it('says why it stopped', async () => {
    const reasons = {
      end_turn: 'end',
      stop_sequence: 'end',
      pause_turn: 'end',
      something_new: 'length',
      constructor: 'length',
      tool_use: 'tool_calls',
      max_tokens: 'length',
      model_context_window_exceeded: 'length',
      refusal: 'refused',
    };
    for (const [reason, expected] of Object.entries(reasons)) {
      await using wire = await startWire(stream(START, ...textBlock(0, 'Well.'), ...end(reason)));
      const response = await providerAt(wire.url).respond(buildRequest(), plain());
      expect(response.stopReason, reason).to.equal(expected);
    }
  });

  it('passes over signs of life, comments, and events and blocks of later versions', async () => {
    const odd = [
      ': a comment\n\n',
      { type: 'ping' },
      { type: 'weather', sun: true },
      ...block(5, { type: 'hologram', light: 'green' }, { type: 'hologram_delta', light: 'red' }),
      'event: message_delta\ndata:\n\n',
    ];
    await using wire = await startWire(stream(START, ...odd, ...textBlock(0, 'hello'), ...odd, ...end()));
    expect(textOf(await providerAt(wire.url).respond(buildRequest(), plain()))).to.equal('hello');
  });

  it('sends the key as a header, and neither goes on by a redirect nor tries again', async () => {
    await using other = await startWire(HELLO);
    await using wire = await startWire((response) => {
      response.writeHead(307, { location: `${other.url}/v1/messages` }).end();
    });
    const error = await failureOf(providerAt(wire.url).respond(buildRequest(), plain()));
    expect(error).to.include({ code: 'AI_UNREACHABLE', class: 'network' });
    expect(wire.requests.map(({ headers }) => headers.authorization)).to.deep.equal([`Bearer ${KEY}`]);
    expect(other.requests).to.deep.equal([]);
  });
});

describe('streamed answer of Claude that goes wrong', () => {
  const begun = [START, ...textBlock(0, 'hel')];
  const broken = {
    'ends before its end': [stream(...begun), 'AI_STREAM_CUT'],
    'is empty': [stream(), 'AI_STREAM_CUT'],
    'is torn down': [cut(...begun), 'AI_STREAM_CUT'],
    'has an event that is no JSON': [
      stream(...begun, 'event: content_block_delta\ndata: {"ty\n\n'),
      'AI_ANSWER_MALFORMED',
    ],
    'has an event that is no object': [
      stream(START, 'event: message_delta\ndata: 7\n\n'),
      'AI_ANSWER_MALFORMED',
    ],
    'has an event of another shape': [stream({ type: 'message_start' }), 'AI_ANSWER_MALFORMED'],
    'has counts that are none': [
      stream({ type: 'message_start', message: { id: '', model: '', usage: { input_tokens: -5 } } }),
      'AI_ANSWER_MALFORMED',
    ],
    'is a page': [
      (response) => void response.writeHead(200, { 'content-type': 'text/html' }).end('<html>Log in</html>'),
      'AI_ANSWER_MALFORMED',
    ],
    'is no stream': [
      (response) => void response.writeHead(200, { 'content-type': 'application/json' }).end('{"id":"msg'),
      'AI_ANSWER_MALFORMED',
    ],
    'has no body': [(response) => void response.writeHead(204).end(), 'AI_ANSWER_MALFORMED'],
    'falls silent': [stream(...begun, null), 'AI_STREAM_STALLED'],
    'never begins': [() => {}, 'AI_STREAM_STALLED'],
  } as const satisfies Record<string, readonly [WireAnswer, string]>;

  for (const [what, [answer, code]] of Object.entries(broken)) {
    it(`is trouble of the network when it ${what}`, async () => {
      await using wire = await startWire(answer);
      const error = await failureOf(
        providerAt(wire.url, { timeoutMs: 150 }).respond(buildRequest(), plain()),
      );
      expect(error).to.include({ code, class: 'network' });
      expect(error.remedy).to.be.a('string');
    });
  }

  it('is not read for ever, whether it is an answer or a refusal', async () => {
    for (const [status, code] of [
      [200, 'AI_ANSWER_MALFORMED'],
      [400, 'AI_REQUEST_REFUSED'],
    ] as const) {
      await using wire = await startWire((response) => {
        response.writeHead(status, { 'content-type': 'text/event-stream' });
        Readable.from(endless())
          .on('error', () => {})
          .pipe(response);
      });
      const error = await failureOf(providerAt(wire.url).respond(buildRequest(), plain()));
      expect(error.code).to.equal(code);
    }
  });

  it('is of the class of the error that the service tells in the middle of it', async () => {
    const types = {
      overloaded_error: ['AI_OVERLOADED', 'rate-limit'],
      rate_limit_error: ['AI_RATE_LIMITED', 'rate-limit'],
      api_error: ['AI_SERVICE_FAILED', 'network'],
      something_new: ['AI_SERVICE_FAILED', 'network'],
    } as const;
    for (const [type, [code, errorClass]] of Object.entries(types)) {
      const trouble = { type: 'error', error: { type, message: 'Overloaded' } };
      await using wire = await startWire(stream(...begun, trouble));
      const error = await failureOf(providerAt(wire.url).respond(buildRequest(), plain()));
      expect(error, type).to.include({ code, class: errorClass });
    }
  });

  it('lives as long as there are signs of life', async () => {
    await using wire = await startWire((response) => {
      stream(START, null)(response);
      let pings = 0;
      const timer = setInterval(() => {
        pings += 1;
        response.write('event: ping\ndata: {"type": "ping"}\n\n');
        if (pings < 5) return;
        clearInterval(timer);
        for (const event of [...textBlock(0, 'hello'), ...end()]) {
          response.write(`event: x\ndata: ${JSON.stringify(event)}\n\n`);
        }
        response.end();
      }, 100);
    });
    const response = await providerAt(wire.url, { timeoutMs: 400 }).respond(buildRequest(), plain());
    expect(textOf(response)).to.equal('hello');
  });
});

function* endless(): Generator<string> {
  while (true) yield 'x'.repeat(1_000_000);
}
