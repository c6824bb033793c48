import { statusMarker } from '@tamma/domain';
import type { GitPlatform } from '@tamma/git-platform';
import { createLocalPlatform as createReal, type LocalPlatformOptions } from '@tamma/git-platform/local';
import { witnessed } from './note.ts';

export * from '@tamma/git-platform/local';

/** The real platform; each effect is told before and after. */
export function createLocalPlatform(options: LocalPlatformOptions): GitPlatform {
  const real = createReal(options);
  return {
    ...real,
    markIssue: (...args) => witnessed({ effect: 'markIssue' }, () => real.markIssue(...args)),
    ensureComment: (number, marker, body) =>
      witnessed({ effect: 'ensureComment', workflow: workflowOf(marker) }, () =>
        real.ensureComment(number, marker, body),
      ),
    closeIssue: (...args) => witnessed({ effect: 'closeIssue' }, () => real.closeIssue(...args)),
    ensureBranch: (name, commit) =>
      witnessed({ effect: 'ensureBranch', commit }, () => real.ensureBranch(name, commit)),
    deleteBranch: (name, commit) =>
      witnessed({ effect: 'deleteBranch', commit, resultOf: (isGone) => (isGone ? 'ok' : 'kept') }, () =>
        real.deleteBranch(name, commit),
      ),
    ensurePullRequest: (request) =>
      witnessed({ effect: 'ensurePullRequest', commitOf: ({ headCommit }) => headCommit }, () =>
        real.ensurePullRequest(request),
      ),
    mergePullRequest: (request) =>
      witnessed(
        {
          effect: 'mergePullRequest',
          commit: request.headCommit,
          resultOf: ({ kind }) => kind,
          commitOf: (result) => (result.kind === 'merged' ? result.mergeCommit : null),
        },
        () => real.mergePullRequest(request),
      ),
  };
}

/** The orchestrator writes the status comment outside of any task; its marker says whose it is. */
function workflowOf(marker: string): string | null {
  const status = statusMarker('');
  return marker.startsWith(status) ? marker.slice(status.length) : null;
}
