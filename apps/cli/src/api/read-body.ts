/** Far more than the longest list of the API; a server that goes on for ever is cut off here. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

/** The body as text. Throws a RangeError beyond the limit. */
export async function readBody(response: Response, bytesMax = BODY_BYTES_MAX): Promise<string> {
  if (response.body === null) return '';
  const decoder = new TextDecoder();
  let bytes = 0;
  let text = '';
  for await (const chunk of response.body) {
    bytes += chunk.byteLength;
    if (bytes > bytesMax) throw new RangeError(`the answer is longer than ${bytesMax} bytes`);
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
