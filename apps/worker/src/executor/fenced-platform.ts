import type { GitPlatform } from '@tamma/git-platform';
import { isRead, wrapPlatform } from '@tamma/git-platform/wrap';

export interface Fences {
  /** Throws when the attempt no longer owns its task. */
  readonly assertOwner: () => Promise<void>;
  /** The same, and from then on nobody cancels: a merge cannot be taken back. */
  readonly beginMerge: () => Promise<void>;
}

/** A platform whose every effect first proves that this attempt still owns its task. Reads pass freely. */
export function fencePlatform(platform: GitPlatform, assertOwner: Fences['assertOwner']): GitPlatform {
  return wrapPlatform(platform, async (operation, make) => {
    if (!isRead(operation)) await assertOwner();
    return make();
  });
}
