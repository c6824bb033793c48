import { fitsPattern } from './path-pattern.ts';

/** Where tests lie by the habits of most languages. */
export const TEST_PATHS: readonly string[] = [
  '**/test/**',
  '**/tests/**',
  '**/__tests__/**',
  '**/spec/**',
  '**/*.tests/**',
  '**/*.test.*',
  '**/*.spec.*',
  '**/*-test.*',
  '**/*-spec.*',
  '**/*_test.*',
  '**/*_spec.*',
  '**/test_*.*',
];

/** Whether a changed file is a test: of those, a change has to bring one that fails without it. */
export function isTestPath(path: string, patterns: readonly string[] = TEST_PATHS): boolean {
  return patterns.some((pattern) => fitsPattern(path, pattern));
}
