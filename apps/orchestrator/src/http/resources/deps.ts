import type { ProjectView } from '@tamma/contracts';
import type { WorkerRegistry } from '@tamma/coordination';
import type { ControlDeps } from '../../use-cases/control-workflow.ts';
import type { DecideDeps } from '../../use-cases/decide-approval.ts';
import type { SubmitDeps } from '../../use-cases/submit-workflow.ts';
import type { Door } from '../door.ts';

/** What the routes below `/api/v1` have in their hands. */
export interface ResourceDeps extends ControlDeps, DecideDeps, SubmitDeps {
  readonly registry: WorkerRegistry;
  /** What intake made of each project. */
  readonly projectViews: () => readonly ProjectView[];
  /** Silence after which a worker counts as gone, in milliseconds. */
  readonly offlineAfterMs: number;
  readonly door: Door;
}
