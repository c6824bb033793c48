// node tools/test-projects.mjs <project…>   runs their tests, several projects at once, on the servers of tools/with-servers.mjs
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { runPool } from './run-pool.mjs';

const ROOT = join(import.meta.dirname, '..');
/** Most tests wait for something most of the time. */
const AT_ONCE = 3;
/** What takes longest begins first, or it would run alone at the end. The rest takes seconds. */
const LONGEST = ['local', 'steps', 'orchestrator', 'dashboard', 'bench', 'workspace', 'worker', 'store'];

/** Tests start hundreds of processes, which read the same files again and again. */
const COMPILE_CACHE = join(ROOT, 'node_modules/.cache/tamma/compiled');

const projects = process.argv.slice(2).toSorted((a, b) => placeOf(a) - placeOf(b));
const failed = await runPool(projects.map(jobOf), {
  atOnce: AT_ONCE,
  env: {
    ...process.env,
    NODE_COMPILE_CACHE: COMPILE_CACHE,
    PATH: `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env.PATH}`,
  },
  say: (line) => console.log(line),
});
process.exitCode = failed.length === 0 ? 0 : 1;

function placeOf(project) {
  const place = LONGEST.indexOf(project);
  return place === -1 ? LONGEST.length : place;
}

function jobOf(name) {
  const target = existsSync(join(ROOT, name, 'project.json')) ? name : `@tamma/${name}`;
  return { name, command: `nx run ${target}:test --output-style=stream-without-prefixes`, folder: ROOT };
}
