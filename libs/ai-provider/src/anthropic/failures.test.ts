import { expect } from 'chai';
import { buildRequest, failureOf } from '../testing/conversation.ts';
import { patienceOf } from './patience.ts';
import { KEY, plain, providerAt } from './testing/provider.ts';
import { refusal, startWire, type WireAnswer } from './testing/wire.ts';

async function failureFor(answer: WireAnswer) {
  await using wire = await startWire(answer);
  return await failureOf(providerAt(wire.url).respond(buildRequest(), plain()));
}

const CREDIT = 'Your credit balance is too low to access the Anthropic API.';
const LIMIT =
  'You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.';
const TOO_LONG = 'prompt is too long: 1204332 tokens > 1000000 maximum';

describe('what the Anthropic API refuses', () => {
  it('has a code, a class and a remedy for each kind', async () => {
    const kinds = [
      [400, 'invalid_request_error', 'max_tokens: Field required', 'AI_REQUEST_REFUSED', 'validation'],
      [400, 'invalid_request_error', TOO_LONG, 'AI_CONTEXT_EXCEEDED', 'validation'],
      [400, 'invalid_request_error', CREDIT, 'AI_CREDIT_SPENT', 'authentication'],
      [400, 'invalid_request_error', LIMIT, 'AI_RATE_LIMITED', 'rate-limit'],
      [401, 'authentication_error', 'invalid x-api-key', 'AI_KEY_REFUSED', 'authentication'],
      [402, 'billing_error', 'Payment required', 'AI_CREDIT_SPENT', 'authentication'],
      [403, 'permission_error', 'No permission', 'AI_KEY_REFUSED', 'authentication'],
      [404, 'not_found_error', 'model: claude-nonsense', 'AI_MODEL_UNKNOWN', 'validation'],
      [413, 'request_too_large', 'Request exceeds the maximum size', 'AI_REQUEST_TOO_LARGE', 'validation'],
      [422, 'odd_error', 'Odd', 'AI_REQUEST_REFUSED', 'validation'],
      [429, 'rate_limit_error', 'Slow down', 'AI_RATE_LIMITED', 'rate-limit'],
      [500, 'api_error', 'Internal server error', 'AI_SERVICE_FAILED', 'network'],
      [502, 'api_error', 'Bad gateway', 'AI_SERVICE_FAILED', 'network'],
      [503, 'api_error', 'Unavailable', 'AI_SERVICE_FAILED', 'network'],
      [504, 'timeout_error', 'Timeout', 'AI_SERVICE_FAILED', 'network'],
      [529, 'overloaded_error', 'Overloaded', 'AI_OVERLOADED', 'rate-limit'],
    ] as const;
    for (const [status, type, message, code, errorClass] of kinds) {
      const error = await failureFor(refusal(status, type, message));
      expect(error, message).to.include({ code, class: errorClass });
      expect(error.remedy, message).to.be.a('string').that.is.not.empty;
      expect(error.message).to.contain(message).and.contain(String(status));
    }
  });

  it('is repeated in one line, cut, and without the key', async () => {
    const words = `the key ${KEY}\u0000 is\nwrong ${'x'.repeat(5000)}`;
    const { message } = await failureFor(refusal(400, 'invalid_request_error', words));
    expect(message).to.contain('the key [key] is wrong xxx');
    expect(message.length).to.be.below(700);
    expect(message).to.not.contain(KEY);
  });

  it('is no page of a proxy', async () => {
    for (const status of [403, 502]) {
      const { message } = await failureFor((response) => {
        response.writeHead(status, { 'content-type': 'text/html' }).end('<html>token=hunter2</html>');
      });
      expect(message).to.not.contain('hunter2');
    }
  });

  it('names the variable without a key, and asks nobody', async () => {
    await using wire = await startWire(refusal(500, 'api_error', 'never asked'));
    for (const apiKey of [null, '']) {
      const provider = providerAt(wire.url, { apiKey, keyVariable: 'CLAUDE_KEY' });
      const failures = [
        await failureOf(provider.respond(buildRequest(), plain())),
        await failureOf(provider.countTokens(buildRequest(), plain())),
      ];
      for (const error of failures) {
        expect(error).to.include({ code: 'AI_KEY_MISSING', class: 'authentication' });
        expect(error.message).to.contain('CLAUDE_KEY');
      }
    }
    expect(wire.requests).to.deep.equal([]);
  });

  it('is told of a service that is not there', async () => {
    await using gone = await startWire();
    await gone[Symbol.asyncDispose]();
    const error = await failureOf(providerAt(gone.url).respond(buildRequest(), plain()));
    expect(error).to.include({ code: 'AI_UNREACHABLE', class: 'network' });
    expect(error.message).to.contain(gone.url).and.contain('ECONNREFUSED');
  });

  it('is waited out as long as the service wants', async () => {
    const headers = { 'retry-after': '7' };
    expect((await failureFor(refusal(429, 'rate_limit_error', 'x', headers))).retryAfterMs).to.equal(7000);
    expect((await failureFor(refusal(529, 'overloaded_error', 'x', headers))).retryAfterMs).to.equal(7000);
    expect((await failureFor(refusal(529, 'overloaded_error', 'x'))).retryAfterMs).to.equal(60_000);
    expect((await failureFor(refusal(500, 'api_error', 'x', headers))).retryAfterMs).to.equal(undefined);
  });
});

