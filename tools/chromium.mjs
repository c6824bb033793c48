// The browser of the browser tests: whatever Chromium is there, else Debian's, brought along.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { access, chmod, constants, mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const NAMES = ['chromium', 'google-chrome', 'google-chrome-stable', 'chromium-browser'];
/** Fonts come along: without any, pages show empty boxes. */
const PACKAGES = ['chromium', 'fonts-dejavu-core'];
const REMEDY = `Type: sudo apt-get update && sudo apt-get install -y --no-install-recommends ${PACKAGES.join(' ')}`;

const VERSION_TIMEOUT_MS = 20_000;
const APT_TIMEOUT_MS = 240_000;
const UNPACK_TIMEOUT_MS = 60_000;
const OUTPUT_BYTES_MAX = 16 * 1024 * 1024;
/** As root apt hands downloads to a user of its own, who may not write into our folders. */
const APT_OPTIONS = [
  '-q',
  '-o',
  'APT::Sandbox::User=root',
  '-o',
  'Acquire::Retries=2',
  '-o',
  'Acquire::http::Timeout=30',
];
/** Another installation may be under way. */
const LOCK_OPTIONS = ['-o', 'DPkg::Lock::Timeout=180'];

/**
 * @typedef {object} Surroundings
 * @property {Readonly<Record<string, string | undefined>>} [environment]
 * @property {string} [cacheFolder] where a Chromium that is not installed is kept between runs
 * @property {boolean} [isRoot]
 * @property {(line: string) => void} [say]
 */

/**
 * The path of a Chromium that runs. Looks at PATH and the cache folder; else installs Debian's package as root, or
 * unpacks it into the cache folder without root. Throws an error that names the one command to type.
 *
 * @param {Surroundings} [surroundings]
 * @returns {Promise<string>}
 */
export async function findChromium(surroundings = {}) {
  const place = {
    environment: process.env,
    cacheFolder: join(import.meta.dirname, '../node_modules/.cache/tamma/chromium'),
    isRoot: process.getuid?.() === 0,
    say: () => {},
    ...surroundings,
  };
  const there = (await findOnPath(NAMES, place.environment)) ?? (await runs(wrapperIn(place.cacheFolder)));
  return there ?? bring(place);
}

async function bring(place) {
  if ((await locate('apt-get', place.environment)) === null) throw notFound('no apt-get on PATH');
  try {
    const path = place.isRoot ? await install(place) : await unpack(place);
    if (path !== null) return path;
  } catch (error) {
    throw notFound(complaintOf(error), error);
  }
  throw notFound('the package of this system brings no Chromium that runs');
}

function notFound(reason, cause) {
  return new Error(`no Chromium for the browser tests: ${reason}\n${REMEDY}`, { cause });
}

function complaintOf(error) {
  const said = String(error.stderr ?? '').trim() || error.message;
  return said.split('\n').slice(-3).join('; ');
}

/** The first of the names that is on PATH and tells its version. Ubuntu's `chromium-browser` only points to a shop. */
async function findOnPath(names, environment) {
  for (const name of names) {
    const path = await locate(name, environment);
    if (path !== null && (await runs(path)) !== null) return path;
  }
  return null;
}

async function locate(name, { PATH = '' }) {
  for (const folder of PATH.split(delimiter).filter((one) => one !== '')) {
    const path = join(folder, name);
    const isExecutable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isExecutable) return path;
  }
  return null;
}

async function runs(path) {
  if (!existsSync(path)) return null;
  return run(path, ['--version'], { timeout: VERSION_TIMEOUT_MS }).then(
    () => path,
    () => null,
  );
}

async function install(place) {
  place.say(`installing ${PACKAGES.join(', ')} with apt-get, once`);
  await apt(place, ['apt-get', ...LOCK_OPTIONS, 'update']);
  await apt(place, ['apt-get', ...LOCK_OPTIONS, 'install', '-y', '--no-install-recommends', ...PACKAGES]);
  return findOnPath(NAMES, place.environment);
}

