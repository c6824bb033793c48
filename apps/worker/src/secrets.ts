/** Variables whose value is a secret by their name; what ends in _FILE is a path, and what stands in the file is known otherwise. */
const SECRET_NAME = /(?:KEY|TOKENS?|SECRETS?|PASSWORD|PASSWD|PASSPHRASE|CREDENTIALS?)$/i;
/** Shorter words would make holes in any text. */
const LENGTH_MIN = 8;
/**
 * A word that anybody writes, such as the password `postgres` of a database for tests: taken for a secret, it would be
 * taken out of the code that a model reads and writes.
 */
const WORD = /^[a-z]{1,12}$/i;

export function isSecretName(variable: string): boolean {
  return SECRET_NAME.test(variable);
}

/**
 * Every secret that a process may know: its variables of such names, each part of a list of tokens, and passwords within
 * addresses. `more` are values or addresses it has from elsewhere.
 */
export function secretsOf(
  environment: Readonly<Record<string, string | undefined>>,
  more: readonly (string | null | undefined)[] = [],
): readonly string[] {
  const named = Object.entries(environment).filter(([name]) => isSecretName(name));
  const values = [...named.map(([, value]) => value), ...more].filter((value) => isText(value));
  const addresses = [...Object.values(environment), ...more].filter((value) => isText(value));
  const found = [...values.flatMap(partsOf), ...addresses.flatMap(passwordsOf)];
  return [...new Set(found)].filter((secret) => secret.length >= LENGTH_MIN && !WORD.test(secret));
}

function isText(value: string | null | undefined): value is string {
  return value !== null && value !== undefined && value !== '';
}

/** The whole, and the token of each `name:role:token`. An address is no secret by itself. */
function partsOf(value: string): readonly string[] {
  if (URL.canParse(value) && value.includes('://')) return [];
  const entries = value.split(/[\s,;]+/);
  const tokens = entries.map((entry) => entry.split(':').slice(2).join(':'));
  return [value.trim(), ...tokens];
}

function passwordsOf(value: string): readonly string[] {
  const password = value.includes('://') ? (URL.parse(value)?.password ?? '') : '';
  return password === '' ? [] : [password, decoded(password)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
