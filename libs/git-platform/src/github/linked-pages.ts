import { z } from 'zod';
import { parseAnswer } from './answers.ts';
import type { GitHubClient } from './client.ts';

interface Page {
  readonly data: unknown;
  readonly headers: { readonly link?: string | undefined };
}

interface List {
  /** Completes "GitHub did not …". */
  readonly what: string;
  readonly pagesMax: number;
  readonly readFirst: () => Promise<Page>;
}

const list = z.array(z.unknown());

/** A list page after page, as GitHub links them: a page that is not full need not be the last one. */
export async function* linkedPages(
  { octokit }: GitHubClient,
  { what, pagesMax, readFirst }: List,
): AsyncGenerator<readonly unknown[]> {
  let page = await readFirst();
  for (let read = 1; read <= pagesMax; read += 1) {
    yield parseAnswer(what, list, page.data);
    const next = /<([^<>]+)>;\s*rel="next"/.exec(page.headers.link ?? '')?.[1];
    if (next === undefined || read === pagesMax) return;
    page = await octokit.request(`GET ${next}`);
  }
}
