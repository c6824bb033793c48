/** An answer worth asking about again: GitHub says for free that it has not changed. */
interface CachedResponse {
  readonly etag: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: Uint8Array<ArrayBuffer>;
}

export interface ResponseCache {
  read(key: string): CachedResponse | null;
  write(key: string, response: CachedResponse): void;
}

export interface CacheLimits {
  readonly entriesMax: number;
  readonly bytesMax: number;
}

const LIMITS_DEFAULT: CacheLimits = { entriesMax: 2000, bytesMax: 64 * 1024 * 1024 };
/** What an entry takes beside its body, for headers and key. */
const OVERHEAD_BYTES = 2048;
/** One answer never pushes out more than this part of the others. */
const SHARE_MAX = 0.25;

/** Keeps the answers that were asked for last. */
export function createResponseCache({ entriesMax, bytesMax }: CacheLimits = LIMITS_DEFAULT): ResponseCache {
  const entries = new Map<string, CachedResponse>();
  let bytes = 0;
  const drop = (key: string): void => {
    const known = entries.get(key);
    if (known === undefined) return;
    entries.delete(key);
    bytes -= sizeOf(known);
  };
  const put = (key: string, response: CachedResponse): void => {
    entries.set(key, response);
    bytes += sizeOf(response);
  };
  return {
    read: (key) => {
      const known = entries.get(key);
      if (known === undefined) return null;
      drop(key);
      put(key, known);
      return known;
    },
    write: (key, response) => {
      drop(key);
      if (sizeOf(response) > bytesMax * SHARE_MAX) return;
      put(key, response);
      for (const oldest of entries.keys()) {
        if (entries.size <= entriesMax && bytes <= bytesMax) return;
        drop(oldest);
      }
    },
  };
}

function sizeOf({ body }: CachedResponse): number {
  return body.byteLength + OVERHEAD_BYTES;
}
