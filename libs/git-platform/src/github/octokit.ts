import { retry } from '@octokit/plugin-retry';
import { throttling } from '@octokit/plugin-throttling';
import { Octokit } from '@octokit/rest';
import Bottleneck from 'bottleneck';
import type { TokenSource } from './authentication.ts';
import { statusOf, troubleBelow } from './errors.ts';
import { type Exchange, WAIT_INSIDE_MAX_MS } from './exchange.ts';
import { routeOf } from './route.ts';

/** Reads are asked a second time here, everything else is retried by whoever made the call, or never. */
const READ_RETRIES = 1;
/** Troubles that a second try may not meet again. */
const RETRIED_CODES: readonly string[] = ['GITHUB_UNREACHABLE', 'GITHUB_UNREADABLE'];
/** Answers that stay what they are when asked again. */
const FINAL_STATUSES = Array.from({ length: 100 }, (_, index) => 400 + index);
const CONCURRENT_MAX = 10;

export interface OctokitOptions {
  readonly apiUrl: string;
  readonly tokens: TokenSource;
  readonly exchange: Exchange;
  readonly warn: (message: string) => void;
}

/** Octokit that sends everything through our exchange. Innermost of its layers is ours, then pace, then retries. */
export function createOctokit({ apiUrl, tokens, exchange, warn }: OctokitOptions): Octokit {
  const quiet = () => {};
  const log = { debug: quiet, info: quiet, warn, error: quiet };
  const Layered = Octokit.plugin(sendThrough(exchange, tokens), throttling, retry);
  const octokit = new Layered({
    baseUrl: apiUrl,
    userAgent: 'tamma',
    log,
    request: { log },
    throttle: { id: tokens.scope, ...paceOf(apiUrl), onRateLimit: isShort, onSecondaryRateLimit: isShort },
    retry: { retries: READ_RETRIES, doNotRetry: FINAL_STATUSES },
  });
  octokit.hook.before('request', (options) => {
    // Octokit shares one object between all calls, and its layers keep what belongs to a single one in it.
    options.request = { ...options.request };
    // Set for a read too, it would have refusals asked again.
    if (options.method !== 'GET') options.request.retries = 0;
  });
  return octokit;
}

/** Octokit's own pace keeps us off the secondary limits of GitHub; a server of one's own has none by default. */
function paceOf(apiUrl: string): {
  readonly write?: Bottleneck.Group;
  readonly notifications?: Bottleneck.Group;
} {
  if (/(^|\.)(github\.com|ghe\.com)$/.test(new URL(apiUrl).hostname)) return {};
  const unpaced = () => new Bottleneck.Group({ maxConcurrent: CONCURRENT_MAX });
  return { write: unpaced(), notifications: unpaced() };
}

function isShort(seconds: number, _options: unknown, _octokit: unknown, retryCount: number): boolean {
  return seconds * 1000 <= WAIT_INSIDE_MAX_MS && retryCount === 0;
}

/** A plugin, because only the first one lies below those that wait and retry. */
function sendThrough(exchange: Exchange, tokens: TokenSource) {
  return (octokit: { readonly hook: Octokit['hook'] }) => {
    octokit.hook.wrap('request', async (request, options) => {
      const route = routeOf(options.url);
      const wanted = options.request.parseSuccessResponseBody === false ? 'stream' : 'document';
      // Layers below have these options already: what they are handed now counts for nothing, what is set in them does.
      const send = async (token: string) => {
        options.request.fetch = (url: string, init: RequestInit) =>
          exchange(url, init, { route, scope: tokens.scope, token, wanted });
        return await request(options);
      };
      const token = await tokens.read();
      try {
        return await send(token);
      } catch (thrown) {
        const renewed = statusOf(thrown) === 401 ? await tokens.renew(token) : null;
        if (renewed !== null) return await send(renewed);
        throw finalTrouble(thrown) ?? thrown;
      }
    });
    return {};
  };
}

/** Bare, such a trouble passes the layers above: they retry what Octokit made of it. */
function finalTrouble(thrown: unknown): Error | null {
  const trouble = troubleBelow(thrown);
  return trouble === null || RETRIED_CODES.includes(trouble.code) ? null : trouble;
}
