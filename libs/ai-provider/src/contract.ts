import type { ErrorClass, TokenCounts } from '@tamma/domain';
import { expect } from 'chai';
import type { AiProvider, AiRequest, AiResponse, Message, RespondOptions } from './ai-provider.ts';
import {
  answerCalls,
  buildRequest,
  callsOf,
  FINISH,
  failureOf,
  LOOKUP,
  messageOf,
  PURPOSE_WORDS,
  settle,
  textOf,
} from './testing/conversation.ts';

/**
 * What the service behind the provider does in a test:
 * - `text`: says `hello` (more may follow) and calls nothing;
 * - `tools`: calls `lookup` with `{word: 'tamma'}` twice in one answer; once it has the results, calls `lookup` with
 *   `{word: 'engine'}`; once it has that result too, says `hello`;
 * - `finish`: hands in `{answer: 'hello'}` by the tool `finish`, alone or beside `lookup`;
 * - `slow`: takes far longer than a test may before it says anything;
 * - `stalled`: says something, and then nothing for far longer than a test may;
 * - an error class: fails in a way of that class.
 */
export type AiScenario = 'text' | 'tools' | 'finish' | 'slow' | 'stalled' | ErrorClass;

export interface AiProviderFixture extends AsyncDisposable {
  readonly provider: AiProvider;
  /** Classes that this provider can meet; each is tried. */
  readonly failures: readonly ErrorClass[];
  /** What this provider needs with each call, such as `runCli`. */
  readonly options?: Partial<RespondOptions>;
  /** Its key; it must not show up in an error. */
  readonly key?: string;
  arrange(scenario: AiScenario): Promise<void>;
  /** Everything sent to the service so far, a text each; null for a provider that sends nothing. */
  sent(): readonly string[] | null;
}

/** Longest an aborted call may take to reject, in milliseconds; generous, for a busy machine. */
const PROMPT_MS = 2000;

type Arrange = (scenario: AiScenario) => Promise<AiProviderFixture>;

/** What every provider must do, whatever service is behind it. */
export function aiProviderContract(name: string, create: () => Promise<AiProviderFixture>): void {
  const arrange: Arrange = async (scenario) => {
    const fixture = await create();
    await fixture.arrange(scenario);
    return fixture;
  };
  describe(`AI provider contract: ${name}`, () => {
    describeAnswers(arrange);
    describeTools(arrange);
    describeMoney(arrange);
    describeStreams(arrange);
    describeAborts(arrange);
    describeTrust(arrange);
    describeFailures(create);
  });
}

function describeAnswers(arrange: Arrange): void {
  it('answers a simple request with text', async () => {
    await using fixture = await arrange('text');
    const response = await ask(fixture);
    expect(textOf(response)).to.contain('hello');
    expect(response.stopReason).to.equal('end');
    expect(response.model).to.not.equal('');
  });

  for (const tools of [[FINISH], [LOOKUP, FINISH]]) {
    it(`hands in a result by the tool for it, one of ${tools.length}`, async () => {
      await using fixture = await arrange('finish');
      const response = await ask(fixture, buildRequest([], { tools, resultTool: FINISH.name }));
      expect(response.stopReason).to.equal('tool_calls');
      expect(callsOf(response).map((call) => [call.name, call.input])).to.deep.equal([
        ['finish', { answer: 'hello' }],
      ]);
    });
  }
}

function describeTools(arrange: Arrange): void {
  it('hands on tool calls with name, parsed input and an id each', async () => {
    await using fixture = await arrange('tools');
    const response = await ask(fixture);
    const calls = callsOf(response);
    expect(response.stopReason).to.equal('tool_calls');
    expect(calls.map((call) => call.name)).to.deep.equal(['lookup', 'lookup']);
    expect(calls.map((call) => call.input)).to.deep.equal([{ word: 'tamma' }, { word: 'tamma' }]);
    expect(new Set(calls.map((call) => call.id)).size).to.equal(2);
    expect(calls.every((call) => call.id !== '')).to.equal(true);
  });

  it('goes on over several turns of tool results, failed ones among them', async () => {
    await using fixture = await arrange('tools');
    const responses = await converse(fixture);
    expect(responses.map(({ stopReason }) => stopReason)).to.deep.equal(['tool_calls', 'tool_calls', 'end']);
    expect(responses.flatMap(callsOf).map(({ input }) => input)).to.deep.equal([
      { word: 'tamma' },
      { word: 'tamma' },
      { word: 'engine' },
    ]);
    const ids = responses.flatMap(callsOf).map(({ id }) => id);
    expect(new Set(ids).size).to.equal(3);
    expect(responses.slice(-1).map(textOf).join('')).to.contain('hello');
  });
}

function describeMoney(arrange: Arrange): void {
  it('says what an answer used, never less than nothing, and tells the same as it goes', async () => {
    await using fixture = await arrange('text');
    const told: TokenCounts[] = [];
    const response = await ask(fixture, buildRequest(), { onUsage: (usage) => void told.push(usage) });
    const { costUsd, ...tokens } = response.usage;
    expect(Object.keys(tokens)).to.have.members(TOKEN_COUNTS);
    expect(Object.values(tokens).every((count) => Number.isInteger(count) && count >= 0)).to.equal(true);
    expect(costUsd).to.be.at.least(0);
    expect(told.at(-1)).to.deep.equal(tokens);
  });

  it('counts at least the tokens that the service then takes in, in every turn', async () => {
    await using fixture = await arrange('tools');
    const counts: number[] = [];
    const responses = await converse(fixture, async (request) => {
      counts.push(await fixture.provider.countTokens(request, { signal: new AbortController().signal }));
    });
    expect(counts).to.have.length(3);
    responses.forEach(({ usage }, turn) => {
      expect(Number.isInteger(counts[turn])).to.equal(true);
      expect(counts[turn]).to.be.at.least(
        usage.inputTokens + usage.cacheReadTokens + usage.cacheWriteTokens,
        `turn ${turn + 1}`,
      );
    });
  });
}

