import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Adds up what `test-reporter.mjs` wrote. A project that left nothing crashed, or found no tests: it counts as one
 * failure, so that a sum without failures always means that every project ran.
 *
 * @param {string} folder with one `<project>.json` each
 * @param {readonly string[]} projects that should have run
 */
export function sumUp(folder, projects) {
  const results = projects.map((project) => ({ project, ...readResult(join(folder, `${project}.json`)) }));
  return {
    passed: results.reduce((sum, { passes }) => sum + passes, 0),
    failed: results.reduce((sum, { failures }) => sum + failures, 0),
    silent: results.filter(({ isSilent }) => isSilent).map(({ project }) => project),
  };
}

function readResult(path) {
  if (!existsSync(path)) return { passes: 0, failures: 1, isSilent: true };
  const { passes, failures } = JSON.parse(readFileSync(path, 'utf8'));
  return { passes, failures, isSilent: false };
}
