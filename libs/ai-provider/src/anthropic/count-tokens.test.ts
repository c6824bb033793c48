import { expect } from 'chai';
import type { Message } from '../ai-provider.ts';
import { buildRequest, failureOf } from '../testing/conversation.ts';
import { assistant, call, result, text, user } from './testing/conversation.ts';
import { plain, providerAt } from './testing/provider.ts';
import { HELLO, json, refusal, startWire, stream } from './testing/wire.ts';

const FIRST_TURN: readonly Message[] = [assistant(text('hello'), call('c1')), user(result('c1'))];
const counts = (tokens: number) => json(200, { input_tokens: tokens });

describe('tokens of a request to Claude', () => {
  it('are counted by the service once for each conversation, and then by what it used and what is new', async () => {
    await using wire = await startWire(counts(1000), HELLO);
    const provider = providerAt(wire.url);
    expect(await provider.countTokens(buildRequest(), plain())).to.equal(1020);
    expect(await provider.countTokens(buildRequest(), plain())).to.equal(1020);
    await provider.respond(buildRequest(), plain());
    const next = await provider.countTokens(buildRequest(FIRST_TURN), plain());
    // The service took in 32,100 and gave 250; what is new is a result of some words.
    expect(next).to.be.within(32_350, 32_450);
    const long = user(result('c1', 'x'.repeat(10_000)));
    const longer = await provider.countTokens(buildRequest([...FIRST_TURN.slice(0, 1), long]), plain());
    expect(longer).to.be.within(37_350, 37_450);
    expect(wire.requests.map(({ path }) => path)).to.deep.equal([
      '/v1/messages/count_tokens',
      '/v1/messages',
    ]);
  });

  it('are counted anew for a conversation that was shortened, or is another one', async () => {
    await using wire = await startWire(HELLO, counts(50));
    const provider = providerAt(wire.url);
    const long = [assistant(call('c1')), user(result('c1', 'long '.repeat(99)))];
    await provider.respond(buildRequest(long), plain());
    const short = [assistant(call('c1')), user(result('c1', 'left out')), ...FIRST_TURN];
    expect(await provider.countTokens(buildRequest(short), plain())).to.equal(51);
    expect(await provider.countTokens(buildRequest([], { system: 'Another.' }), plain())).to.equal(51);
    expect(await provider.countTokens(buildRequest([], { tools: [] }), plain())).to.equal(51);
    expect(wire.requests).to.have.length(4);
  });

  it('are estimated by the length where the service cannot say', async () => {
    const odd = [
      refusal(404, 'not_found_error', 'Not found'),
      refusal(400, 'invalid_request_error', 'Odd'),
      refusal(500, 'api_error', 'Internal server error'),
      refusal(529, 'overloaded_error', 'Overloaded'),
      refusal(429, 'rate_limit_error', 'Slow down'),
      json(200, { tokens: 1 }),
      json(200, { input_tokens: -1 }),
      json(200, [1]),
      stream(),
      (response: { destroy(): void }) => response.destroy(),
    ];
    for (const answer of odd) {
      await using wire = await startWire(answer);
      const request = buildRequest([user(text('ä'.repeat(3000)))]);
      expect(await providerAt(wire.url).countTokens(request, plain())).to.be.within(3000, 3600);
    }
  });

  it('are not estimated when the call itself would fail as well', async () => {
    const refusals = [
      [refusal(401, 'authentication_error', 'invalid x-api-key'), 'AI_KEY_REFUSED'],
      [refusal(403, 'permission_error', 'No'), 'AI_KEY_REFUSED'],
      [refusal(402, 'billing_error', 'Pay'), 'AI_CREDIT_SPENT'],
    ] as const;
    for (const [answer, code] of refusals) {
      await using wire = await startWire(answer);
      const error = await failureOf(providerAt(wire.url).countTokens(buildRequest(), plain()));
      expect(error.code).to.equal(code);
    }
  });

  it('are not waited for longer than the service may be silent, nor once the signal aborts', async () => {
    await using wire = await startWire(() => {});
    const provider = providerAt(wire.url, { timeoutMs: 100 });
    expect(await provider.countTokens(buildRequest(), plain())).to.be.above(100);
    const controller = new AbortController();
    const pending = providerAt(wire.url).countTokens(buildRequest(), controller);
    controller.abort(new Error('the workflow is cancelled'));
    const thrown: unknown = await pending.catch((error: unknown) => error);
    expect(thrown).to.be.an('error').with.property('message', 'the workflow is cancelled');
  });

  it('are remembered of the last conversations alone', async () => {
    await using wire = await startWire(counts(100));
    const provider = providerAt(wire.url);
    for (let index = 0; index <= 200; index += 1) {
      await provider.countTokens(buildRequest([], { system: `conversation ${index}` }), plain());
    }
    await provider.countTokens(buildRequest([], { system: 'conversation 200' }), plain());
    expect(wire.requests).to.have.length(201);
    await provider.countTokens(buildRequest([], { system: 'conversation 0' }), plain());
    expect(wire.requests).to.have.length(202);
  });
});
