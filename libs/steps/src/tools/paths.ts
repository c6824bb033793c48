import { ToolRefusal } from '@tamma/ai-provider';
import { TammaError } from '@tamma/domain';
import { z } from 'zod';

const PATH_MAX_CHARACTERS = 1_000;

/** Path of a file in the repository, as a model writes it. */
export const filePath = z
  .string()
  .min(1)
  .max(PATH_MAX_CHARACTERS)
  .describe('path of the file, relative to the root of the repository');

/** The path without `.` and doubled slashes; empty for the root itself. Refuses one that leaves the repository. */
export function plainPath(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '' && segment !== '.');
  if (path.startsWith('/')) throw refusedPath(path, `path "${path}" is absolute`);
  if (segments.includes('..')) throw refusedPath(path, `path "${path}" leads upwards`);
  return segments.join('/');
}

/** Does it, and has a path that the checkout refuses told as a limit that was broken, not as a mere failure. */
export async function within<Value>(path: string, action: () => Promise<Value>): Promise<Value> {
  try {
    return await action();
  } catch (error) {
    if (error instanceof TammaError && error.code === 'WORKSPACE_PATH_REFUSED') {
      throw refusedPath(path, error.message);
    }
    throw error;
  }
}

function refusedPath(path: string, why: string): ToolRefusal {
  return new ToolRefusal('path', path, {
    why,
    remedy: 'Use the path of a file inside the repository, relative to its root.',
  });
}
