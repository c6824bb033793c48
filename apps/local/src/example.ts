import { execFile } from 'node:child_process';
import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const EXAMPLE = fileURLToPath(new URL('../../../examples/textkit', import.meta.url));
const GIT_TIMEOUT_MS = 30_000;

/**
 * Makes the example project below TAMMA_HOME, once, and returns the path of its configuration file. It is made
 * aside and moved into place, so that a start cut off half-way leaves nothing half-made.
 */
export async function ensureExample(home: string, searchPath: string): Promise<string> {
  const folder = join(home, 'example');
  const configFile = join(folder, 'tamma.config.yaml');
  if (await isThere(configFile)) return configFile;
  const draft = `${folder}.draft`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  for (const part of ['issues', 'answers', 'tamma.config.yaml']) {
    await cp(join(EXAMPLE, part), join(draft, part), { recursive: true });
  }
  await makeRepository(draft, searchPath);
  await rename(draft, folder);
  return configFile;
}

/** A bare repository with the example's files as its first commit. */
async function makeRepository(draft: string, searchPath: string): Promise<void> {
  const git = gitWith(searchPath);
  const tree = join(draft, 'tree');
  await cp(join(EXAMPLE, 'repository'), tree, { recursive: true });
  await git(tree, 'init', '--quiet', '--initial-branch=main');
  await git(tree, 'add', '--all');
  await git(tree, 'commit', '--quiet', '--no-gpg-sign', '--message', 'Textkit as it is');
  await git(draft, 'clone', '--quiet', '--bare', tree, join(draft, 'repository.git'));
  await git(join(draft, 'repository.git'), 'remote', 'remove', 'origin');
  await rm(tree, { recursive: true, force: true });
}

/** Git without the person's own settings: the example is the same everywhere. */
function gitWith(searchPath: string) {
  const identity = [
    '-c',
    'user.name=Mira',
    '-c',
    'user.email=mira@localhost',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  const env = { PATH: searchPath, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' };
  return async (folder: string, ...args: readonly string[]): Promise<void> => {
    await run('git', [...identity, ...args], { cwd: folder, env, timeout: GIT_TIMEOUT_MS });
  };
}

async function isThere(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (thrown) {
    if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT') return false;
    throw thrown;
  }
}
