import { createHash } from 'node:crypto';
import { basename } from 'node:path';

interface Account {
  readonly command: readonly string[];
  readonly variables: Readonly<Record<string, string>>;
  readonly readable: readonly string[];
}

const DIGEST_LENGTH = 8;

/**
 * A program and what it is logged in by, since a limit is that of an account: `command:claude:ANTHROPIC_API_KEY`. Of
 * variables only the names of those that are set, of files a digest: names of services are seen by everybody.
 */
export function serviceNameOf({ command, variables, readable }: Account): string {
  const names = Object.keys(variables).filter((name) => variables[name] !== '');
  const account = [...names.toSorted(), ...digestOf(readable)].join('+');
  return ['command', basename(command[0] ?? ''), ...(account === '' ? [] : [account])].join(':');
}

function digestOf(readable: readonly string[]): readonly string[] {
  if (readable.length === 0) return [];
  const digest = createHash('sha256').update(JSON.stringify(readable.toSorted())).digest('hex');
  return [digest.slice(0, DIGEST_LENGTH)];
}
