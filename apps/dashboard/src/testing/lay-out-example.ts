import { execFile } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const EXAMPLE = join(import.meta.dirname, '../../../../examples/textkit');
const GIT_TIMEOUT_MS = 60_000;

interface Layout {
  /** Numbers of three digits, such as `001`. */
  readonly issues: readonly string[];
  readonly searchPath: string;
}

/** The example where the product makes it at its first start, with some of its issues only. */
export async function layOutExample(home: string, { issues, searchPath }: Layout): Promise<void> {
  const folder = join(home, 'example');
  const folders = join(EXAMPLE, 'issues');
  const isWanted = (path: string) =>
    path === folders || issues.some((issue) => basename(path).startsWith(`${issue}-`));
  await mkdir(folder, { recursive: true });
  await cp(folders, join(folder, 'issues'), { recursive: true, filter: isWanted });
  for (const part of ['answers', 'tamma.config.yaml'])
    await cp(join(EXAMPLE, part), join(folder, part), { recursive: true });
  const tree = join(home, 'tree');
  await cp(join(EXAMPLE, 'repository'), tree, { recursive: true });
  const git = async (...args: readonly string[]): Promise<void> => {
    const env = { PATH: searchPath, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };
    await run('git', [...IDENTITY, ...args], { cwd: tree, env, timeout: GIT_TIMEOUT_MS });
  };
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  await git('commit', '--quiet', '--no-gpg-sign', '--message', 'Textkit as it is');
  await git('clone', '--quiet', '--bare', tree, join(folder, 'repository.git'));
}

const IDENTITY = ['-c', 'user.name=Mira', '-c', 'user.email=mira@localhost'];
