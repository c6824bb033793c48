// npm run build: the dashboard, built only when its sources changed since the last time.
import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { glob, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { requireNode } from './require-node.mjs';

const run = promisify(execFile);

const ROOT = join(import.meta.dirname, '..');
const VITE = join(ROOT, 'node_modules/vite/bin/vite.js');
const STAMP = '.stamp';
/** Beside `dist`, so that it can be moved there. */
const DRAFT = 'dist.';
const BUILD_TIMEOUT_MS = 120_000;

/** Everything that ends in the page, and what decides how it is built. */
const SOURCES = [
  'apps/dashboard/{index.html,package.json,vite.config.mjs,tsconfig.json}',
  'apps/dashboard/src/**/*.{ts,tsx,css,svg}',
  'libs/{domain,contracts}/{package.json,src/**/*.ts}',
  'tsconfig.base.json',
];
const NOT_SHIPPED = /\.test\.ts$|\/(testing|e2e)\//;

/**
 * Builds the dashboard unless what lies in `dist` was made from the same sources. Two at once are harmless: each
 * builds in a folder of its own and puts it in place whole. Throws an error that holds what Vite said.
 *
 * @param {{root?: string, say?: (line: string) => void}} [options] `root`: the clone
 * @returns {Promise<{folder: string, isNew: boolean}>} the folder to serve
 */
export async function ensureDashboard({ root = ROOT, say = () => {} } = {}) {
  const app = join(root, 'apps/dashboard');
  const folder = join(app, 'dist');
  const stamp = await stampOf(root);
  if ((await readStamp(folder)) === stamp) return { folder, isNew: false };
  say('building the dashboard');
  await removeLeftDrafts(app);
  const draft = join(app, `${DRAFT}${randomUUID()}`);
  try {
    await build(app, draft);
    await writeFile(join(draft, STAMP), stamp);
    await place(draft, folder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { folder, isNew: true };
}

/**
 * SHA-256 over names and contents of the sources, hexadecimal.
 *
 * @param {string} root
 */
export async function stampOf(root) {
  const paths = (await Array.fromAsync(glob(SOURCES, { cwd: root }))).filter(
    (path) => !NOT_SHIPPED.test(path),
  );
  const hash = createHash('sha256');
  for (const path of paths.sort()) {
    const content = await readFile(join(root, path));
    hash.update(`${path}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

async function readStamp(folder) {
  const path = join(folder, STAMP);
  return existsSync(path) ? readFile(path, 'utf8') : null;
}

async function build(app, outDir) {
  if (!existsSync(VITE)) {
    throw new Error(
      'the dashboard is not built, and Vite is not installed\nRun "npm ci" (without --omit=dev).',
    );
  }
  const args = [VITE, 'build', '--outDir', outDir, '--emptyOutDir', '--logLevel', 'warn'];
  try {
    await run(process.execPath, args, { cwd: app, timeout: BUILD_TIMEOUT_MS });
  } catch (error) {
    throw new Error(`the dashboard cannot be built: ${error.stderr || error.message}`, { cause: error });
  }
}

/** Of builds that were killed: the others are done by then. */
async function removeLeftDrafts(app) {
  for (const name of (await readdir(app)).filter((one) => one.startsWith(DRAFT))) {
    const left = join(app, name);
    const { mtimeMs } = await stat(left).catch(() => ({ mtimeMs: Date.now() }));
    if (Date.now() - mtimeMs > BUILD_TIMEOUT_MS) await rm(left, { recursive: true, force: true });
  }
}

/** Whoever serves the folder finds the old one or the new one in it, never half of one. */
async function place(draft, folder) {
  const old = `${draft}.old`;
  await unless(['ENOENT'], () => rename(folder, old));
  // Another build may have been faster; it was made from the same sources.
  await unless(['ENOTEMPTY', 'EEXIST'], () => rename(draft, folder));
  await rm(old, { recursive: true, force: true });
}

async function unless(codes, move) {
  await move().catch((error) => {
    if (!codes.includes(error.code)) throw error;
  });
}

if (process.argv[1] === import.meta.filename) {
  requireNode();
  const { isNew } = await ensureDashboard();
  console.log(isNew ? 'the dashboard is built' : 'the dashboard is up to date');
}
