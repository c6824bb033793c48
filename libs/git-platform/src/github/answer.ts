import { tooLarge, unreadable } from './trouble.ts';

/** More than the largest page of the API, which has a hundred bodies of 64 Ki characters. */
const BYTES_MAX = 32 * 1024 * 1024;

/** Whether an answer of the API's own host has to be read to its end before anybody believes it. */
export function isDocument(response: Response): boolean {
  return response.status >= 400 || isJson(response) || isHtml(response);
}

/** The whole body of a document. Throws what is wrong with one that is cut off, broken, or a page for people. */
export async function readDocument(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await readBounded(response);
  if (response.status >= 300) return bytes;
  if (isHtml(response)) throw unreadable('a page in HTML');
  if (bytes.byteLength > 0) requireJson(bytes);
  return bytes;
}

/** The same answer with a body that is there already. */
export function rebuild(
  { status, headers, url }: Pick<Response, 'status' | 'headers' | 'url'>,
  body: Uint8Array<ArrayBuffer>,
): Response {
  const isBodiless = status === 204 || status === 205 || status === 304;
  const rebuilt = new Response(isBodiless ? null : body, { status, headers: withoutCoding(headers) });
  Object.defineProperty(rebuilt, 'url', { value: url });
  return rebuilt;
}

/** The body was unpacked on its way here. */
function withoutCoding(headers: Headers): Headers {
  const plain = new Headers(headers);
  plain.delete('content-encoding');
  plain.delete('content-length');
  return plain;
}

async function readBounded(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop closes the connection.
    if (bytes > BYTES_MAX) throw tooLarge(BYTES_MAX);
    chunks.push(chunk);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

function requireJson(bytes: Uint8Array): void {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    throw unreadable('no sound JSON');
  }
}

function isJson(response: Response): boolean {
  return /^application\/(?:[\w.-]+\+)?json\b/i.test(response.headers.get('content-type') ?? '');
}

function isHtml(response: Response): boolean {
  return /^text\/html\b/i.test(response.headers.get('content-type') ?? '');
}
