import type { ChaosConfig, Fixture } from '@copilotkit/aimock';
import { TammaError } from '@tamma/domain';
import { expect } from 'chai';
import { runAgent } from './agent-loop.ts';
import type { AgentEars } from './agent-request.ts';
import type { AiResponse } from './ai-provider.ts';
import { createAnthropicProvider } from './anthropic/index.ts';
import { agentRequest, echo, GOOD, givenUp, type RequestChanges } from './testing/agent-request.ts';
import { type Aimock, startAimock } from './testing/aimock.ts';
import { recordFetch } from './testing/recording-fetch.ts';

const PRICE = { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75 };

interface Step {
  readonly content?: string;
  /** Name and arguments of each call. */
  readonly calls?: readonly (readonly [string, unknown])[];
  readonly finishReason?: string;
}

/** A model that takes these steps, one for each answer it gave before. */
function modelOf(steps: readonly Step[]): readonly Fixture[] {
  return steps.map(({ content, calls = [], finishReason }, turnIndex) => ({
    match: { turnIndex },
    response: {
      ...(content !== undefined && { content }),
      ...(calls.length > 0 && {
        toolCalls: calls.map(([name, input]) => ({
          name,
          arguments: JSON.stringify(input),
        })),
      }),
      ...(finishReason !== undefined && { finishReason }),
      usage: { input_tokens: 100 * (turnIndex + 1), output_tokens: 10 },
    },
  }));
}

const STEPS: readonly Step[] = [
  { content: 'I look around first.', calls: [['echo', { word: 'one' }]] },
  {
    content: 'Then I write.',
    calls: [
      ['echo', { word: 'two', times: 2 }],
      ['echo', { word: 'three' }],
    ],
  },
  { calls: [GOOD] },
];

interface Told {
  readonly seen: string[];
  readonly texts: string[];
  readonly answers: AiResponse[];
  /** Bodies of the requests, as they went out. */
  readonly sent: readonly string[];
  run(heard?: AgentEars): ReturnType<typeof runAgent>;
}

function conversationWith(mock: Aimock, changes: RequestChanges = {}): Told {
  const told = { seen: [] as string[], texts: [] as string[], answers: [] as AiResponse[] };
  const { fetch, bodies: sent } = recordFetch();
  const provider = createAnthropicProvider({
    fetch,
    apiKey: 'sk-ant-of-the-test',
    baseUrl: mock.url,
    model: 'claude-sonnet-5-5',
    effort: 'off',
    price: PRICE,
  });
  const run = (heard: AgentEars = {}) =>
    runAgent(
      agentRequest(provider, {
        tools: [echo(told.seen)],
        heard: {
          onText: (text) => void told.texts.push(text),
          onResponse: async (answer) => void told.answers.push(answer),
          ...heard,
        },
        ...changes,
      }),
    );
  return { ...told, sent, run };
}

async function troubleOf(promise: Promise<unknown>): Promise<TammaError> {
  const thrown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  );
  if (thrown instanceof TammaError) return thrown;
  throw new Error(`expected a TammaError, got ${String(thrown)}`);
}

/** What each trouble of a service comes out as. The first turn is always well. */
const TROUBLES: readonly {
  readonly name: string;
  readonly chaos?: ChaosConfig;
  readonly second?: Partial<Fixture>;
  readonly expected: Readonly<Record<string, unknown>>;
}[] = [
  {
    name: '429 with Retry-After',
    second: {
      response: {
        error: { type: 'rate_limit_error', message: 'too many requests' },
        status: 429,
        retryAfter: 7,
      },
    },
    expected: { code: 'AI_RATE_LIMITED', class: 'rate-limit', retryAfterMs: 7000 },
  },
  { name: '429 by chance', chaos: { rateLimitRate: 1 }, expected: { class: 'rate-limit' } },
  {
    name: '529',
    second: { response: { error: { type: 'overloaded_error', message: 'Overloaded' }, status: 529 } },
    expected: { code: 'AI_OVERLOADED', class: 'rate-limit' },
  },
  { name: '500', chaos: { dropRate: 1 }, expected: { code: 'AI_SERVICE_FAILED', class: 'network' } },
  { name: 'a stream cut in the middle', second: { truncateAfterChunks: 6 }, expected: { class: 'network' } },
  { name: 'a connection cut at once', chaos: { disconnectRate: 1 }, expected: { class: 'network' } },
  {
    name: 'malformed JSON',
    chaos: { malformedRate: 1 },
    expected: { code: 'AI_ANSWER_MALFORMED', class: 'network' },
  },
];

