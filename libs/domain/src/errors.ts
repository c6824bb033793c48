/** What kind of trouble it is; each class has one retry policy (`retry-policy.ts`). */
export const ERROR_CLASSES = [
  'network',
  'authentication',
  'rate-limit',
  'validation',
  'system',
  'gate',
  'model',
  'conflict',
  'budget',
  'unknown',
] as const;
export type ErrorClass = (typeof ERROR_CLASSES)[number];

export interface TammaErrorOptions {
  readonly class?: ErrorClass;
  /** What the reader can do about it, as an imperative sentence. */
  readonly remedy?: string;
  /** How long the service asked us to wait, in milliseconds. */
  readonly retryAfterMs?: number;
  /** Set when the call was not made at all, because its service is held until then; milliseconds since the epoch. */
  readonly heldUntilMs?: number;
  /** Set when the call was retried already, as often as its class allows. */
  readonly exhausted?: true;
  readonly cause?: unknown;
}

/** The base of every error we throw: a stable code, a class, and a message that names the thing and the reason. */
export class TammaError extends Error {
  readonly code: string;
  readonly class: ErrorClass;
  readonly remedy: string | undefined;
  readonly retryAfterMs: number | undefined;
  readonly heldUntilMs: number | undefined;
  readonly exhausted: boolean;

  constructor(code: string, message: string, options: TammaErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'TammaError';
    this.code = code;
    this.class = options.class ?? 'unknown';
    this.remedy = options.remedy;
    this.retryAfterMs = options.retryAfterMs;
    this.heldUntilMs = options.heldUntilMs;
    this.exhausted = options.exhausted ?? false;
  }
}

/** An error as it is stored, shown and sent: no stack, no object that could hold a secret. */
export interface ErrorReport {
  readonly code: string;
  readonly class: ErrorClass;
  readonly message: string;
  readonly remedy?: string | undefined;
}

const NETWORK_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTDOWN',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_SOCKET',
]);
const SYSTEM_CODES = new Set(['ENOSPC', 'ENOMEM', 'EMFILE', 'ENFILE', 'EDQUOT', 'EROFS']);

/** Makes an error of whatever was thrown; a non-Error would be lost by the queue. */
export function toError(thrown: unknown): Error {
  if (thrown instanceof Error) return thrown;
  try {
    return new Error(String(thrown));
  } catch {
    // An object without a usable toString says nothing that could be kept.
    return new Error(`something of type ${typeof thrown} was thrown`);
  }
}

/** Longest message kept in an event or a row, in characters. */
const MESSAGE_MAX = 2000;

export function reportError(thrown: unknown): ErrorReport {
  const error = toError(thrown);
  const message = (error.message || error.name).slice(0, MESSAGE_MAX);
  if (error instanceof TammaError) {
    const report = { code: error.code, class: error.class, message };
    return error.remedy === undefined ? report : { ...report, remedy: error.remedy };
  }
  const code = systemCodeOf(error);
  return { code: code ?? 'UNEXPECTED', class: classifyCode(code), message };
}

/** Errors below one another that are looked at: some are their own cause. */
const CAUSES_MAX = 5;

/**
 * Its own code, or that of what caused it: HTTP clients hide what the system said below a text of their own. A code of
 * ours further down is none of the system's.
 */
function systemCodeOf(error: Error): string | undefined {
  let one: unknown = error;
  for (let depth = 0; depth < CAUSES_MAX && one instanceof Error; depth += 1) {
    if (one instanceof TammaError) return undefined;
    const code = (one as { code?: unknown }).code;
    if (typeof code === 'string') return code;
    if (one.name === 'TimeoutError') return 'ETIMEDOUT';
    one = one.cause;
  }
  return undefined;
}

function classifyCode(code: string | undefined): ErrorClass {
  if (code === undefined) return 'unknown';
  if (NETWORK_CODES.has(code)) return 'network';
  if (SYSTEM_CODES.has(code)) return 'system';
  return 'unknown';
}
