import type { ProjectView } from '@tamma/contracts';
import type { ControlDeps } from '../../use-cases/control.ts';
import type { DecideDeps } from '../../use-cases/decide-approval.ts';
import type { ExplainDeps } from '../../use-cases/explain-state.ts';
import type { QueueControlDeps } from '../../use-cases/queue-control.ts';
import type { SubmitDeps } from '../../use-cases/submit-workflow.ts';
import type { Door } from '../door.ts';
import type { IssueDeps } from './issues.ts';

/** What the routes below `/api/v1` have in their hands. */
export interface ResourceDeps extends ControlDeps, DecideDeps, ExplainDeps, QueueControlDeps, SubmitDeps {
  /** What intake made of each project. */
  readonly projectViews: () => readonly ProjectView[];
  /** The latest verdict on each issue. */
  readonly verdicts: IssueDeps['verdicts'];
  readonly door: Door;
}
