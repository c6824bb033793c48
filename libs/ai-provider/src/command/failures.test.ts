import { FREE } from '@tamma/domain';
import { expect } from 'chai';
import type { CliRequest, CliResult } from '../ai-provider.ts';
import { buildRequest, failureOf } from '../testing/conversation.ts';
import { createCommandProvider } from './index.ts';

const { signal } = new AbortController();
const NOW = Date.UTC(2026, 9, 10, 12, 0, 0);
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

interface Failed extends Partial<CliResult> {
  readonly format?: 'text' | 'claude' | 'codex' | 'gemini';
  readonly variables?: Readonly<Record<string, string>>;
  readonly nowMs?: number;
}

/** What a run that ended like that comes to; nothing is run. */
function fail({ format = 'text', variables = {}, nowMs = NOW, ...result }: Failed) {
  const provider = createCommandProvider({
    command: ['claude'],
    format,
    model: 'default',
    variables,
    readable: [],
    timeoutMs: 1000,
    price: FREE,
    now: () => nowMs,
  });
  const runCli = async ({ onOutput }: CliRequest): Promise<CliResult> => {
    onOutput(result.stdout ?? '');
    return { exitCode: 1, timedOut: false, stdout: '', stderr: '', ...result };
  };
  return failureOf(provider.respond(buildRequest(), { signal, runCli }));
}

/** How Claude Code ends a run that failed. */
function failClaude(
  words: string,
  { subtype = 'success', ...more }: { subtype?: string; nowMs?: number } = {},
) {
  const end = { type: 'result', subtype, is_error: subtype === 'success', result: words };
  return fail({ format: 'claude', stdout: `${JSON.stringify(end)}\n`, ...more });
}

const GEMINI_QUOTA =
  'You exceeded your current quota, please check your plan and billing details. For more information on this error, ' +
  'head over to: https://ai.google.dev/gemini-api/docs/rate-limits. Please retry in 34.07s.';

