/** Longest answer that is read, in bytes; with everything around it, far more than any answer takes. */
const ANSWER_BYTES_MAX = 64 * 1024 * 1024;

/** A `fetch` whose answers end with an error when they do not end by themselves. */
export function boundedFetch(ask: typeof fetch, bytesMax = ANSWER_BYTES_MAX): typeof fetch {
  return async (input, init) => {
    const response = await ask(input, init);
    if (response.body === null) return response;
    const { status, statusText, headers } = response;
    return new Response(response.body.pipeThrough(countBytes(bytesMax)), { status, statusText, headers });
  };
}

function countBytes(bytesMax: number): TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>> {
  let bytes = 0;
  return new TransformStream({
    transform(chunk, controller) {
      bytes += chunk.byteLength;
      if (bytes > bytesMax) controller.error(new RangeError(`the answer is longer than ${bytesMax} bytes`));
      else controller.enqueue(chunk);
    },
  });
}
