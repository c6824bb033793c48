// npm test                 every project, with servers of their own
// npm test -- <project…>   some of them: `domain`, `@tamma/domain`, `tools`
import { spawn } from 'node:child_process';
import { globSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { sumUp } from './test-summary.mjs';

const ROOT = join(import.meta.dirname, '..');
const USAGE_CODE = 2;
const REASON_CHARACTERS_MAX = 2_000;

const known = [
  'tools',
  ...globSync(['{apps,libs}/*/package.json', 'bench/package.json'], { cwd: ROOT }).map((path) =>
    basename(dirname(path)),
  ),
];
const asked = process.argv.slice(2).map((name) => name.replace(/^@tamma\//, ''));
const unknown = asked.filter((name) => !known.includes(name));
if (unknown.length > 0) {
  console.error(`no such project: ${unknown.join(', ')}\nknown: ${known.toSorted().join(', ')}`);
  process.exitCode = USAGE_CODE;
} else {
  process.exitCode = await test(asked.length > 0 ? asked : known);
}

async function test(projects) {
  const results = mkdtempSync(join(tmpdir(), 'tamma-test-results-'));
  try {
    const exitCode = await runProjects(projects, results);
    return report(sumUp(results, projects), exitCode);
  } finally {
    rmSync(results, { recursive: true, force: true });
  }
}

function runProjects(projects, results) {
  const runner = join(ROOT, 'tools/test-projects.mjs');
  const args = [join(ROOT, 'tools/with-servers.mjs'), '--', process.execPath, runner, ...projects];
  const child = spawn(process.execPath, args, {
    cwd: ROOT,
    stdio: 'inherit',
    env: { ...process.env, TAMMA_TEST_RESULTS: results },
  });
  // A terminal sends Ctrl-C to the child as well; both wait for the servers to stop.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

/** What failed stands last: far above, between thousands of lines, nobody would find it. */
function report({ passed, failures, lingered }, exitCode) {
  for (const { project, open } of lingered) {
    console.log(`STAYED OPEN in ${project}, for seconds after its last test: ${open}\n`);
  }
  for (const { project, title, reason } of failures) {
    console.log(`FAILED in ${project}: ${title}\n${reason.slice(0, REASON_CHARACTERS_MAX)}\n`);
  }
  if (exitCode !== 0 && failures.length === 0)
    console.log(`the run ended with ${exitCode} although no test failed`);
  console.log(`${passed} passed, ${failures.length} failed`);
  return exitCode === 0 && failures.length > 0 ? 1 : exitCode;
}
