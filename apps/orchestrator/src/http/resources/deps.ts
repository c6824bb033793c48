import type { ProjectView } from '@tamma/contracts';
import type { Budgets } from '@tamma/coordination';
import type { Claims } from '@tamma/store';
import type { ControlDeps } from '../../use-cases/control.ts';
import type { DecideDeps } from '../../use-cases/decide-approval.ts';
import type { ExplainDeps } from '../../use-cases/explain-state.ts';
import type { QueueControlDeps } from '../../use-cases/queue-control.ts';
import type { SubmitDeps } from '../../use-cases/submit-workflow.ts';
import type { Door } from '../door.ts';
import type { AgentDeps } from './agents.ts';
import type { BudgetDeps } from './budgets.ts';
import type { IssueDeps } from './issues.ts';

/** What the routes below `/api/v1` have in their hands. */
export interface ResourceDeps
  extends AgentDeps,
    BudgetDeps,
    ControlDeps,
    DecideDeps,
    ExplainDeps,
    QueueControlDeps,
    SubmitDeps {
  readonly budgets: Budgets;
  readonly claims: Claims;
  readonly projects: SubmitDeps['projects'];
  /** What intake made of each project. */
  readonly projectViews: () => readonly ProjectView[];
  /** The latest verdict on each issue. */
  readonly verdicts: IssueDeps['verdicts'];
  readonly door: Door;
}