describe('agent loop with Claude’s API', () => {
  it('works through several turns of streamed tool calls, and says what they cost', async () => {
    await using mock = await startAimock();
    mock.play(...modelOf(STEPS));
    const { run, seen, texts, answers } = conversationWith(mock);
    const result = await run();
    expect(result).to.deep.include({ kind: 'finished', result: { summary: 'done', lines: 3 }, turns: 3 });
    expect(seen).to.deep.equal(['one', 'two', 'three']);
    expect(texts.length).to.be.above(2);
    expect(texts.join('')).to.equal('I look around first.Then I write.');
    expect(answers.map(({ usage }) => usage.inputTokens)).to.deep.equal([100, 200, 300]);
    // 600 tokens in at 3, 30 out at 15 dollars a million.
    expect(result.costUsd).to.equal(0.00225);
  });

  it('sends back what was said and done, each result under the id of its call', async () => {
    await using mock = await startAimock();
    mock.play(...modelOf(STEPS));
    const { run, sent } = conversationWith(mock);
    await run();
    expect(sent).to.have.length(3);
    const idsOf = (pattern: RegExp) => [...(sent.at(-1) ?? '').matchAll(pattern)].map(([, id]) => id);
    const calls = idsOf(/"type":"tool_use","id":"([^"]+)"/g);
    expect(calls).to.have.length(3);
    expect(idsOf(/"type":"tool_result","tool_use_id":"([^"]+)"/g)).to.deep.equal(calls);
  });

  for (const { name, chaos, second, expected } of TROUBLES) {
    it(`throws on ${name}, runs nothing twice and loses nothing`, async () => {
      await using mock = await startAimock();
      const [first, broken, ...rest] = modelOf(STEPS);
      if (first === undefined || broken === undefined) throw new Error('the model has too few steps');
      mock.play(first, { ...broken, ...second }, ...rest);
      const { run, seen, answers } = conversationWith(mock);
      const onTurn = async (turn: number) => {
        if (turn === 2 && chaos !== undefined) mock.trouble(chaos);
      };
      const thrown = await troubleOf(run({ onTurn }));
      expect(thrown).to.include(expected);
      expect(thrown.remedy).to.be.a('string').that.is.not.empty;
      expect(mock.mock.getRequests()).to.have.length(2);
      expect(seen, 'calls that ran').to.deep.equal(['one']);
      expect(answers, 'answers that were told').to.have.length(1);

      mock.play(...modelOf(STEPS));
      expect((await run()).kind).to.equal('finished');
      expect(seen).to.deep.equal(['one', 'one', 'two', 'three']);
    });
  }

  it('has a call written anew whose arguments do not fit', async () => {
    await using mock = await startAimock();
    const broken: Step = {
      calls: [
        ['echo', { wort: 'a' }],
        ['echo', { word: 'b' }],
      ],
    };
    mock.play(...modelOf([broken, { calls: [GOOD] }]));
    const { run, seen, sent } = conversationWith(mock);
    expect((await run()).kind).to.equal('finished');
    expect(seen).to.deep.equal(['b']);
    expect(sent.at(-1)).to.contain('The input does not fit. word: ').and.contain('"is_error":true');
  });

  it('runs no call that the answer was cut in', async () => {
    await using mock = await startAimock();
    const cut: Step = {
      calls: [
        ['echo', { word: 'a' }],
        ['echo', '{"word": "ha'],
      ],
      finishReason: 'length',
    };
    mock.play(...modelOf([cut, { calls: [GOOD] }]));
    const { run, seen } = conversationWith(mock);
    expect(await run()).to.include({ kind: 'finished', turns: 2 });
    expect(seen).to.deep.equal(['a']);
  });

  it('is broken off in the middle of a stream when its time is over', async () => {
    await using mock = await startAimock();
    mock.arrange('stalled');
    const result = await conversationWith(mock, { limits: { timeMaxMs: 200 } }).run();
    expect(givenUp(result).code).to.equal('AI_TIME_EXHAUSTED');
  });
});
