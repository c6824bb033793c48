import { delimiter, isAbsolute } from 'node:path';

/**
 * The directories of a PATH value. Relative ones are dropped: with the checkout as working directory they would let
 * a repository bring its own `git`.
 */
export function searchDirectories(path: string): readonly string[] {
  return [...new Set(path.split(delimiter).filter(isAbsolute))];
}
