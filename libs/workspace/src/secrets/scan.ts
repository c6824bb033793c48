import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';

// On by default, it keeps an entry for every rule and file for the life of the process.
secretLintProfiler.setEnabled(false);

/**
 * All rules of the preset but the one for comments that switch the scanner off: whoever writes the secret would
 * write them too. (The preset itself does not heed `disabled`.)
 */
const config = {
  rules: rules
    .filter((rule) => rule.meta.id !== '@secretlint/secretlint-rule-filter-comments')
    .map((rule) => ({ id: rule.meta.id, rule })),
};

/** A place in a text that looks like a secret. */
export interface SecretSpan {
  readonly start: number;
  readonly end: number;
  /** Which kind of secret; never the secret itself. */
  readonly kind: string;
}

/** What looks like a secret in a text; `path` tells the rules what kind of file it is from. */
export async function scanText(text: string, path: string): Promise<readonly SecretSpan[]> {
  // No other extension is told: for `.p12` a rule would read that path from the disk, relative to this process.
  const ext = path.endsWith('.json') ? '.json' : '';
  const source = { content: text, filePath: path, ext, contentType: 'text' } as const;
  const { messages } = await lintSource({
    source,
    options: { config, maskSecrets: true, noPhysicFilePath: true },
  });
  return messages.map(({ range, ruleId, messageId }) => ({
    start: range[0],
    end: range[1],
    kind: `${ruleId.replace(/^@secretlint\/secretlint-rule-/, '')}/${messageId}`,
  }));
}

/** Number of the line, from zero, that a place of the text is in. */
export function lineIndexOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}
