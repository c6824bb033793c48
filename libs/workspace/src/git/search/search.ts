import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { SearchHit, SearchRequest } from '../../workspace.ts';
import { errorCode } from '../error-code.ts';
import { listFiles } from '../listing.ts';
import { segmentsOf } from '../paths.ts';
import { fixedPart, foundLines } from './found-lines.ts';
import { grepWithGit } from './git-grep.ts';
import { badSearch, type SearchPlace } from './hunt.ts';
import { grepWithRipgrep } from './ripgrep.ts';

const PATTERN_MAX_CHARACTERS = 500;

/** Lines of text files that git knows or would add. */
export async function searchLines(at: SearchPlace, request: SearchRequest): Promise<readonly SearchHit[]> {
  const { text, isPattern, paths = '' } = request;
  if (isPattern && text.length > PATTERN_MAX_CHARACTERS) throw badSearch('is longer than 500 characters');
  // No line holds these, and the programs would take a line break for "or".
  if (text === '' || /[\0\n]/.test(text)) return [];
  const part = fixedPart(paths);
  if (part !== '') segmentsOf(part);
  const hunt = { request, below: (await isPlain(join(at.place.layout.tree, part))) ? part : '' };
  const output =
    at.ripgrep === null ? await grepWithGit(at, hunt) : await grepWithRipgrep(at, at.ripgrep, hunt);
  // Ripgrep heeds what is ignored in its own way; git's word is the one that counts everywhere else.
  const files = at.ripgrep === null ? null : new Set(await listFiles(at.git, at.place.layout.tree));
  return foundLines(output, request, (path) => files === null || files.has(path));
}

/** A folder or a file; a link, or a name in another case, is looked for in the whole tree instead. */
async function isPlain(path: string): Promise<boolean> {
  try {
    const found = await lstat(path);
    return found.isDirectory() || found.isFile();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errorCode(error) ?? '')) return false;
    throw error;
  }
}
