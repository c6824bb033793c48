import { TammaError, type TammaErrorOptions } from '@tamma/domain';
import { waitTold } from './resets.ts';

export interface ProgramFacts {
  readonly program: string;
  readonly model: string;
  /** Values that must not be repeated. */
  readonly secrets: readonly string[];
  readonly nowMs: number;
}

/** How much of a program's last words is repeated, in characters. */
const WORDS_MAX = 500;
/** How much of them is looked at. */
const TAIL_MAX = 8 * 1024;
const LIMIT_WAIT_MS = 60_000;

const CREDIT = /credit balance|insufficient[_ ](?:quota|balance|credit|funds)|billing/i;
const LIMIT =
  /rate.?limit|(?:usage|session|weekly|daily|5-hour).limit|limit (?:reached|exceeded)|quota|too many requests|resource.?exhausted|\b429\b|try again (?:at|in)\b/i;
const OVERLOAD = /overloaded|\b529\b/i;
const LOGIN =
  /log ?in\b|logged (?:in|out)|sign(?:ed)? in|api.?key|unauthori[sz]ed|authenticat|credentials|\b401\b/i;
const CONTEXT = /prompt is too long|context.(?:length|window)|maximum context/i;
const MODEL =
  /model.{0,60}(?:not found|not exist|not supported|not available|unknown|may not exist)|(?:unknown|invalid) model/i;
const NETWORK =
  /ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|network error|stream disconnected|connection (?:error|refused|reset)|fetch failed/i;

export function checkoutMissing(program: string): TammaError {
  return new TammaError(
    'AI_CHECKOUT_MISSING',
    `${program} cannot be run: there is no checkout to run it in`,
    {
      class: 'validation',
      remedy: 'Let this step be done by an agent that is no command, by a rule with its own `use`.',
    },
  );
}

export function programMissing({ program }: ProgramFacts, cause?: unknown): TammaError {
  return new TammaError('AI_PROGRAM_MISSING', `${program} cannot be run: it was not found`, {
    class: 'validation',
    remedy: `Install ${program} where the workers run and have it on their PATH, or name another program in the agent's command.`,
    cause,
  });
}

export function timedOut({ program }: ProgramFacts, timeoutMs: number): TammaError {
  return new TammaError('AI_PROGRAM_TIMED_OUT', `${program} was ended: it took longer than ${timeoutMs} ms`, {
    class: 'network',
    remedy: "Have it run without asking anybody (a flag of its own), or raise the agent's timeout.",
  });
}

export function tooMuchOutput({ program }: ProgramFacts, charactersMax: number): TammaError {
  return new TammaError(
    'AI_PROGRAM_TALKS',
    `${program} was ended: it put out more than ${charactersMax} characters`,
    {
      class: 'model',
      remedy: 'Have it say less: see its options.',
    },
  );
}

/** A run that failed, by the last words of the program. */
export function failed(
  facts: ProgramFacts,
  { exitCode, words }: { readonly exitCode: number | null; readonly words: string },
): TammaError {
  const last = lastWords(words, facts.secrets);
  if (/execvp?\b.{0,200}No such file|command not found|: not found$/i.test(last))
    return programMissing(facts);
  const [code, options] = kindOf(last, facts);
  const how = exitCode === null ? 'was ended by a signal' : `failed with exit code ${exitCode}`;
  return new TammaError(
    code,
    `${facts.program} ${how}: ${last === '' ? 'it did not say why' : last}`,
    options,
  );
}

function kindOf(words: string, facts: ProgramFacts): readonly [string, TammaErrorOptions] {
  const { program, model, nowMs } = facts;
  if (CREDIT.test(words)) {
    return [
      'AI_CREDIT_SPENT',
      {
        class: 'authentication',
        remedy: `Pay for more where ${program} is logged in, or use another agent.`,
      },
    ];
  }
  if (LIMIT.test(words)) return ['AI_RATE_LIMITED', limited(waitTold(words, nowMs))];
  if (OVERLOAD.test(words)) return ['AI_OVERLOADED', limited(waitTold(words, nowMs))];
  if (CONTEXT.test(words)) {
    return [
      'AI_CONTEXT_EXCEEDED',
      {
        class: 'validation',
        remedy: "Lower the agent's contextTokensMax, or choose a model with more room.",
      },
    ];
  }
  if (MODEL.test(words)) {
    return [
      'AI_MODEL_UNKNOWN',
      { class: 'validation', remedy: `Check the agent's model (${model}), or what its command names.` },
    ];
  }
  if (LOGIN.test(words)) return ['AI_KEY_REFUSED', { class: 'authentication', remedy: loginRemedy(program) }];
  if (NETWORK.test(words)) {
    return [
      'AI_UNREACHABLE',
      { class: 'network', remedy: `Check that ${program} reaches its service from where the workers run.` },
    ];
  }
  return [
    'AI_PROGRAM_FAILED',
    { class: 'unknown', remedy: `Run the agent's command by hand in a checkout and see what it says.` },
  ];
}

function limited(retryAfterMs: number = LIMIT_WAIT_MS): TammaErrorOptions {
  const remedy = 'Wait, or give the project another agent to fall back to.';
  return { class: 'rate-limit', remedy, retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)) };
}

function loginRemedy(program: string): string {
  return `Log ${program} in where the workers run and name its settings in the agent's readable, or name the variable of its key in variables.`;
}

/** The end of what it said, in one line, without secrets. */
function lastWords(words: string, secrets: readonly string[]): string {
  const end = words.slice(-TAIL_MAX);
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, '[masked]'), end);
  const line = masked
    .replace(/\b(?:sk|key)-[\w*-]{6,}/g, '[masked]')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
  return (line.length <= WORDS_MAX ? line : `…${line.slice(1 - WORDS_MAX)}`).toWellFormed();
}
