import type { TammaErrorOptions } from '@tamma/domain';
import type { LastWords, ProgramFacts } from './program-facts.ts';
import { waitTold } from './resets.ts';

type FailureFacts = Pick<ProgramFacts, 'program' | 'model' | 'nowMs'> & Pick<LastWords, 'from'>;

type Kind = readonly [code: string, options: TammaErrorOptions];

/** How long a service is left alone that names no time. */
const LIMIT_WAIT_MS = 60_000;
/** And at most, when a program names one beside its output: words of a model may be among those. */
const WORDS_WAIT_MAX_MS = 15 * 60_000;

const CREDIT = /credit balance|insufficient[_ ](?:quota|balance|credits?|funds)|out of credits?/i;
const POLICY = /violat\w* .{0,40}polic(?:y|ies)/i;
const TURNS = /error_max_turns|max(?:imum)?(?: number of)?(?: session)? turns/i;
const MONEY = /error_max_budget|exceeded usd budget|maximum budget/i;
const LIMIT =
  /rate.?limit|(?:usage|session|weekly|daily|5-hour).limit|(?:hit|reached) your .{0,40}limit|limit (?:reached|exceeded)|out of extra usage|quota|too many requests|resource.?exhausted|\b429\b|try again (?:at|in)\b/i;
const OVERLOAD = /overloaded|at capacity|\b529\b/i;
const CONTEXT = /prompt is too long|context.(?:length|window)|maximum context/i;
const MODEL =
  /model.{0,60}(?:not found|not exist|not supported|not available|unknown|may not exist)|(?:unknown|invalid) model/i;
const TROUBLE =
  /(?:API Error|status|status code|HTTP|error code|code)\W{0,4}5\d\d\b|internal server error|bad gateway|service unavailable|gateway time-?out/i;
const LOGIN =
  /log ?in\b|logged (?:in|out)|sign(?:ed)? in|api.?key|unauthori[sz]ed|authenticat|credentials|\b401\b/i;
const NETWORK =
  /ECONN\w+|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|network error|stream disconnected|connection (?:error|refused|reset)|fetch failed/i;

/** The first that fits counts. */
const KINDS: readonly (readonly [RegExp, (facts: FailureFacts, waitMs: number | undefined) => Kind])[] = [
  // A message that names a moment is about a limit, whatever it says of money.
  [
    CREDIT,
    (facts, waitMs) => (waitMs === undefined ? creditSpent(facts) : limited('AI_RATE_LIMITED', waitMs)),
  ],
  [POLICY, refused],
  [TURNS, outOfTurns],
  [MONEY, outOfMoney],
  [LIMIT, (_facts, waitMs) => limited('AI_RATE_LIMITED', waitMs)],
  [OVERLOAD, (_facts, waitMs) => limited('AI_OVERLOADED', waitMs)],
  [CONTEXT, contextExceeded],
  [MODEL, modelUnknown],
  [TROUBLE, inTrouble],
  [LOGIN, keyRefused],
  [NETWORK, unreachable],
];

/** What a failure is by the words of a program. */
export function kindOf(words: string, facts: FailureFacts): Kind {
  const found = facts.from === 'output' ? undefined : KINDS.find(([pattern]) => pattern.test(words));
  return found === undefined ? unexpected() : found[1](facts, waitOf(words, facts));
}

function waitOf(words: string, { from, nowMs }: FailureFacts): number | undefined {
  const waitMs = waitTold(words, nowMs);
  return waitMs === undefined || from === 'event' ? waitMs : Math.min(waitMs, WORDS_WAIT_MAX_MS);
}

/** A moment that is over says no more than none: clocks differ. */
function limited(code: string, waitMs: number = 0): Kind {
  const remedy = 'Wait, or give the project another agent to fall back to.';
  const retryAfterMs = waitMs > 0 ? Math.ceil(waitMs) : LIMIT_WAIT_MS;
  return [code, { class: 'rate-limit', remedy, retryAfterMs }];
}

function creditSpent({ program }: FailureFacts): Kind {
  const remedy = `Pay for more where ${program} is logged in, or use another agent.`;
  return ['AI_CREDIT_SPENT', { class: 'authentication', remedy }];
}

function refused(): Kind {
  const remedy = 'Look for text in the issue that a model may not work on, and reword it.';
  return ['AI_REFUSED', { class: 'model', remedy }];
}

function outOfTurns({ program }: FailureFacts): Kind {
  const remedy = `Make the issue smaller or more precise, or let ${program} take more turns (an option of its own).`;
  return ['AI_TURNS_EXHAUSTED', { class: 'model', remedy }];
}

function outOfMoney({ program }: FailureFacts): Kind {
  const remedy = `Make the issue smaller, or let ${program} spend more (an option of its own) and raise the agent's runCostMaxUsd with it.`;
  return ['AI_RUN_TOO_DEAR', { class: 'model', remedy }];
}

function contextExceeded(): Kind {
  const remedy = "Lower the agent's contextTokensMax, or choose a model with more room.";
  return ['AI_CONTEXT_EXCEEDED', { class: 'validation', remedy }];
}

function modelUnknown({ model }: FailureFacts): Kind {
  const remedy = `Check the agent's model (${model}), or what its command names.`;
  return ['AI_MODEL_UNKNOWN', { class: 'validation', remedy }];
}

function inTrouble({ program }: FailureFacts): Kind {
  const remedy = `Wait: the service that ${program} asks is in trouble.`;
  return ['AI_SERVICE_FAILED', { class: 'network', remedy }];
}

function keyRefused({ program }: FailureFacts): Kind {
  const remedy = `Log ${program} in where the workers run and name its settings in the agent's readable, or name the variable of its key in variables.`;
  return ['AI_KEY_REFUSED', { class: 'authentication', remedy }];
}

function unreachable({ program }: FailureFacts): Kind {
  const remedy = `Check that ${program} reaches its service from where the workers run.`;
  return ['AI_UNREACHABLE', { class: 'network', remedy }];
}

function unexpected(): Kind {
  const remedy = "Run the agent's command by hand in a checkout and see what it says.";
  return ['AI_PROGRAM_FAILED', { class: 'unknown', remedy }];
}
