import { z } from 'zod';

/** Who makes a call: the product, or the person around it. */
export type Who = 'ours' | 'other';

const exchangeSchema = z.object({
  who: z.enum(['ours', 'other']),
  method: z.string(),
  /** Below the API's URL, with its query. */
  path: z.string(),
  body: z.json().nullable(),
  status: z.int(),
  headers: z.record(z.string(), z.string()),
  /** A string that is no JSON stands under `text`. */
  answer: z.json().nullable(),
  text: z.string().optional(),
});
export type Exchange = z.infer<typeof exchangeSchema>;

export const recordingSchema = z.object({
  test: z.string(),
  /** Logins. */
  ours: z.string(),
  other: z.string(),
  exchanges: z.array(exchangeSchema),
});
export type Recording = z.infer<typeof recordingSchema>;

/** What stands in recordings for what differs from run to run. */
export const RECORDED = {
  apiUrl: 'https://api.github.example',
  serverUrl: 'https://github.example',
  repository: 'contract',
} as const;

/** `comments: keeps one comment per marker` → `comments-keeps-one-comment-per-marker.json` */
export function fileNameOf(test: string): string {
  return `${test.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}.json`;
}

/** The request of a call, with what it goes to below the API's URL. */
export function requestOf(
  apiUrl: string,
  url: string | URL | Request,
  init: RequestInit | undefined,
): Pick<Exchange, 'method' | 'path' | 'body'> {
  const address = url instanceof Request ? url.url : String(url);
  const body =
    typeof init?.body === 'string' && init.body !== '' ? z.json().parse(JSON.parse(init.body)) : null;
  const path = address.startsWith(apiUrl) ? address.slice(apiUrl.length) : address;
  return { method: init?.method ?? 'GET', path, body };
}
