import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { TammaError } from '@tamma/domain';

const run = promisify(execFile);
const REMOVE_TIMEOUT_MS = 120_000;
const TRIES_MAX = 3;
/** Nothing of our environment goes to a child process. */
const env = { PATH: '/usr/bin:/bin:/run/current-system/sw/bin' };

/**
 * Removes a folder whatever a command left in it. The system's `rm` and `chmod` walk by directory handle, so they
 * also get through trees deeper than the longest path and never follow a link out.
 */
export async function removeFolder(folder: string): Promise<void> {
  let failure: unknown;
  for (let round = 0; round < TRIES_MAX; round += 1) {
    try {
      await run('rm', ['-rf', '--', folder], { timeout: REMOVE_TIMEOUT_MS, env });
      return;
    } catch (error) {
      failure = error;
      await makeWritable(folder);
    }
  }
  throw new TammaError('WORKSPACE_NOT_REMOVED', `the checkout folder ${folder} could not be removed`, {
    class: 'system',
    remedy: 'Remove the folder by hand and look at the permissions of its parent.',
    cause: failure,
  });
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await run('chmod', ['-R', 'u+rwX', '--', folder], { timeout: REMOVE_TIMEOUT_MS, env });
  } catch {
    // Part of the tree may have gone meanwhile; the next removal tells whether it mattered.
  }
}
