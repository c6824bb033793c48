import type { SecretFinding } from '../workspace.ts';
import { lineIndexOf, scanText } from './scan.ts';

export { createMask, type MaskOptions, SECRET_REMOVED } from './mask.ts';

/** What looks like a secret in the text of a file, with the line it begins in. */
export async function findSecretsIn(text: string, path: string): Promise<readonly SecretFinding[]> {
  const spans = await scanText(text, path);
  return spans.map(({ start, kind }) => ({ path, line: lineIndexOf(text, start) + 1, kind }));
}
