import { toError } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import type { AttemptRequest } from './attempt.ts';
import type { CallGuard } from './call-guard.ts';
import type { ExecutorDeps } from './deps.ts';
import { guardWorkspace } from './guarded-workspace.ts';
import { askHost } from './refused-git.ts';

export interface Checkouts extends AsyncDisposable {
  /** One checkout per branch, however often it is asked for. */
  open(branch: string): Promise<Workspace>;
}

export interface CheckoutsOptions {
  readonly signal: AbortSignal;
  readonly guard: CallGuard;
}

/** The workspaces of one attempt, gone with it. */
export function createCheckouts(
  deps: ExecutorDeps,
  request: AttemptRequest,
  { signal, guard }: CheckoutsOptions,
): Checkouts {
  const { fence, begun } = request;
  const pending = new Map<string, Promise<Workspace>>();
  const opened: Workspace[] = [];
  let isOver = false;

  const checkOut = async (branch: string): Promise<Workspace> => {
    signal.throwIfAborted();
    const platform = deps.platformOf(begun.head.project);
    const { cloneUrl, name: service } = platform;
    const key = `${fence.taskId}.${fence.attempt}`;
    const readCredential = () => platform.readCredential();
    const secrets = deps.secretsOf(begun.head.project);
    const source = { key, cloneUrl, branch, readCredential, secrets };
    const clone = () => askHost(platform, branch, () => deps.workspaces.open(source));
    const workspace = await guard.call({ service, operation: 'clone' }, clone);
    // A clone may take minutes; an attempt that was told to stop does not wait for it.
    if (isOver) await removeWorkspace(deps, workspace);
    else opened.push(workspace);
    return guardWorkspace(workspace, platform, guard);
  };

  return {
    open: (branch) => {
      const found = pending.get(branch) ?? checkOut(branch);
      pending.set(branch, found);
      return found;
    },
    [Symbol.asyncDispose]: async () => {
      isOver = true;
      for (const workspace of opened) await removeWorkspace(deps, workspace);
    },
  };
}

/** A folder that cannot be removed must not undo a step that is done; the sweeper takes it later. */
async function removeWorkspace(deps: ExecutorDeps, workspace: Workspace): Promise<void> {
  try {
    await workspace[Symbol.asyncDispose]();
  } catch (thrown) {
    deps.logger.warn({ root: workspace.root, error: toError(thrown).message }, 'workspace not removed');
  }
}
