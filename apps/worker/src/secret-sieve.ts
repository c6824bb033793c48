/** Stands where a secret stood. */
const REMOVED = '[secret removed]';
/** Shorter words would make holes in any text. */
const LENGTH_MIN = 8;

export interface SecretSieve {
  /** The text without the secrets, plain or as base64. */
  text(text: string): string;
  /** For a text that comes in pieces, none of which may show the begin of a secret before it is known to be none. */
  stream(): { push(piece: string): string; end(): string };
}

/** Takes known secrets out of what others say, and nothing else: what only looks like one stays as it is. */
export function createSecretSieve(known: readonly string[]): SecretSieve {
  const long = known.filter((secret) => secret.length >= LENGTH_MIN);
  const writings = [...new Set(long.flatMap(writingsOf))].toSorted((a, b) => b.length - a.length);
  const sieve = (text: string) =>
    writings.reduce(
      (clean, secret) => (clean.includes(secret) ? clean.replaceAll(secret, REMOVED) : clean),
      text,
    );
  return {
    text: sieve,
    stream: () => {
      let held = '';
      return {
        push: (piece) => {
          const clean = sieve(held + piece);
          const end = clean.length - beginOfSecret(clean, writings);
          held = clean.slice(end);
          return clean.slice(0, end);
        },
        end: () => {
          const rest = held;
          held = '';
          return rest;
        },
      };
    },
  };
}

function writingsOf(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [secret, bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url')];
}

/** How many characters at the end of a text may be the begin of a secret. */
function beginOfSecret(text: string, secrets: readonly string[]): number {
  const lengths = secrets.map((secret) => {
    const longest = Math.min(secret.length - 1, text.length);
    for (let length = longest; length > 0; length -= 1) {
      if (text.endsWith(secret.slice(0, length))) return length;
    }
    return 0;
  });
  return Math.max(0, ...lengths);
}
