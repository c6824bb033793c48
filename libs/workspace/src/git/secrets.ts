import { lintSource } from '@secretlint/core';
import { secretLintProfiler } from '@secretlint/profiler';
import { rules } from '@secretlint/secretlint-rule-preset-recommend';
import type { SecretFinding } from '../workspace.ts';
import { type AddedText, addedTexts } from './added-lines.ts';
import type { Git } from './git.ts';
import { requireCommit } from './history.ts';

// On by default, it keeps an entry for every rule and file for the life of the process.
secretLintProfiler.setEnabled(false);

const PATCH = ['-p', '-U0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
const PREFIXES = ['--src-prefix=a/', '--dst-prefix=b/'];

/** Most that is scanned, so that a giant change cannot hold up the process; a larger one is an error, not a pass. */
const SCAN_MAX_BYTES = 16 * 1024 * 1024;

/**
 * Secrets in what the branch adds, and in what any of its commits added, since a secret that was taken out again is
 * still in the history that a push publishes. Those have the line number of their commit.
 */
export async function findSecrets(git: Git, base: string): Promise<readonly SecretFinding[]> {
  const commit = await requireCommit(git, base);
  const now = await scan(git, ['diff-tree', '-r', ...PATCH, ...PREFIXES, commit, 'HEAD']);
  const log = ['log', '--format=', '--reverse', '--no-diff-merges', ...PATCH, ...PREFIXES];
  const ever = await scan(git, [...log, `${commit}..HEAD`]);
  const known = new Set(now.map(placeOf));
  return [...now, ...ever.filter((finding) => !known.has(placeOf(finding)))];
}

function placeOf({ path, kind }: SecretFinding): string {
  return `${kind} ${path}`;
}

async function scan(git: Git, args: readonly string[]): Promise<readonly SecretFinding[]> {
  const { stdout } = await git.run(args, { outputMaxBytes: SCAN_MAX_BYTES });
  const findings: SecretFinding[] = [];
  for (const added of addedTexts(stdout.toString('utf8'))) findings.push(...(await scanText(added)));
  return findings;
}

/**
 * All rules of the preset but the one for comments that switch the scanner off: whoever writes the secret would
 * write them too. (The preset itself does not heed `disabled`.)
 */
const config = {
  rules: rules
    .filter((rule) => rule.meta.id !== '@secretlint/secretlint-rule-filter-comments')
    .map((rule) => ({ id: rule.meta.id, rule })),
};

async function scanText({ path, text, lines }: AddedText): Promise<readonly SecretFinding[]> {
  // No other extension is told: for `.p12` a rule would read that path from the disk, relative to this process.
  const ext = path.endsWith('.json') ? '.json' : '';
  const source = { content: text, filePath: path, ext, contentType: 'text' } as const;
  const { messages } = await lintSource({
    source,
    options: { config, maskSecrets: true, noPhysicFilePath: true },
  });
  return messages.map(({ range, ruleId, messageId }) => ({
    path,
    line: lines[lineIndexOf(text, range[0])] ?? 0,
    kind: `${ruleId.replace(/^@secretlint\/secretlint-rule-/, '')}/${messageId}`,
  }));
}

function lineIndexOf(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length - 1;
}
