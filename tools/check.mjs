// npm run check: the whole gate, the same everywhere. Stops at the first step that fails.
import { join } from 'node:path';
import { requireNode } from './require-node.mjs';
import { runSteps } from './run-steps.mjs';

const ROOT = join(import.meta.dirname, '..');
const bin = (name) => join(ROOT, 'node_modules/.bin', name);
const tool = (path) => [process.execPath, join(import.meta.dirname, path)];

requireNode();
const failed = await runSteps(
  [
    { name: 'format and lint', argv: [bin('biome'), 'ci', '--error-on-warnings', '--colors=off'] },
    { name: 'boundaries', argv: tool('boundaries/check.mjs') },
    { name: 'types', argv: [bin('tsc'), '-p', 'tsconfig.json'] },
    { name: 'types of the dashboard', argv: [bin('tsc'), '-p', 'apps/dashboard/tsconfig.json'] },
    { name: 'unused', argv: [bin('knip'), '--no-config-hints', '--no-progress'] },
    { name: 'lock', argv: ['npm', 'ci', '--dry-run', '--ignore-scripts'] },
    { name: 'tests', argv: tool('test.mjs'), isLive: true },
  ],
  { folder: ROOT, say: console.log },
);
console.log(failed === null ? 'the gate is green' : `the gate is red: ${failed}`);
process.exitCode = failed === null ? 0 : 1;
