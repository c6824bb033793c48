import { TammaError } from '@tamma/domain';
import { kindOf } from './kinds.ts';
import type { LastWords, ProgramFacts } from './program-facts.ts';

/** How much of a program's last words is repeated, in characters. */
const WORDS_MAX = 500;
/** How much of them is looked at. */
const LOOKED_AT_MAX = 8 * 1024;
const MISSING = /execvp?\b.{0,200}No such file|command not found|: not found$/i;

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
export function failed(facts: ProgramFacts, { exitCode, words, from }: LastWords): TammaError {
  const line = lineOf(from === 'event' ? words.slice(0, LOOKED_AT_MAX) : words, facts.secrets);
  const last = endOf(line);
  if (from === 'stderr' && MISSING.test(last)) return programMissing(facts);
  const [code, options] = kindOf(from === 'event' ? line : last, { ...facts, from });
  const how = exitCode === null ? 'was ended by a signal' : `failed with exit code ${exitCode}`;
  return new TammaError(
    code,
    `${facts.program} ${how}: ${last === '' ? 'it did not say why' : last}`,
    options,
  );
}

/** In one line, without secrets; of long words the end. */
function lineOf(words: string, secrets: readonly string[]): string {
  const end = words.slice(-LOOKED_AT_MAX);
  const masked = secrets.reduce((text, secret) => text.replaceAll(secret, '[masked]'), end);
  return masked
    .replace(/\b(?:sk|key)-[\w*-]{6,}/g, '[masked]')
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, ' ')
    .trim();
}

function endOf(line: string): string {
  return (line.length <= WORDS_MAX ? line : `…${line.slice(1 - WORDS_MAX)}`).toWellFormed();
}
