import { globSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { judgeImports, RELATIVE_RULE, RULE_NAMES } from './cruise.mjs';

/** Checks the imports of the house, then that every rule can fail. Exits 1 with a list of what is wrong. */

const ROOT = join(import.meta.dirname, '../..');
const CANARIES = join(import.meta.dirname, 'canaries');

const problems = [...(await checkHouse()), ...(await checkCanaries())];
for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;

async function checkHouse() {
  const { files, violations } = await judgeImports(ROOT);
  const sources = globSync(['{apps,libs}/*/src/**/*.{ts,tsx}', 'bench/**/*.ts'], { cwd: ROOT });
  const missed = sources.filter((source) => !files.includes(source));
  console.log(`${sources.length} files looked at, ${violations.length} imports refused`);
  return [
    ...violations.map(({ rule, from, to, comment }) => `${rule}: ${from} imports ${to}\n  ${comment}`),
    ...(sources.length === 0 ? ['no source file was found: the check looked at nothing'] : []),
    ...missed.map((source) => `not looked at: ${source}`),
  ];
}

async function checkCanaries() {
  const canaries = readdirSync(CANARIES);
  const problems = [];
  for (const canary of canaries) problems.push(...(await checkCanary(canary)));
  const covered = new Set(canaries.map(ruleOf));
  const uncovered = [...RULE_NAMES].filter((rule) => !covered.has(rule));
  console.log(`${canaries.length} canaries for ${covered.size} rules`);
  return [...problems, ...uncovered.map((rule) => `rule without a canary: ${rule}`)];
}

/** A canary fails under its own rule and no other; the others import relatively, as they have no packages. */
async function checkCanary(canary) {
  const { violations } = await judgeImports(join(CANARIES, canary));
  const rules = new Set(violations.map(({ rule }) => rule));
  const expected = ruleOf(canary);
  if (expected !== RELATIVE_RULE) rules.delete(RELATIVE_RULE);
  if (rules.has(expected) && rules.size === 1) {
    console.log(`canary ${canary} is refused by ${expected}`);
    return [];
  }
  const found = rules.size === 0 ? 'passes' : `fails under ${[...rules].join(', ')}`;
  return [`canary ${canary} ${found}, but must fail under ${expected} alone`];
}

/** `upward--type-only` is a second canary of the rule `upward`. */
function ruleOf(canary) {
  return canary.split('--')[0];
}
