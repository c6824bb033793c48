import { setTimeout as sleep } from 'node:timers/promises';
import { ZodError, type z } from 'zod';
import { CliError, interrupted } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import type { Settings } from '../settings.ts';
import { readBody } from './read-body.ts';
import { explainRefusal } from './refusal.ts';
import { type Reply, readReply } from './reply.ts';
import { explainSilence } from './silence.ts';

/** Looks that meet a server which is going down are taken again this often; it may be restarting. */
const RETRIES_MAX = 3;
const RETRY_DELAY_MS = 1000;
const RETRY_DELAY_MAX_MS = 10_000;
const ISSUES_SHOWN_MAX = 5;

export interface HttpOptions extends Settings {
  readonly stop: AbortSignal;
  /** Told once per wait. */
  readonly note: (line: string) => void;
}

interface Question<Value> {
  readonly path: string;
  readonly schema: z.ZodType<Value>;
  /** Statuses beside 2xx whose body is of that shape too. */
  readonly answers?: readonly number[];
  readonly retriesMax?: number;
}

interface Order<Value> extends Question<Value> {
  readonly body: unknown;
}

/** Every failure is a CliError. */
export interface Http {
  /** Asked again a few times while the server answers 503. */
  get<Value>(question: Question<Value>): Promise<Reply<Value>>;
  /** Sent once: what became of it is not known when no answer comes. */
  post<Value>(order: Order<Value>): Promise<Reply<Value>>;
}

export function createHttp(options: HttpOptions): Http {
  const get = async <Value>(question: Question<Value>): Promise<Reply<Value>> => {
    const retriesMax = question.retriesMax ?? RETRIES_MAX;
    for (let retry = 0; ; retry += 1) {
      const answer = await exchange(options, { method: 'GET', path: question.path });
      const isAway = answer.status === 503 && !(question.answers ?? []).includes(503);
      if (!isAway || retry >= retriesMax) return interpret(options, answer, question);
      const delayMs = delayOf(answer.retryAfter);
      options.note(
        `the server is not available; trying again in ${delayMs / 1000} s (${retry + 1} of ${retriesMax})`,
      );
      await pause(delayMs, options.stop);
    }
  };
  return {
    get,
    post: async (order) => {
      const answer = await exchange(options, { method: 'POST', path: order.path, body: order.body });
      return interpret(options, answer, order);
    },
  };
}

/** Ends early, with the error of an interruption, when a person wants to stop. */
export async function pause(delayMs: number, stop: AbortSignal): Promise<void> {
  try {
    await sleep(delayMs, undefined, { signal: stop });
  } catch {
    throw interrupted();
  }
}

function delayOf(retryAfter: string | null): number {
  const seconds = Number(retryAfter);
  const isGiven = retryAfter !== null && Number.isFinite(seconds) && seconds >= 0;
  return isGiven ? Math.min(seconds * 1000, RETRY_DELAY_MAX_MS) : RETRY_DELAY_MS;
}

interface Sent {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly body?: unknown;
}

interface Answer {
  /** Method and path. */
  readonly what: string;
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: string;
}

async function exchange(options: HttpOptions, { method, path, body }: Sent): Promise<Answer> {
  const { baseUrl, token, timeoutMs, stop } = options;
  const headers = {
    accept: 'application/json',
    ...(token === null ? {} : { authorization: `Bearer ${token.text}` }),
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
  };
  try {
    const response = await fetch(`${baseUrl}${path}`, {
      method,
      headers,
      // The token goes where a person said, not where an answer sends us.
      redirect: 'manual',
      signal: AbortSignal.any([stop, AbortSignal.timeout(timeoutMs)]),
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const retryAfter = response.headers.get('retry-after');
    return { what: `${method} ${path}`, status: response.status, retryAfter, body: await readBody(response) };
  } catch (thrown) {
    throw stop.aborted ? interrupted() : explainSilence(options, thrown);
  }
}

function interpret<Value>(options: HttpOptions, answer: Answer, question: Question<Value>): Reply<Value> {
  const { status, what, body } = answer;
  const isAnswer = (status >= 200 && status < 300) || (question.answers ?? []).includes(status);
  if (!isAnswer) throw explainRefusal({ ...answer, token: options.token });
  try {
    return readReply(body, question.schema);
  } catch (thrown) {
    throw new CliError(EXIT.failed, `${options.baseUrl} answered ${what} with something else than expected`, {
      details: describeMismatch(thrown),
      remedy: 'Check that the URL is that of a Tamma server, and that both are of the same version.',
      cause: thrown,
    });
  }
}

function describeMismatch(thrown: unknown): string[] {
  if (!(thrown instanceof ZodError)) return ['it is not JSON'];
  return thrown.issues
    .slice(0, ISSUES_SHOWN_MAX)
    .map(({ path, message }) => `${path.join('.') || 'the answer'}: ${message}`);
}