describe('usage limit of an account of Anthropic', () => {
  const HOUR_MS = 3_600_000;

  /** How long it is left alone, for words that end like this. */
  async function waitFor(words: string): Promise<number | undefined> {
    const said = `You have reached your specified API usage limits.${words}`;
    const failure = await failureFor(refusal(400, 'invalid_request_error', said));
    expect(failure).to.include({ code: 'AI_RATE_LIMITED', class: 'rate-limit' });
    return failure.retryAfterMs;
  }

  const accessIn = (ms: number) => {
    const [date, time = ''] = new Date(Date.now() + ms).toISOString().split('T');
    return ` You will regain access on ${date} at ${time.slice(0, 5)} UTC.`;
  };

  it('is waited out until there is access again, for a day at most', async () => {
    expect(await waitFor(accessIn(5 * HOUR_MS))).to.be.within(4.9 * HOUR_MS, 5 * HOUR_MS);
    expect(await waitFor(accessIn(2000 * HOUR_MS))).to.equal(24 * HOUR_MS);
    expect(await waitFor(' You will regain access on 2999-01-01.')).to.equal(24 * HOUR_MS);
  });

  it('is like any other limit where the moment is past, absent or none', async () => {
    for (const words of [
      accessIn(-HOUR_MS),
      '',
      ' You will regain access on 2999-13-45 at 00:00 UTC.',
      ' You will regain access on Monday.',
    ]) {
      expect(await waitFor(words), words).to.equal(60_000);
    }
  });

  it('may be that of a workspace', async () => {
    const words = 'You have reached your specified workspace API usage limits.';
    const failure = await failureFor(refusal(400, 'invalid_request_error', words));
    expect(failure).to.include({ code: 'AI_RATE_LIMITED' });
  });
});

describe('patience with a limit', () => {
  const NOW = Date.parse('2026-06-01T12:00:00Z');
  const patience = (headers: Record<string, string>) => patienceOf(new Headers(headers), NOW);

  it('is what the service asks for, in seconds or until a date', () => {
    expect(patience({ 'retry-after': '12' })).to.equal(12_000);
    expect(patience({ 'retry-after': '0.5' })).to.equal(500);
    expect(patience({ 'retry-after': 'Mon, 01 Jun 2026 12:00:30 GMT' })).to.equal(30_000);
  });

  it('lasts until the latest reset of the limits that are exhausted', () => {
    const limit = (name: string, remaining: string, reset: string) => ({
      [`anthropic-ratelimit-${name}-remaining`]: remaining,
      [`anthropic-ratelimit-${name}-reset`]: reset,
    });
    const headers = {
      ...limit('requests', '40', '2026-06-01T12:30:00Z'),
      ...limit('input-tokens', '0', '2026-06-01T12:00:20Z'),
      ...limit('output-tokens', '0', '2026-06-01T12:00:45Z'),
    };
    expect(patience(headers)).to.equal(45_000);
    expect(patience({ ...headers, 'retry-after': '3' })).to.equal(3000);
  });

  it('has bounds, whatever the service says', () => {
    expect(patience({})).to.equal(60_000);
    expect(patience({ 'retry-after': 'soon' })).to.equal(60_000);
    expect(patience({ 'retry-after': '-5' })).to.equal(1);
    expect(patience({ 'retry-after': '999999999' })).to.equal(86_400_000);
    expect(patienceOf(undefined, NOW)).to.equal(60_000);
  });
});