function describeStreams(arrange: Arrange): void {
  for (const scenario of ['text', 'tools', 'finish'] as const) {
    it(`tells the text of an answer piece by piece, and nothing else (${scenario})`, async () => {
      await using fixture = await arrange(scenario);
      const pieces: string[] = [];
      const resultTool = scenario === 'finish' ? { tools: [FINISH], resultTool: FINISH.name } : {};
      const onText = (text: string) => void pieces.push(text);
      const response = await ask(fixture, buildRequest([], resultTool), { onText });
      expect(pieces.join('')).to.equal(textOf(response));
      expect(pieces).to.not.include('');
    });
  }
}

function describeAborts(arrange: Arrange): void {
  it('rejects with the reason as soon as the signal aborts', async () => {
    await using fixture = await arrange('slow');
    const controller = new AbortController();
    const pending = settle(ask(fixture, buildRequest(), { signal: controller.signal }));
    const timer = setTimeout(() => controller.abort(new Error('the workflow is cancelled')), 20);
    const startedAt = performance.now();
    expect(messageOf(await pending)).to.equal('the workflow is cancelled');
    clearTimeout(timer);
    expect(performance.now() - startedAt).to.be.below(PROMPT_MS);
  });

  it('rejects with the reason in the middle of an answer, and tells nothing more', async () => {
    await using fixture = await arrange('stalled');
    const controller = new AbortController();
    const pieces: string[] = [];
    const onText = (text: string) => {
      pieces.push(text);
      controller.abort(new Error('the money is spent'));
    };
    const thrown = await settle(ask(fixture, buildRequest(), { signal: controller.signal, onText }));
    expect(messageOf(thrown)).to.equal('the money is spent');
    expect(pieces).to.have.length(1);
  });

  it('asks and tells nothing when the signal has aborted before', async () => {
    await using fixture = await arrange('text');
    const signal = AbortSignal.abort(new Error('the worker shuts down'));
    const pieces: string[] = [];
    const onText = (text: string) => void pieces.push(text);
    const answer = await settle(ask(fixture, buildRequest(), { signal, onText }));
    expect(messageOf(answer)).to.equal('the worker shuts down');
    const count = await settle(fixture.provider.countTokens(buildRequest(), { signal }));
    expect(messageOf(count)).to.equal('the worker shuts down');
    expect(pieces).to.deep.equal([]);
    expect(fixture.sent() ?? []).to.deep.equal([]);
  });
}

function describeTrust(arrange: Arrange): void {
  it('sends what was said, and never what the call is for', async () => {
    await using fixture = await arrange('text');
    await ask(fixture);
    const sent = fixture.sent();
    if (sent === null) return;
    expect(sent.join('\n')).to.contain('Say hello.').and.contain('You are a test.').and.contain('lookup');
    for (const word of PURPOSE_WORDS) expect(sent.join('\n')).to.not.contain(word);
  });

  it('leaves out what another provider wants to see again, and what is empty', async () => {
    await using fixture = await arrange('text');
    const data = { thought: 'a foreign thought' };
    const later: readonly Message[] = [
      { role: 'assistant', content: [{ type: 'opaque', provider: 'elsewhere', data }] },
      { role: 'user', content: [{ type: 'text', text: '' }] },
      { role: 'assistant', content: [{ type: 'text', text: 'Well.' }] },
      { role: 'user', content: [{ type: 'text', text: 'Go on.' }] },
    ];
    // Three answers are not there to be played back: it is the first one that is asked for.
    const { purpose } = buildRequest();
    const response = await ask(fixture, buildRequest(later, { purpose }));
    expect(textOf(response)).to.contain('hello');
    const sent = (fixture.sent() ?? []).join('\n');
    expect(sent).to.not.contain('a foreign thought');
    if (fixture.sent() !== null) expect(sent).to.contain('Go on.');
  });
}

function describeFailures(create: () => Promise<AiProviderFixture>): void {
  it('names the class of each failure and a remedy, and never its key', async () => {
    await using fixture = await create();
    expect(fixture.failures).to.not.be.empty;
    for (const failure of fixture.failures) {
      await fixture.arrange(failure);
      const error = await failureOf(ask(fixture));
      expect(error.class).to.equal(failure);
      expect(error.remedy, failure).to.be.a('string').that.is.not.empty;
      if (failure === 'rate-limit') expect(error.retryAfterMs).to.be.a('number').above(0);
      if (fixture.key !== undefined) {
        expect(`${error.message} ${error.remedy} ${String(error.cause)}`).to.not.contain(fixture.key);
      }
    }
  });
}

const TOKEN_COUNTS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'];

function ask(
  fixture: AiProviderFixture,
  request: AiRequest = buildRequest(),
  options: Partial<RespondOptions> = {},
): Promise<AiResponse> {
  const { signal } = new AbortController();
  return fixture.provider.respond(request, { signal, ...fixture.options, ...options });
}

/** The conversation of `tools`: three answers. */
async function converse(
  fixture: AiProviderFixture,
  before: (request: AiRequest) => Promise<void> = async () => {},
): Promise<readonly AiResponse[]> {
  const responses: AiResponse[] = [];
  for (let turn = 0; turn < 3; turn += 1) {
    const request = buildRequest(responses.flatMap((response) => answerCalls(response)));
    await before(request);
    responses.push(await ask(fixture, request));
  }
  return responses;
}
