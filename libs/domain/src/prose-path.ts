import { fitsPattern } from './path-pattern.ts';

const PROSE_PATHS: readonly string[] = [
  '**/*.md',
  '**/*.mdx',
  '**/*.rst',
  '**/*.adoc',
  '**/LICENSE*',
  '**/*.png',
  '**/*.jpg',
  '**/*.jpeg',
  '**/*.gif',
  '**/*.svg',
  '**/*.webp',
  '**/*.ico',
];

/** Whether a changed file is for people to read or to look at: no test can be about it. */
export function isProsePath(path: string): boolean {
  return PROSE_PATHS.some((pattern) => fitsPattern(path, pattern));
}
