/** How a secret that is known may stand in a text: plain, in a URL, as base64; the longest first. */
export function writingsOf(values: readonly string[]): readonly string[] {
  return [...new Set(values.flatMap(writings))].sort((a, b) => b.length - a.length);
}

function writings(value: string): readonly string[] {
  return [value, encodeURIComponent(value.toWellFormed()), ...base64Of(value)];
}

/** Base64 writes three bytes as four characters, so that a text looks different by where in the whole it begins. */
function base64Of(value: string): readonly string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(value)]);
    const start = Math.ceil((before * 8) / 6);
    const end = Math.floor((bytes.length * 8) / 6);
    return [bytes.toString('base64').slice(start, end), bytes.toString('base64url').slice(start, end)];
  });
}
