import { expect } from 'chai';
import { type Aimock, startAimock } from '../testing/aimock.ts';
import { answerCalls, buildRequest, callsOf, failureOf, textOf } from '../testing/conversation.ts';
import { plain, providerAt } from './testing/provider.ts';

const error = (status: number, type: string, retryAfter?: number) => ({
  match: {},
  response: { error: { type, message: 'Trouble' }, status, ...(retryAfter && { retryAfter }) },
});

describe('Claude on aimock', () => {
  it('goes on with its thoughts over several turns of tools', async () => {
    await using mock = await startAimock();
    mock.play({
      match: {},
      response: ({ messages }) => {
        const answered = messages.filter(({ role }) => role === 'tool').length;
        const reasoning = {
          reasoning: `Thought ${answered}.`,
          reasoningSignature: 'c2ln',
          redactedThinking: ['aGk='],
        };
        if (answered === 2) return { content: 'hello', ...reasoning };
        const lookup = { name: 'lookup', arguments: JSON.stringify({ word: `word ${answered}` }) };
        return { content: 'Looking.', toolCalls: [lookup], ...reasoning };
      },
    });
    const provider = providerAt(mock.url);
    const first = await provider.respond(buildRequest(), plain());
    const second = await provider.respond(buildRequest(answerCalls(first)), plain());
    const later = [...answerCalls(first), ...answerCalls(second)];
    const third = await provider.respond(buildRequest(later), plain());
    expect([first, second].flatMap(callsOf).map(({ input }) => input)).to.deep.equal([
      { word: 'word 0' },
      { word: 'word 1' },
    ]);
    expect(textOf(third)).to.equal('hello');
    expect(first.content.map(({ type }) => type)).to.deep.equal(['opaque', 'opaque', 'text', 'tool_call']);
    const [, , last] = mock.mock.getRequests();
    expect(JSON.stringify(last)).to.contain('word 0').and.contain('word 1');
  });

  it('tells each kind of trouble apart', async () => {
    await using mock = await startAimock();
    const long = { match: {}, response: { content: 'x'.repeat(400) } };
    const trouble: readonly (readonly [string, string, (mock: Aimock) => void])[] = [
      ['AI_RATE_LIMITED', 'rate-limit', ({ play }) => play(error(429, 'rate_limit_error', 7))],
      ['AI_OVERLOADED', 'rate-limit', ({ play }) => play(error(529, 'overloaded_error'))],
      ['AI_SERVICE_FAILED', 'network', ({ play }) => play(error(500, 'api_error'))],
      ['AI_STREAM_CUT', 'network', ({ play }) => play({ ...long, latency: 5, truncateAfterChunks: 5 })],
      ['AI_STREAM_CUT', 'network', ({ play }) => play({ ...long, latency: 20, disconnectAfterMs: 100 })],
      ['AI_RATE_LIMITED', 'rate-limit', (one) => one.trouble({ rateLimitRate: 1 })],
      ['AI_SERVICE_FAILED', 'network', (one) => one.trouble({ dropRate: 1 })],
      ['AI_ANSWER_MALFORMED', 'network', (one) => one.trouble({ malformedRate: 1 })],
      ['AI_UNREACHABLE', 'network', (one) => one.trouble({ disconnectRate: 1 })],
    ];
    for (const [code, errorClass, begin] of trouble) {
      mock.play(long);
      begin(mock);
      const failure = await failureOf(providerAt(mock.url).respond(buildRequest(), plain()));
      expect(failure).to.include({ code, class: errorClass });
    }
  });

  it('waits as long as a limit says', async () => {
    await using mock = await startAimock();
    mock.play(error(429, 'rate_limit_error', 7));
    const failure = await failureOf(providerAt(mock.url).respond(buildRequest(), plain()));
    expect(failure.retryAfterMs).to.equal(7000);
  });

  it('is well again when the trouble is over', async () => {
    await using mock = await startAimock();
    const provider = providerAt(mock.url);
    mock.arrange('network');
    await failureOf(provider.respond(buildRequest(), plain()));
    mock.arrange('text');
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => provider.respond(buildRequest(), plain())),
    );
    expect(new Set(answers.map(textOf))).to.deep.equal(new Set(['hello from the model']));
  });
});
