import { type ErrorClass, TammaError } from '@tamma/domain';
import { expect } from 'chai';
import type { AiProvider, AiRequest, AiResponse, Message, RespondOptions } from './ai-provider.ts';

/**
 * What the service behind the provider does with the next request of a test:
 * - `text`: says `hello` and calls nothing;
 * - `tool-call`: calls `lookup` with `{word: 'tamma'}` twice in one answer and, once it has the results, says `hello`;
 * - `slow`: takes far longer than a test may;
 * - an error class: fails in a way of that class.
 */
export type AiScenario = 'text' | 'tool-call' | 'slow' | ErrorClass;

export interface AiProviderFixture extends AsyncDisposable {
  readonly provider: AiProvider;
  /** Classes that this provider can meet; each is tried. */
  readonly failures: readonly ErrorClass[];
  arrange(scenario: AiScenario): Promise<void>;
}

/** Longest an aborted call may take to reject, in milliseconds; generous, for a busy machine. */
const PROMPT_MS = 2000;

/** What every provider must do, whatever service is behind it. */
export function aiProviderContract(name: string, create: () => Promise<AiProviderFixture>): void {
  describe(`AI provider contract: ${name}`, () => {
    it('answers a simple request with text', async () => {
      await using fixture = await create();
      await fixture.arrange('text');
      const response = await fixture.provider.respond(buildRequest(), plain());
      expect(textOf(response)).to.contain('hello');
      expect(response.stopReason).to.equal('end');
      expect(response.model).to.not.equal('');
    });

    it('says what an answer used, never less than nothing', async () => {
      await using fixture = await create();
      await fixture.arrange('text');
      const { usage } = await fixture.provider.respond(buildRequest(), plain());
      const { costUsd, ...tokens } = usage;
      expect(Object.keys(tokens)).to.have.members(TOKEN_COUNTS);
      expect(Object.values(tokens).every((count) => Number.isInteger(count) && count >= 0)).to.equal(true);
      expect(costUsd).to.be.at.least(0);
    });

    it('hands on tool calls with name, parsed input and an id each', async () => {
      await using fixture = await create();
      await fixture.arrange('tool-call');
      const response = await fixture.provider.respond(buildRequest(), plain());
      const calls = response.content.filter((block) => block.type === 'tool_call');
      expect(response.stopReason).to.equal('tool_calls');
      expect(calls.map((call) => call.name)).to.deep.equal(['lookup', 'lookup']);
      expect(calls.map((call) => call.input)).to.deep.equal([{ word: 'tamma' }, { word: 'tamma' }]);
      expect(new Set(calls.map((call) => call.id)).size).to.equal(2);
      expect(calls.every((call) => call.id !== '')).to.equal(true);
    });

    it('goes on after tool results, failed ones among them', async () => {
      await using fixture = await create();
      await fixture.arrange('tool-call');
      const first = await fixture.provider.respond(buildRequest(), plain());
      const second = await fixture.provider.respond(buildRequest(answerCalls(first)), plain());
      expect(second.stopReason).to.equal('end');
      expect(textOf(second)).to.contain('hello');
    });

    for (const scenario of ['text', 'tool-call'] as const) {
      it(`tells the text of an answer piece by piece, and nothing else (${scenario})`, async () => {
        await using fixture = await create();
        await fixture.arrange(scenario);
        const pieces: string[] = [];
        const onText = (text: string) => void pieces.push(text);
        const response = await fixture.provider.respond(buildRequest(), { ...plain(), onText });
        expect(pieces.join('')).to.equal(textOf(response));
        expect(pieces).to.not.include('');
      });
    }

    it('rejects with the reason as soon as the signal aborts', async () => {
      await using fixture = await create();
      await fixture.arrange('slow');
      const controller = new AbortController();
      const pending = settle(fixture.provider.respond(buildRequest(), { signal: controller.signal }));
      const timer = setTimeout(() => controller.abort(new Error('the workflow is cancelled')), 20);
      const startedAt = performance.now();
      const thrown = await pending;
      clearTimeout(timer);
      expect(messageOf(thrown)).to.equal('the workflow is cancelled');
      expect(performance.now() - startedAt).to.be.below(PROMPT_MS);
    });

    it('asks and tells nothing when the signal has aborted before', async () => {
      await using fixture = await create();
      await fixture.arrange('text');
      const signal = AbortSignal.abort(new Error('the worker shuts down'));
      const pieces: string[] = [];
      const onText = (text: string) => void pieces.push(text);
      const thrown = await settle(fixture.provider.respond(buildRequest(), { signal, onText }));
      expect(messageOf(thrown)).to.equal('the worker shuts down');
      expect(pieces).to.deep.equal([]);
    });

    it('names the class of each failure and a remedy', async () => {
      await using fixture = await create();
      expect(fixture.failures).to.not.be.empty;
      for (const failure of fixture.failures) {
        await fixture.arrange(failure);
        const thrown = await settle(fixture.provider.respond(buildRequest(), plain()));
        if (!(thrown instanceof TammaError))
          throw new Error(`${failure}: expected a TammaError, got ${thrown}`);
        expect(thrown.class).to.equal(failure);
        expect(thrown.remedy, failure).to.be.a('string').that.is.not.empty;
        if (failure === 'rate-limit') expect(thrown.retryAfterMs).to.be.a('number');
      }
    });
  });
}

const TOKEN_COUNTS = ['inputTokens', 'outputTokens', 'cacheReadTokens', 'cacheWriteTokens'];

function plain(): RespondOptions {
  return { signal: new AbortController().signal };
}

function buildRequest(later: readonly Message[] = []): AiRequest {
  const word = { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] };
  return {
    purpose: { workflowId: 'demo-1.r1', issue: 1, step: 'clarification', round: 0 },
    system: 'You are a test.',
    messages: [{ role: 'user', content: [{ type: 'text', text: 'Say hello.' }] }, ...later],
    tools: [{ name: 'lookup', description: 'Looks a word up.', inputSchema: word }],
    outputTokensMax: 256,
  };
}

/** The first result is good, the second one is not. */
function answerCalls(response: AiResponse): readonly Message[] {
  const calls = response.content.filter((block) => block.type === 'tool_call');
  const results = calls.map((call, index) => {
    const isError = index > 0;
    return {
      type: 'tool_result' as const,
      callId: call.id,
      content: isError ? 'not found' : 'an engine',
      isError,
    };
  });
  return [
    { role: 'assistant', content: response.content },
    { role: 'user', content: results },
  ];
}

function textOf(response: AiResponse): string {
  return response.content.map((block) => (block.type === 'text' ? block.text : '')).join('');
}

/** What the promise rejected with; undefined when it did not. */
async function settle(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
}

function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `no error but ${String(thrown)}`;
}
