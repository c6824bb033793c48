import { createLoop, type Service } from '@tamma/process';
import type { Logger } from '@tamma/telemetry';
import type { Workspaces } from '@tamma/workspace';

/** A worker that was killed leaves its checkouts behind, and may never start again on this machine. */
const SWEEP_MS = 600_000;

export interface SweeperOptions {
  readonly workspaces: Pick<Workspaces, 'sweep'>;
  readonly logger: Logger;
  readonly intervalMs?: number;
}

/** Removes the workspaces of dead workers, at start and from time to time. */
export function createSweeper({ workspaces, logger, intervalMs = SWEEP_MS }: SweeperOptions): Service {
  return createLoop({
    name: 'sweeper',
    intervalMs,
    runOnce: async () => {
      const swept = await workspaces.sweep();
      if (swept > 0) logger.info({ swept }, 'workspaces of dead workers removed');
    },
    onError: (error) => logger.warn({ error: error.message }, 'workspaces not swept'),
  });
}
