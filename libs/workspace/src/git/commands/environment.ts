import { delimiter, join } from 'node:path';
import type { Layout } from '../layout.ts';
import { searchDirectories } from '../search-path.ts';

/** Names one run, so that processes that left its group are found by it. */
export const RUN_ID_VARIABLE = 'TAMMA_RUN_ID';

/** All that a command gets to see; nothing of our own environment but the search path. */
export function commandEnvironment(layout: Layout, path: string, runId: string): Record<string, string> {
  return {
    PATH: searchDirectories(path).join(delimiter),
    HOME: layout.home,
    TMPDIR: layout.temporary,
    LANG: 'C.UTF-8',
    CI: 'true',
    NO_COLOR: '1',
    npm_config_update_notifier: 'false',
    npm_config_cache: join(layout.home, '.npm'),
    // The tree has no .git: without this, git would take a repository further up for the one meant.
    GIT_CEILING_DIRECTORIES: layout.folder,
    [RUN_ID_VARIABLE]: runId,
  };
}