/** The packages this system lacks, unpacked beside each other; nothing is installed and no root is needed. */
async function unpack(place) {
  place.say('downloading Chromium with apt-get, once (nothing gets installed)');
  const draft = `${place.cacheFolder}.${process.pid}`;
  try {
    const root = join(draft, 'root');
    await extract(await download(draft, place), root);
    await writeWrapper(draft, place.cacheFolder);
    await rm(place.cacheFolder, { recursive: true, force: true });
    await rename(draft, place.cacheFolder);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return runs(wrapperIn(place.cacheFolder));
}

/** With package lists of our own: apt's may be absent or stale, and are not ours to renew. */
async function download(draft, place) {
  const archives = join(draft, 'archives');
  await mkdir(join(draft, 'lists/partial'), { recursive: true });
  await mkdir(join(draft, 'cache/archives/partial'), { recursive: true });
  await mkdir(archives);
  const own = ['-o', `Dir::State::Lists=${draft}/lists`, '-o', `Dir::Cache=${draft}/cache`];
  await apt(place, ['apt-get', ...own, 'update']);
  const plan = ['apt-get', ...own, '--simulate', 'install', '--no-install-recommends', ...PACKAGES];
  const names = parsePlan(await apt(place, plan));
  await apt(place, ['apt-get', ...own, 'download', ...names], archives);
  return archives;
}

/**
 * Reads what `apt-get --simulate install` would install.
 *
 * @param {string} output
 */
export function parsePlan(output) {
  return output.split('\n').flatMap((line) => /^Inst (\S+)/.exec(line)?.[1] ?? []);
}

async function extract(archives, root) {
  for (const name of await readdir(archives)) {
    if (!name.endsWith('.deb')) continue;
    await run('dpkg-deb', ['--extract', join(archives, name), root], { timeout: UNPACK_TIMEOUT_MS });
  }
  await rm(archives, { recursive: true });
}

function wrapperIn(folder) {
  return join(folder, 'chromium');
}

/** Libraries and fonts are found in the folder as well as in the system. */
async function writeWrapper(draft, home) {
  await writeFile(join(draft, 'fonts.conf'), fontsConfiguration(home));
  await writeFile(wrapperIn(draft), wrapperScript(home, await libraryFolders(join(draft, 'root'))));
  await chmod(wrapperIn(draft), 0o755);
}

async function libraryFolders(root) {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  const folders = entries
    .filter(({ name }) => /\.so(\.|$)/.test(name))
    .map(({ parentPath }) => parentPath.slice(root.length + 1))
    .filter((folder) => !folder.startsWith('usr/lib/chromium'));
  return [...new Set(folders)].sort();
}

function wrapperScript(home, folders) {
  const libraries = folders.map((folder) => join(home, 'root', folder)).join(':');
  return `#!/bin/sh
export LD_LIBRARY_PATH='${libraries}'
export FONTCONFIG_FILE='${home}/fonts.conf'
exec '${home}/root/usr/lib/chromium/chromium' "$@"
`;
}

function fontsConfiguration(home) {
  const families = ['sans-serif', 'system-ui', 'serif'].map((name) => alias(name, 'DejaVu Sans'));
  return `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>/usr/share/fonts</dir>
  <dir>${home}/root/usr/share/fonts</dir>
  <cachedir>${home}/fonts-cache</cachedir>
  ${[...families, alias('monospace', 'DejaVu Sans Mono')].join('\n  ')}
</fontconfig>
`;
}

function alias(family, preferred) {
  return `<alias><family>${family}</family><prefer><family>${preferred}</family></prefer></alias>`;
}

async function apt({ environment }, [tool, ...args], cwd) {
  const env = { ...environment, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  const settings = { env, timeout: APT_TIMEOUT_MS, maxBuffer: OUTPUT_BYTES_MAX, cwd };
  return (await run(tool, [...APT_OPTIONS, ...args], settings)).stdout;
}
