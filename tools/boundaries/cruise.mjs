import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import rules from '../../.dependency-cruiser.mjs';

/**
 * What the rules make of the apps, the libs and the bench below a folder.
 *
 * @param {string} folder absolute path
 * @returns {Promise<{files: string[], violations: {rule: string, from: string, to: string, comment: string}[]}>}
 */
export async function judgeImports(folder) {
  const roots = ['apps', 'libs', 'bench'].filter((root) => existsSync(join(folder, root)));
  const { output } = await cruise(roots, {
    ...rules.options,
    ruleSet: { forbidden: rules.forbidden },
    validate: true,
    baseDir: folder,
  });
  const files = output.modules
    .map(({ source }) => source)
    .filter((source) => !source.includes('node_modules/'));
  const broken = output.summary.violations.map(({ rule, from, to }) => ({
    rule: rule.name,
    from,
    to,
    comment: rules.forbidden.find(({ name }) => name === rule.name)?.comment ?? '',
  }));
  return { files, violations: [...broken, ...relativeAcrossProjects(output.modules)] };
}

export const RELATIVE_RULE = 'relative-across-projects';

/** The name of every rule: each must have a canary. */
export const RULE_NAMES = new Set([...rules.forbidden.map(({ name }) => name), RELATIVE_RULE]);

/** A relative path into another project goes around its `exports`; no pattern of paths can express that. */
function relativeAcrossProjects(modules) {
  return modules.flatMap(({ source, dependencies }) =>
    dependencies
      .filter(({ module, resolved }) => module.startsWith('.') && leavesProject(source, resolved))
      .map(({ resolved }) => ({
        rule: RELATIVE_RULE,
        from: source,
        to: resolved,
        comment: 'Import another project by its name: its `exports` say what may be used.',
      })),
  );
}

function leavesProject(source, resolved) {
  // The ladder takes the engine apart, down to what no project exports.
  if (source.startsWith('bench/engine/')) return false;
  const project = projectOf(source);
  return project !== undefined && projectOf(resolved) !== undefined && project !== projectOf(resolved);
}

function projectOf(path) {
  return /^(?:(?:apps|libs)\/[^/]+|bench)/.exec(path)?.[0];
}
