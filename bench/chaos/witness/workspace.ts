import type { Workspace, Workspaces } from '@tamma/workspace';
import { createGitWorkspaces as createReal } from '@tamma/workspace/git';
import { witnessed } from './note.ts';

export * from '@tamma/workspace/git';

/** The real workspaces; each push is told before and after. */
export async function createGitWorkspaces(...args: Parameters<typeof createReal>): Promise<Workspaces> {
  const real = await createReal(...args);
  return { ...real, open: async (request) => watch(await real.open(request)) };
}

function watch(real: Workspace): Workspace {
  return {
    ...real,
    push: (branch, expected) =>
      witnessed(
        {
          effect: 'push',
          resultOf: ({ kind }) => kind,
          commitOf: (result) => (result.kind === 'pushed' ? result.commit : null),
        },
        () => real.push(branch, expected),
      ),
  };
}
