/** The response, each piece of which is heard: also comments and other signs of life that no event comes of. */
export function hearBytes(response: Response, heard: () => void): Response {
  const tap = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      heard();
      controller.enqueue(chunk);
    },
  });
  return new Response(response.body?.pipeThrough(tap), { headers: response.headers });
}
