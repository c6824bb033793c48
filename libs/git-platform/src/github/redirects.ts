import { wrongTarget } from './trouble.ts';

const STATUSES: readonly number[] = [301, 302, 303, 307, 308];
const REDIRECTS_MAX = 3;
/** What only the host we asked may see. */
const PRIVATE_HEADERS = ['authorization', 'if-none-match'];

export interface Sending {
  readonly method: string;
  readonly headers: Headers;
  readonly body: RequestInit['body'];
  readonly signal: AbortSignal;
  /** How far it may be sent on. */
  readonly reach: 'host' | 'anywhere';
}

/**
 * Sends a request and goes where the answer points: GitHub does so for repositories that were renamed, and to files
 * that lie on other hosts. Repeated as it was, unlike fetch, which makes a GET of a POST; another host never sees the
 * credential, and is asked for streams alone, such as logs.
 */
export async function followRedirects(fetch: typeof globalThis.fetch, url: string, sending: Sending) {
  const headers = new Headers(sending.headers);
  let target = new URL(url);
  for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
    const response = await fetch(target, { ...initOf(sending), headers });
    const location = response.headers.get('location');
    if (!STATUSES.includes(response.status)) return { response, url: target };
    await response.body?.cancel();
    if (location === null) throw wrongTarget('a redirect to nowhere');
    const next = nextTarget(location, target);
    if (sending.method !== 'GET' && withinRepository(next) !== withinRepository(target)) {
      throw wrongTarget(`${sending.method} was sent on to ${next.pathname}`.slice(0, 300));
    }
    if (next.origin !== target.origin) {
      requireReach(sending, next, target);
      for (const name of PRIVATE_HEADERS) headers.delete(name);
    }
    target = next;
  }
  throw wrongTarget(`more than ${REDIRECTS_MAX} redirects`);
}

/**
 * A repository that was renamed is itself; an issue that was moved to another repository is no business of ours there.
 * So a write goes to the same place of a repository, or nowhere.
 */
function withinRepository({ pathname }: URL): string {
  return pathname.replace(/^(?:\/api(?:\/v3)?)?\/(?:repos\/[^/]+\/[^/]+|repositories\/\d+)/, '');
}

/** What another host says is not GitHub's word, and what comes in the clear is nobody's. */
function requireReach({ method, reach }: Sending, next: URL, from: URL): void {
  const isDowngrade = from.protocol === 'https:' && next.protocol !== 'https:';
  if (method === 'GET' && reach === 'anywhere' && !isDowngrade) return;
  throw wrongTarget(`${method} was sent on to ${next.origin}`.slice(0, 300));
}

function initOf({ method, body, signal }: Sending): RequestInit {
  return { method, signal, redirect: 'manual', ...(body === undefined ? {} : { body }) };
}

function nextTarget(location: string, from: URL): URL {
  const next = URL.parse(location, from.href);
  if (next === null || !['http:', 'https:'].includes(next.protocol)) {
    throw wrongTarget('a redirect that is no address');
  }
  return next;
}
