import { isDocument, readDocument, rebuild } from './answer.ts';
import { createHolds, type Holds, resourceOf } from './holds.ts';
import { rateLimitOf, reachedLimitOf } from './rate-limit.ts';
import { followRedirects } from './redirects.ts';
import { createResponseCache, type ResponseCache } from './response-cache.ts';
import { GitHubTrouble, noAnswer, unreachable, wrongTarget } from './trouble.ts';

/** Longest time a call may take, with its body, in milliseconds. */
const TIMEOUT_MS = 30_000;
/** Limits that end sooner are waited for inside the call. */
export const WAIT_INSIDE_MAX_MS = 5000;

export interface CallReport {
  readonly method: string;
  /** As its documentation has it, without values. */
  readonly route: string;
  /** 0 when there was no answer. */
  readonly status: number;
  /** Whether GitHub said that nothing had changed, which counts against no limit. */
  readonly fromCache: boolean;
  readonly resource: string;
  readonly remaining: number | null;
  readonly limit: number | null;
  readonly resetAtMs: number | null;
}

export interface LimitReport {
  readonly kind: 'primary' | 'secondary';
  readonly resource: string;
  readonly retryAfterMs: number;
  readonly route: string;
}

export interface ExchangeOptions {
  readonly apiUrl: string;
  readonly fetch?: typeof globalThis.fetch;
  readonly now?: () => number;
  readonly timeoutMs?: number;
  readonly onCall?: (report: CallReport) => void;
  readonly onRateLimit?: (report: LimitReport) => void;
}

interface Caller {
  readonly route: string;
  readonly scope: string;
  readonly token: string;
  /** A stream may come from another host and be endless; a document is the API's own, and read in bounds. */
  readonly wanted: 'document' | 'stream';
}

/** `fetch` for one call, in the name of its caller. Throws GitHubTrouble when there is no answer that can be used. */
export type Exchange = (url: string, init: RequestInit, caller: Caller) => Promise<Response>;

interface Parts extends Required<ExchangeOptions> {
  readonly cache: ResponseCache;
  readonly holds: Holds;
}

interface Call extends Caller {
  readonly url: string;
  readonly method: string;
  readonly headers: Headers;
  readonly init: RequestInit;
}

export function createExchange(options: ExchangeOptions): Exchange {
  const now = options.now ?? Date.now;
  const parts: Parts = {
    fetch: globalThis.fetch,
    timeoutMs: TIMEOUT_MS,
    onCall: () => {},
    onRateLimit: () => {},
    ...options,
    now,
    cache: createResponseCache(),
    holds: createHolds(now),
  };
  return async (url, init, caller) => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${caller.token}`);
    const call = { ...caller, url, init, headers, method: init.method ?? 'GET' };
    if (URL.parse(url)?.origin !== new URL(parts.apiUrl).origin)
      throw wrongTarget('an address of another host');
    parts.holds.requireNone(caller.scope, resourceOf(url));
    return await answerOnce(parts, call);
  };
}

/** Asks, with what we know already, and answers from that when nothing changed. */
async function answerOnce(parts: Parts, call: Call): Promise<Response> {
  const { scope, url, method, headers, wanted } = call;
  const isKept = method === 'GET' && wanted === 'document';
  const key = `${scope} ${headers.get('accept') ?? ''} ${url}`;
  const known = isKept ? parts.cache.read(key) : null;
  if (known !== null) headers.set('if-none-match', known.etag);
  const response = await send(parts, call);
  if (response.status === 304 && known !== null) {
    return rebuild(
      { status: known.status, headers: refreshed(known.headers, response.headers), url },
      known.body,
    );
  }
  const etag = response.headers.get('etag');
  if (isKept && response.status === 200 && etag !== null) {
    const body = new Uint8Array(await response.clone().arrayBuffer());
    parts.cache.write(key, { etag, status: 200, headers: new Headers(response.headers), body });
  }
  return response;
}

/** What was kept, with the limits of now; an answer without a body knows nothing of the type of the one we kept. */
function refreshed(kept: Headers, told: Headers): Headers {
  const headers = new Headers(kept);
  for (const [name, value] of told) if (name !== 'content-type') headers.set(name, value);
  return headers;
}

const REACH = { document: 'host', stream: 'anywhere' } as const;

async function send(parts: Parts, call: Call): Promise<Response> {
  const { init, method, headers, url, wanted } = call;
  const signal = AbortSignal.any([
    AbortSignal.timeout(parts.timeoutMs),
    ...(init.signal instanceof AbortSignal ? [init.signal] : []),
  ]);
  try {
    const sending = { method, headers, body: init.body, signal, reach: REACH[wanted] };
    const { response, url: target } = await followRedirects(parts.fetch, url, sending);
    return await receive(parts, call, response, target);
  } catch (thrown) {
    report(parts, call, { status: 0, headers: new Headers() });
    throw troubleOf(thrown, parts, url);
  }
}

/** A stream is handed on as it comes, unless the API has a word to say instead. */
async function receive(parts: Parts, call: Call, response: Response, target: URL) {
  const isTheirs = target.origin === new URL(parts.apiUrl).origin;
  const isRead = call.wanted === 'document' || !response.ok || (isTheirs && isDocument(response));
  const whole = isRead ? rebuild(response, await readDocument(response)) : response;
  report(parts, call, whole);
  if (isTheirs && (whole.status === 403 || whole.status === 429)) await noteLimit(parts, call, whole);
  return whole;
}

function report(
  { onCall }: Parts,
  call: Call,
  { status, headers }: Pick<Response, 'status' | 'headers'>,
): void {
  const { method, route } = call;
  onCall({ method, route, status, fromCache: status === 304, ...rateLimitOf(headers) });
}

async function noteLimit(parts: Parts, { scope, url, route }: Call, response: Response): Promise<void> {
  const { status, headers } = response;
  const message = await response.clone().text();
  const nowMs = parts.now();
  const reached = reachedLimitOf({ status, headers, message, nowMs });
  if (reached === null) return;
  const resource = reached.kind === 'primary' ? resourceOf(url) : '*';
  parts.onRateLimit({ ...reached, resource, route });
  if (reached.retryAfterMs <= WAIT_INSIDE_MAX_MS) return;
  parts.holds.add({ ...reached, scope, resource, untilMs: nowMs + reached.retryAfterMs });
}

function troubleOf(thrown: unknown, { timeoutMs }: Parts, url: string): unknown {
  if (thrown instanceof GitHubTrouble || !(thrown instanceof Error)) return thrown;
  if (thrown.name === 'TimeoutError') return noAnswer(timeoutMs);
  if (thrown.name === 'AbortError') return thrown;
  const cause = thrown.cause instanceof Error ? thrown.cause : thrown;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message.slice(0, 200);
  return unreachable(new URL(url).host, code);
}