describe('a program that failed', () => {
  const WORDS: readonly (readonly [string, string, string])[] = [
    ['Invalid API key · Please run /login', 'AI_KEY_REFUSED', 'authentication'],
    ['Not logged in. Run codex login', 'AI_KEY_REFUSED', 'authentication'],
    ['Credit balance is too low', 'AI_CREDIT_SPENT', 'authentication'],
    ['API Error: 429 Insufficient balance. Please recharge.', 'AI_CREDIT_SPENT', 'authentication'],
    ['insufficient_quota: check your plan and billing details', 'AI_CREDIT_SPENT', 'authentication'],
    ['You are out of credits', 'AI_CREDIT_SPENT', 'authentication'],
    ['429 Too Many Requests', 'AI_RATE_LIMITED', 'rate-limit'],
    ['RESOURCE_EXHAUSTED: Quota exceeded', 'AI_RATE_LIMITED', 'rate-limit'],
    ['You have exhausted your daily quota on this model.', 'AI_RATE_LIMITED', 'rate-limit'],
    [`[API Error: ${GEMINI_QUOTA}]`, 'AI_RATE_LIMITED', 'rate-limit'],
    ["You've hit your limit · resets 8pm (UTC)", 'AI_RATE_LIMITED', 'rate-limit'],
    ["You've hit your session limit · resets 8:30pm (Asia/Tokyo)", 'AI_RATE_LIMITED', 'rate-limit'],
    ["You're out of extra usage · resets 8pm (UTC)", 'AI_RATE_LIMITED', 'rate-limit'],
    ['API Error: 529 Overloaded', 'AI_OVERLOADED', 'rate-limit'],
    ['API Error: 503 The model is overloaded.', 'AI_OVERLOADED', 'rate-limit'],
    [
      'API Error: 500 {"type":"error","error":{"type":"api_error","message":"Internal server error"}}',
      'AI_SERVICE_FAILED',
      'network',
    ],
    ['unexpected status 502 Bad Gateway: authentication failed', 'AI_SERVICE_FAILED', 'network'],
    ['Prompt is too long', 'AI_CONTEXT_EXCEEDED', 'validation'],
    ['model gpt-9 is not supported', 'AI_MODEL_UNKNOWN', 'validation'],
    ['connect ECONNREFUSED 127.0.0.1:1', 'AI_UNREACHABLE', 'network'],
    ['Reached max session turns for this session.', 'AI_TURNS_EXHAUSTED', 'model'],
    ['Error: Exceeded USD budget (1)', 'AI_RUN_TOO_DEAR', 'model'],
    [
      'API Error: Claude Code is unable to respond to this request, which appears to violate our Usage Policy',
      'AI_REFUSED',
      'model',
    ],
    ['panic: index out of range', 'AI_PROGRAM_FAILED', 'unknown'],
    ['', 'AI_PROGRAM_FAILED', 'unknown'],
  ];
  for (const [words, code, errorClass] of WORDS) {
    it(`is ${code} when its last words are "${words}", told by an event or beside its output`, async () => {
      const beside = await fail({ stderr: words });
      expect(beside).to.include({ code, class: errorClass });
      expect(beside.message).to.contain('claude failed with exit code 1').and.contain(words);
      if (words !== '') expect(await failClaude(words)).to.include({ code, class: errorClass });
    });
  }

  it('is told by how Claude Code ended it, whatever the words', async () => {
    const turns = await failClaude('', { subtype: 'error_max_turns' });
    expect(turns).to.include({ code: 'AI_TURNS_EXHAUSTED', class: 'model' });
    const end = { type: 'result', subtype: 'error_max_turns', errors: ['It was stopped.'] };
    expect(await fail({ format: 'claude', stdout: JSON.stringify(end) })).to.include({
      code: 'AI_TURNS_EXHAUSTED',
    });
    const money = await failClaude('Stopped.', { subtype: 'error_max_budget_usd' });
    expect(money).to.include({ code: 'AI_RUN_TOO_DEAR', class: 'model' });
  });

  it('is told by the whole of an event, of which only the end is repeated', async () => {
    const error = await failClaude(`API Error: 500 ${'x'.repeat(2000)}`);
    expect(error).to.include({ code: 'AI_SERVICE_FAILED' });
    expect(error.message).to.have.length.below(600);
  });

  it('repeats the end of what it said, without what is secret', async () => {
    const stderr = `${'x'.repeat(100_000)} the end, with hunter2-secret`;
    const error = await fail({ stderr, variables: { KEY: 'hunter2-secret' } });
    expect(error.message).to.contain('the end, with [masked]');
    expect(error.message).to.have.length.below(600);
  });

  it('says so when a signal ended it', async () => {
    expect((await fail({ exitCode: null })).message).to.contain('was ended by a signal');
  });

  it('is never judged by its output, which may be the words of a model', async () => {
    const said = [
      'I added the rate limit to src/limiter.ts; callers should try again in 23 hours',
      'Please run /login',
      'sh: claude: command not found',
    ];
    for (const stdout of said) {
      for (const format of ['text', 'claude'] as const) {
        const error = await fail({ format, stdout });
        expect(error).to.include({ code: 'AI_PROGRAM_FAILED', class: 'unknown' });
        expect(error.retryAfterMs).to.equal(undefined);
        expect(error.message).to.contain(stdout);
      }
    }
  });
});

