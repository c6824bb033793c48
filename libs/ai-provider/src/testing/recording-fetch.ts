export interface RecordingFetch {
  readonly fetch: typeof fetch;
  /** Bodies of the requests so far, as they went out. */
  readonly bodies: readonly string[];
}

/** A `fetch` that keeps what is sent. */
export function recordFetch(): RecordingFetch {
  const bodies: string[] = [];
  return {
    bodies,
    fetch: (input, init) => {
      bodies.push(typeof init?.body === 'string' ? init.body : '');
      return fetch(input, init);
    },
  };
}
