import type { ErrorReport } from '@tamma/domain';
import type { PullRequest } from '@tamma/git-platform';

/** What was gated and approved was meant for one branch, and counts for no other. */
export function baseChanged(found: Pick<PullRequest, 'number' | 'base'> | null, wanted: string): ErrorReport {
  return {
    code: 'BASE_CHANGED',
    class: 'conflict',
    message: `pull request #${found?.number} points at "${found?.base}"; its change was made and checked for "${wanted}"`,
    remedy: `point the pull request at "${wanted}" again, then retry; or cancel the workflow`,
  };
}
