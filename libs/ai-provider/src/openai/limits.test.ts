import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import { buildRequest, failureOf } from '../testing/conversation.ts';
import { createOpenAiProvider } from './index.ts';
import { type OddAnswer, piece, startOddServer } from './testing/odd-server.ts';

const { signal } = new AbortController();

async function errorFor(answer: OddAnswer) {
  await using server = await startOddServer(answer);
  const provider = createOpenAiProvider({
    apiKey: 'key-1',
    baseUrl: server.baseUrl,
    model: 'm',
    price: FREE,
  });
  return await failureOf(provider.respond(buildRequest(), { signal }));
}

function refusal(error: object, status = 429): OddAnswer {
  return { status, body: JSON.stringify({ error }) };
}

const GEMINI =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, head over to: https://ai.google.dev/gemini-api/docs/rate-limits. ' +
  '* Quota exceeded for metric: generativelanguage.googleapis.com/generate_content_free_tier_requests, limit: 10, model: gemini-2.5-flash '.repeat(
    3,
  );
const RETRY_INFO = { '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '34s' };
const HELP = { '@type': 'type.googleapis.com/google.rpc.Help', links: [] };

describe('limits of an openai server', () => {
  it('are waited out where they name a wait, whatever they say of plans and billing', async () => {
    const limits = [
      [
        { code: 429, message: `${GEMINI}Please retry in 34.074824224s.`, status: 'RESOURCE_EXHAUSTED' },
        34_075,
      ],
      [{ code: 429, message: GEMINI, status: 'RESOURCE_EXHAUSTED', details: [HELP, RETRY_INFO] }, 34_000],
      [{ code: 'insufficient_quota', message: 'Quota spent, see billing. Try again in 6m0s.' }, 360_000],
      [{ message: 'Rate limit reached for gpt-5. Please try again in 20ms. See billing.' }, 20],
      [{ message: 'Exceeded call rate limit, see billing. Please retry after 26 seconds.' }, 26_000],
    ] as const;
    for (const [error, retryAfterMs] of limits) {
      const found = await errorFor(refusal(error));
      expect(found, error.message).to.include({ code: 'AI_RATE_LIMITED', class: 'rate-limit', retryAfterMs });
    }
  });

  it('are waited out where they come in a list, as from Gemini', async () => {
    const error = { code: 429, message: GEMINI, status: 'RESOURCE_EXHAUSTED', details: [HELP, RETRY_INFO] };
    const found = await errorFor({ status: 429, body: JSON.stringify([{ error }], null, 2) });
    expect(found).to.include({ code: 'AI_RATE_LIMITED', class: 'rate-limit', retryAfterMs: 34_000 });
  });

  it('are spent credit where they speak of it and name no wait', async () => {
    for (const error of [
      { code: 'insufficient_quota', message: 'You exceeded your current quota, please check your plan.' },
      { code: 429, message: GEMINI, details: [HELP] },
    ]) {
      expect(await errorFor(refusal(error))).to.include({ code: 'AI_CREDIT_SPENT', class: 'authentication' });
    }
  });

  it('are limits in the middle of an answer, too', async () => {
    const error = { code: 429, message: `${GEMINI}Please retry in 5s.` };
    const found = await errorFor({ events: [piece({ content: 'x' }), { error }] });
    expect(found).to.include({ code: 'AI_RATE_LIMITED', class: 'rate-limit', retryAfterMs: 5000 });
  });

  it('that no wait gets a request below are told like a context that is too long', async () => {
    const tooLarge =
      'Request too large for gpt-5 in organization org-x on tokens per min (TPM): Limit 30000, Requested 41234. The input or output tokens must be reduced in order to run successfully.';
    for (const status of [429, 413]) {
      const found = await errorFor(
        refusal({ message: tooLarge, type: 'tokens', code: 'rate_limit_exceeded' }, status),
      );
      expect(found).to.include({ code: 'AI_CONTEXT_EXCEEDED', class: 'validation' });
      expect(found.remedy).to.contain('outputTokensMax');
    }
  });

  it('that a wait gets a request below stay limits', async () => {
    for (const message of [
      'Rate limit reached for gpt-5 on tokens per min (TPM): Limit 30000, Used 20000, Requested 12000. Please try again in 4s.',
      'Rate limit reached for gpt-5 on requests per min (RPM): Limit 3, Used 3, Requested 1. Please try again in 4s.',
    ]) {
      expect(await errorFor(refusal({ message, code: 'rate_limit_exceeded' }))).to.include({
        code: 'AI_RATE_LIMITED',
        retryAfterMs: 4000,
      });
    }
  });
});
