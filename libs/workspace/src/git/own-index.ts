import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';

/** An index for one purpose, in the git directory; whatever becomes of it, that of the checkout is never locked. */
export async function withOwnIndex<Value>(
  gitDir: string,
  use: (index: string, env: Readonly<Record<string, string>>) => Promise<Value>,
): Promise<Value> {
  const index = join(gitDir, `index-${randomUUID()}`);
  try {
    return await use(index, { GIT_INDEX_FILE: index });
  } finally {
    // A git that was killed leaves its lock.
    for (const file of [index, `${index}.lock`]) await rm(file, { force: true });
  }
}