describe('the wait that a program names', () => {
  const waitOf = async (words: string, nowMs = NOW) => (await failClaude(words, { nowMs })).retryAfterMs;

  it('may be a moment, a span, or a time of day', async () => {
    expect(await waitOf(`usage limit reached|${NOW / 1000 + 600}`)).to.equal(600_000);
    expect(await waitOf('Usage limit. Try again in 1 day 2 hours 3 minutes.')).to.equal(93_780_000);
    expect(await waitOf('Quota exceeded. Please retry in 34.5s.')).to.equal(34_500);
    expect(await waitOf(GEMINI_QUOTA)).to.equal(34_070);
    expect(await waitOf('Your quota will reset after 3h32m15s.')).to.equal(
      3 * HOUR_MS + 32 * MINUTE_MS + 15_000,
    );
    expect(await waitOf('Expected quota reset within 24h.')).to.equal(DAY_MS);
    expect(await waitOf("You've hit your usage limit or try again in 3 days 4 hours 9 minutes.")).to.equal(
      3 * DAY_MS + 4 * HOUR_MS + 9 * MINUTE_MS,
    );
  });

  it('is by the clock of this machine where it names no zone', async () => {
    const at = new Date(NOW + 90 * MINUTE_MS);
    const clock = `${at.getHours() % 12 || 12}:${String(at.getMinutes()).padStart(2, '0')} ${at.getHours() < 12 ? 'AM' : 'PM'}`;
    expect(await waitOf(`limit reached, try again at ${clock}`)).to.equal(90 * MINUTE_MS);
    const before = new Date(NOW - HOUR_MS);
    const past = `${before.getHours() % 12 || 12}${before.getHours() < 12 ? 'am' : 'pm'}`;
    expect(await waitOf(`limit reached ∙ resets ${past}`)).to.equal(23 * HOUR_MS);
    expect(await waitOf('usage limit: try again at Oct 22nd, 2026 9:03 PM')).to.equal(
      new Date(2026, 9, 22, 21, 3).getTime() - NOW,
    );
    expect(await waitOf('Opus weekly limit reached ∙ resets Oct 14, 3pm')).to.equal(
      new Date(2026, 9, 14, 15).getTime() - NOW,
    );
  });

  it('is by the clock of the zone that it names', async () => {
    expect(await waitOf("You've hit your limit · resets 8pm (UTC)")).to.equal(8 * HOUR_MS);
    expect(await waitOf("You've hit your session limit · resets 9:30pm (Asia/Tokyo)")).to.equal(
      30 * MINUTE_MS,
    );
    expect(await waitOf("You've hit your limit · resets 6:30am (America/New_York)")).to.equal(22.5 * HOUR_MS);
    expect(await waitOf('Usage limit reached. Your limit will reset at 1 PM (UTC).')).to.equal(HOUR_MS);
  });

  it('is until the next such day where it names no year', async () => {
    const weekly = (when: string, nowMs?: number) =>
      waitOf(`You've hit your weekly limit · resets ${when}`, nowMs);
    expect(await weekly('Oct 14, 3pm (UTC)')).to.equal(4 * DAY_MS + 3 * HOUR_MS);
    expect(await weekly('Oct 14 at 3:30pm (Asia/Calcutta)')).to.equal(4 * DAY_MS - 2 * HOUR_MS);
    expect(await weekly('Jan 2, 3am (UTC)', Date.UTC(2026, 11, 30))).to.equal(3 * DAY_MS + 3 * HOUR_MS);
  });

  it('is a minute where it names none, or one that is just over', async () => {
    expect(await waitOf('rate limit')).to.equal(MINUTE_MS);
    expect(await waitOf(`usage limit reached|${NOW / 1000 - 5}`)).to.equal(MINUTE_MS);
    expect(await waitOf("You've hit your weekly limit · resets Oct 10, 11:59am (UTC)")).to.equal(MINUTE_MS);
    expect(await waitOf('weekly limit, resets Foo 10, 11am')).to.equal(MINUTE_MS);
    const nowhere = await waitOf("You've hit your limit · resets 8pm (Middle/Earth)");
    expect(nowhere).to.be.within(1, DAY_MS);
  });

  it('is short where it is told beside the output, since words of a model may stand there too', async () => {
    const stderr = 'callers should try again in 23 hours';
    expect((await fail({ stderr })).retryAfterMs).to.equal(15 * MINUTE_MS);
    expect((await fail({ stderr: 'retry in 30s: rate limit' })).retryAfterMs).to.equal(30_000);
  });
});
