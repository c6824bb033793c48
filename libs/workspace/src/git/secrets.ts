import { writingsOf } from '../secrets/known.ts';
import { lineIndexOf, scanText } from '../secrets/scan.ts';
import type { SecretFinding } from '../workspace.ts';
import { type AddedText, addedTexts } from './added-lines.ts';
import type { Git } from './git.ts';
import { requireCommit } from './history.ts';

const PATCH = ['-p', '-U0', '--no-renames', '--no-ext-diff', '--no-textconv', '--no-color'];
const PREFIXES = ['--src-prefix=a/', '--dst-prefix=b/'];

/** Most that is scanned, so that a giant change cannot hold up the process; a larger one is an error, not a pass. */
const SCAN_MAX_BYTES = 16 * 1024 * 1024;

/** The same where bytes of any kind are looked through for what is known. */
const KNOWN_SCAN_MAX_BYTES = 128 * 1024 * 1024;
/** Shorter ones may be words that anybody writes, such as the password of a database for tests. */
const KNOWN_MIN_CHARACTERS = 16;

/**
 * Secrets in what the branch adds, and in what any of its commits added, since a secret that was taken out again is
 * still in the history that a push publishes. Those have the line number of their commit. `known` are values that must
 * not leave this machine, whatever they look like.
 */
export async function findSecrets(
  git: Git,
  base: string,
  known: readonly string[],
): Promise<readonly SecretFinding[]> {
  const commit = await requireCommit(git, base);
  const now = ['diff-tree', '-r', ...PATCH, ...PREFIXES, commit, 'HEAD'];
  const ever = [
    'log',
    '--format=',
    '--reverse',
    '--no-diff-merges',
    ...PATCH,
    ...PREFIXES,
    `${commit}..HEAD`,
  ];
  const findings = [...(await scan(git, now)), ...(await scanKnown(git, ever, known))];
  const places = new Set(findings.map(placeOf));
  return [...findings, ...(await scan(git, ever)).filter((finding) => !places.has(placeOf(finding)))];
}

function placeOf({ path, kind }: SecretFinding): string {
  return `${kind} ${path}`;
}

async function scan(git: Git, args: readonly string[]): Promise<readonly SecretFinding[]> {
  const { stdout } = await git.run(args, { outputMaxBytes: SCAN_MAX_BYTES });
  const findings: SecretFinding[] = [];
  for (const added of addedTexts(stdout.toString('utf8'))) findings.push(...(await scanAdded(added)));
  return findings;
}

async function scanAdded({ path, text, lines }: AddedText): Promise<readonly SecretFinding[]> {
  const spans = await scanText(text, path);
  return spans.map(({ start, kind }) => ({ path, line: lines[lineIndexOf(text, start)] ?? 0, kind }));
}

/** In what git takes for binary, too: a NUL is soon written, and a program that was given its key may write anything. */
async function scanKnown(
  git: Git,
  [name = '', ...rest]: readonly string[],
  known: readonly string[],
): Promise<readonly SecretFinding[]> {
  const writings = writingsOf(known.filter((value) => value.length >= KNOWN_MIN_CHARACTERS));
  if (writings.length === 0) return [];
  const { stdout } = await git.run([name, '--text', ...rest], { outputMaxBytes: KNOWN_SCAN_MAX_BYTES });
  return addedTexts(stdout.toString('latin1')).flatMap(({ path, text, lines }) => {
    const found = writings.map((writing) => text.indexOf(writing)).filter((at) => at >= 0);
    const [at] = found.toSorted((one, other) => one - other);
    return at === undefined ? [] : [{ path, line: lines[lineIndexOf(text, at)] ?? 0, kind: 'known/secret' }];
  });
}
