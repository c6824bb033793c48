/** Everything that could carry a secret into a log line passes through here first. */

const MASK = '[masked]';
const DEPTH_MAX = 6;
const ITEMS_MAX = 100;
const TEXT_LENGTH_MAX = 8_192;

const SECRET_NAME =
  /(?:password|passwd|secret|token|authorization|cookie|credential|api[-_]?key|private[-_]?key)s?$/i;

/** `user:password@` in an address, the shapes of tokens we handle, and what follows an authorization scheme. */
const SECRET_TEXTS: readonly (readonly [RegExp, string])[] = [
  [/([a-z][a-z0-9+.-]*:\/\/)[^\s/@:]*:[^\s"'<>]*@/gi, `$1${MASK}@`],
  [/\b(?:gh[a-z]_|github_pat_|glpat-|sk-|xox[a-z]-)[A-Za-z0-9_-]{10,}/g, MASK],
  [/\b(Bearer|Basic|token)\s+[A-Za-z0-9._~+/=-]{16,}/gi, `$1 ${MASK}`],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, MASK],
];

/** What every one of those texts holds: looking for all of them at once spares most lines the four replacements. */
const SUSPICIOUS = /:\/\/|gh[a-z]_|github_pat_|glpat-|sk-|xox|bearer|basic|token|PRIVATE KEY/i;

export function maskText(text: string): string {
  const short = text.length > TEXT_LENGTH_MAX ? `${text.slice(0, TEXT_LENGTH_MAX)} [cut]` : text;
  if (!SUSPICIOUS.test(short)) return short;
  return SECRET_TEXTS.reduce((masked, [pattern, replacement]) => masked.replace(pattern, replacement), short);
}

/** A copy fit for a log line: secrets masked, errors spelled out, depth and length limited. */
export function maskFields(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return maskEntries(fields, DEPTH_MAX);
}

function maskEntries(fields: object, depth: number): Record<string, unknown> {
  const entries = Object.entries(fields).slice(0, ITEMS_MAX);
  return Object.fromEntries(
    entries.map(([name, value]) => [name, isSecret(name, value) ? MASK : maskValue(value, depth)]),
  );
}

/** Numbers keep their values, so that counts such as `inputTokens` can be read. */
function isSecret(name: string, value: unknown): boolean {
  if (value === null || value === undefined) return false;
  return typeof value !== 'number' && typeof value !== 'boolean' && SECRET_NAME.test(name);
}

function maskValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value === 'bigint') return value.toString();
  if (typeof value === 'function' || typeof value === 'symbol') return `[${typeof value}]`;
  if (typeof value !== 'object' || value === null) return value;
  if (depth === 0) return '[deep]';
  if (value instanceof Error) return maskError(value, depth - 1);
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? '[no date]' : value.toISOString();
  if (value instanceof URL) return maskText(value.href);
  if (ArrayBuffer.isView(value)) return `[${value.byteLength} bytes]`;
  if (value instanceof Map) return maskEntries(Object.fromEntries(value), depth - 1);
  if (Array.isArray(value) || value instanceof Set) {
    return [...value].slice(0, ITEMS_MAX).map((item) => maskValue(item, depth - 1));
  }
  return maskEntries(value, depth - 1);
}

/** Fields we name, and none that a library hung on its error: requests and their headers travel there. */
function maskError(error: Error, depth: number): Record<string, unknown> {
  const { name, message, stack, cause } = error;
  const masked: Record<string, unknown> = { name, message: maskText(message) };
  for (const field of ['code', 'class', 'remedy'] as const) {
    const value: unknown = Reflect.get(error, field);
    if (typeof value === 'string' || typeof value === 'number') masked[field] = maskValue(value, depth);
  }
  if (stack !== undefined) masked.stack = maskText(stack);
  if (cause !== undefined) masked.cause = maskValue(cause, depth);
  if (error instanceof AggregateError) masked.errors = maskValue(error.errors, depth);
  return masked;
}
