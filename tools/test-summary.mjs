import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const NO_RESULTS = { title: 'the project as a whole', reason: 'no results: it crashed, or found no tests' };

/**
 * Adds up what `test-reporter.mjs` wrote. A project that left nothing crashed, or found no tests: it counts as one
 * failure, so that a sum without failures always means that every project ran.
 *
 * @param {string} folder with one `<project>.json` each
 * @param {readonly string[]} projects that should have run
 * @returns {{
 *   passed: number,
 *   failures: readonly {project: string, title: string, reason: string}[],
 *   lingered: readonly {project: string, open: string}[],
 * }} `lingered`: what projects held open for long after their last test, which fails nothing
 */
export function sumUp(folder, projects) {
  const results = projects.map((project) => ({ project, ...readResult(join(folder, `${project}.json`)) }));
  return {
    passed: results.reduce((sum, { passes }) => sum + passes, 0),
    failures: results.flatMap(({ project, failures }) =>
      failures.map((failure) => ({ project, ...failure })),
    ),
    lingered: results.flatMap(({ project, lingered }) =>
      lingered === undefined ? [] : [{ project, open: lingered }],
    ),
  };
}

function readResult(path) {
  if (!existsSync(path)) return { passes: 0, failures: [NO_RESULTS] };
  return JSON.parse(readFileSync(path, 'utf8'));
}
