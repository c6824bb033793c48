import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import { boundedFetch } from '../bounded-fetch.ts';
import { buildRequest, failureOf } from '../testing/conversation.ts';
import { createOpenAiProvider, type OpenAiProviderOptions } from './index.ts';
import { type OddAnswer, type OddServer, piece, startOddServer } from './testing/odd-server.ts';

const { signal } = new AbortController();

function providerFor({ baseUrl }: Pick<OddServer, 'baseUrl'>, options: Partial<OpenAiProviderOptions> = {}) {
  return createOpenAiProvider({ apiKey: null, baseUrl, model: 'qwen3:8b', price: FREE, ...options });
}

async function errorFor(answer: OddAnswer, options: Partial<OpenAiProviderOptions> = {}) {
  await using server = await startOddServer(answer);
  return await failureOf(providerFor(server, options).respond(buildRequest(), { signal }));
}

describe('what an openai server refuses', () => {
  const REFUSALS: readonly (readonly [number, unknown, string, string])[] = [
    [401, { message: 'Incorrect API key provided: sk-abcdef123.' }, 'AI_KEY_REFUSED', 'authentication'],
    [403, { message: 'Country not supported' }, 'AI_KEY_REFUSED', 'authentication'],
    [402, { message: 'Insufficient Balance' }, 'AI_CREDIT_SPENT', 'authentication'],
    [
      429,
      { code: 'insufficient_quota', message: 'You exceeded your current quota.' },
      'AI_CREDIT_SPENT',
      'authentication',
    ],
    [404, { message: 'model "x" not found, try pulling it first' }, 'AI_MODEL_UNKNOWN', 'validation'],
    [
      400,
      { code: 'model_not_found', message: 'The model x does not exist' },
      'AI_MODEL_UNKNOWN',
      'validation',
    ],
    [400, { code: 'context_length_exceeded', message: 'Too long' }, 'AI_CONTEXT_EXCEEDED', 'validation'],
    [
      400,
      { message: "This model's maximum context length is 8192 tokens." },
      'AI_CONTEXT_EXCEEDED',
      'validation',
    ],
    [413, { message: 'Request too large' }, 'AI_REQUEST_TOO_LARGE', 'validation'],
    [422, { message: 'tools.0: no' }, 'AI_REQUEST_REFUSED', 'validation'],
    [429, { message: 'Rate limit reached' }, 'AI_RATE_LIMITED', 'rate-limit'],
    [529, { message: 'Busy' }, 'AI_OVERLOADED', 'rate-limit'],
    [503, { message: 'The engine is currently overloaded' }, 'AI_OVERLOADED', 'rate-limit'],
    [500, { message: 'oops' }, 'AI_SERVICE_FAILED', 'network'],
    [502, '<html>token=hunter2</html>', 'AI_SERVICE_FAILED', 'network'],
  ];
  for (const [status, error, code, errorClass] of REFUSALS) {
    it(`is ${code} for ${status} ${JSON.stringify(error).slice(0, 50)}`, async () => {
      const body = typeof error === 'string' ? error : JSON.stringify({ error });
      const thrown = await errorFor({ status, body }, { apiKey: 'key-of-mine' });
      expect(thrown).to.include({ code, class: errorClass });
      expect(thrown.message).to.not.match(/hunter2|sk-abc/);
      expect(thrown.remedy).to.be.a('string');
      if (errorClass === 'rate-limit') expect(thrown.retryAfterMs).to.equal(60_000);
    });
  }

  it('waits as long as the server says, by whatever header', async () => {
    const waits = async (headers: Record<string, string>) =>
      (await errorFor({ status: 429, headers, body: '{}' }, { now: () => Date.UTC(2026, 0, 1) }))
        .retryAfterMs;
    expect(await waits({ 'retry-after': '7' })).to.equal(7000);
    expect(await waits({ 'retry-after-ms': '250' })).to.equal(250);
    expect(await waits({ 'retry-after': 'Thu, 01 Jan 2026 00:00:30 GMT' })).to.equal(30_000);
    expect(
      await waits({ 'x-ratelimit-reset-requests': '6m0s', 'x-ratelimit-reset-tokens': '20ms' }),
    ).to.equal(360_000);
    const usedUp = { 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-tokens': '1m30.5s' };
    expect(await waits({ ...usedUp, 'x-ratelimit-reset-requests': '8h' })).to.equal(90_500);
    expect(await waits({ 'retry-after': 'soon' })).to.equal(60_000);
  });

  it('says that a key is wanted where none was sent', async () => {
    expect(await errorFor({ status: 401, body: '{}' })).to.include({ code: 'AI_KEY_MISSING' });
  });

  const BROKEN: readonly (readonly [string, OddAnswer, string])[] = [
    ['no end', { events: [piece({ content: 'x' })] }, 'AI_STREAM_CUT'],
    ['a broken connection', { events: [piece({ content: 'x' })], after: 'break' }, 'AI_STREAM_CUT'],
    ['silence', { events: [piece({ content: 'x' })], after: 'silence' }, 'AI_STREAM_STALLED'],
    ['broken JSON', { events: ['{"choices": ['] }, 'AI_ANSWER_MALFORMED'],
    ['another shape', { events: [{ choices: [{ delta: 7 }] }] }, 'AI_ANSWER_MALFORMED'],
    ['no events at all', { events: [], after: 'done' }, 'AI_STREAM_CUT'],
    [
      'a page',
      { headers: { 'content-type': 'text/html' }, body: '<html>Sign in</html>' },
      'AI_ANSWER_MALFORMED',
    ],
    ['JSON instead of a stream', { body: '{"choices": []}' }, 'AI_ANSWER_MALFORMED'],
    [
      'trouble in the middle',
      { events: [piece({ content: 'x' }), { error: { message: 'out of memory' } }] },
      'AI_SERVICE_FAILED',
    ],
  ];
  for (const [what, answer, code] of BROKEN) {
    it(`is ${code} for an answer with ${what}`, async () => {
      expect(await errorFor(answer, { timeoutMs: 150 })).to.include({ code, class: 'network' });
    });
  }

  it('is AI_UNREACHABLE where nobody listens', async () => {
    const provider = providerFor({ baseUrl: 'http://127.0.0.1:9/v1' });
    const error = await failureOf(provider.respond(buildRequest(), { signal }));
    expect(error).to.include({ code: 'AI_UNREACHABLE', class: 'network' });
    expect(error.remedy).to.contain('http://127.0.0.1:9');
  });

  it('tells neither a key that fits no header nor a password of the address', async () => {
    const { baseUrl } = { baseUrl: 'http://me:hunter2@127.0.0.1:9/v1' };
    const withPassword = await failureOf(providerFor({ baseUrl }).respond(buildRequest(), { signal }));
    const withKey = await failureOf(
      providerFor({ baseUrl: 'http://127.0.0.1:9/v1' }, { apiKey: 'hunter2\nhunter3' }).respond(
        buildRequest(),
        {
          signal,
        },
      ),
    );
    for (const error of [withPassword, withKey]) {
      expect(`${error.message} ${error.remedy} ${String(error.cause)}`).to.not.match(/hunter/);
    }
  });

  it('reads no answer without end', async () => {
    await using server = await startOddServer({ events: ['x'.repeat(50_000)], after: 'silence' });
    const response = await boundedFetch(fetch, 10_000)(server.baseUrl);
    const thrown = await response.text().catch(String);
    expect(thrown).to.contain('longer than 10000 bytes');
  });
});
