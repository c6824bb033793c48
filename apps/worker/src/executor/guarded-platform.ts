import type { GitPlatform } from '@tamma/git-platform';
import { wrapPlatform } from '@tamma/git-platform/wrap';
import type { CallGuard } from './call-guard.ts';

/**
 * A platform each of whose calls goes through its circuit, and is tried again when the network is in trouble. A merge is
 * begun only when it is known that it may be made: from then on nobody cancels, however long the platform is away.
 */
export function guardPlatform(
  platform: GitPlatform,
  guard: CallGuard,
  beginMerge?: () => Promise<void>,
): GitPlatform {
  const service = platform.name;
  return wrapPlatform(platform, (operation, make) => {
    const before = operation === 'mergePullRequest' ? beginMerge : undefined;
    return guard.call({ service, operation, ...(before && { before }) }, make);
  });
}
