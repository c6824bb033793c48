import { z } from 'zod';
import { parseAnswer } from './answers.ts';
import type { GitHubClient } from './client.ts';

interface Page {
  readonly data: unknown;
  /** Where it came from. */
  readonly url: string;
  readonly headers: { readonly link?: string | undefined };
}

interface List {
  /** Completes "GitHub did not …". */
  readonly what: string;
  readonly pagesMax: number;
  readonly readFirst: () => Promise<Page>;
}

const list = z.array(z.unknown());

/**
 * A list page after page, as GitHub links them: a page that is not full need not be the last one. A full one need not
 * be either, though it links to none: what has not changed is answered from memory, with the links it had at that time.
 */
export async function* linkedPages(
  { octokit }: GitHubClient,
  { what, pagesMax, readFirst }: List,
): AsyncGenerator<readonly unknown[]> {
  let page = await readFirst();
  for (let read = 1; read <= pagesMax; read += 1) {
    const items = parseAnswer(what, list, page.data);
    yield items;
    const linked = /<([^<>]+)>;\s*rel="next"/.exec(page.headers.link ?? '')?.[1];
    const next = linked ?? pageAfterFull(page.url, items.length);
    if (next === null || read === pagesMax) return;
    page = await octokit.request(`GET ${next}`);
  }
}

function pageAfterFull(address: string, count: number): string | null {
  const url = URL.parse(address);
  const size = Number(url?.searchParams.get('per_page') ?? 0);
  if (url === null || size === 0 || count < size) return null;
  url.searchParams.set('page', String(Number(url.searchParams.get('page') ?? 1) + 1));
  return url.href;
}
