import type { SearchHit } from '../workspace.ts';
import type { Git } from './git.ts';

const HITS_MAX = 200;
const LINE_MAX_CHARACTERS = 300;
const SEARCH_OUTPUT_MAX_BYTES = 4 * 1024 * 1024;
const SUBMODULE_MODE = '160000';

/** Tracked and new files that exist, sorted. Submodules and repositories inside the tree are no files. */
export async function listFiles(git: Git): Promise<readonly string[]> {
  const [tracked, others, deleted] = await Promise.all([
    names(git, ['--cached', '--stage']),
    names(git, ['--others', '--exclude-standard']),
    names(git, ['--deleted']),
  ]);
  const found = new Set([...trackedFiles(tracked), ...others.filter((name) => !name.endsWith('/'))]);
  for (const name of deleted) found.delete(name);
  return [...found].sort();
}

async function names(git: Git, options: readonly string[]): Promise<readonly string[]> {
  const listing = await git.text(['ls-files', '-z', ...options]);
  return listing.split('\0').filter((name) => name !== '');
}

/** From lines `mode hash stage<TAB>path`. */
function trackedFiles(entries: readonly string[]): readonly string[] {
  return entries
    .filter((entry) => !entry.startsWith(SUBMODULE_MODE))
    .map((entry) => entry.slice(entry.indexOf('\t') + 1));
}

const GREP = ['grep', '-z', '-n', '-I', '-i', '-F', '--untracked', '--no-color', '--no-textconv'];

/** Lines of text files that hold the text, case-insensitive; the first 200. */
export async function searchLines(git: Git, text: string): Promise<readonly SearchHit[]> {
  // No line holds these, and git would take a line break for "or".
  if (text === '' || /[\0\n]/.test(text)) return [];
  const { stdout } = await git.run([...GREP, '-e', text], {
    accept: [1],
    outputMaxBytes: SEARCH_OUTPUT_MAX_BYTES,
    partial: true,
  });
  return stdout
    .toString('utf8')
    .split('\n', HITS_MAX)
    .map(parseHit)
    .filter((hit) => hit !== undefined);
}

/** From `path NUL line NUL text`; the last one may be cut anywhere. */
function parseHit(entry: string): SearchHit | undefined {
  const [path, line, text] = entry.split('\0');
  if (path === undefined || line === undefined || text === undefined) return undefined;
  return { path, line: Number(line), text: text.slice(0, LINE_MAX_CHARACTERS) };
}
