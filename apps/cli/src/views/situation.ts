import type { Health, ProjectView } from '@tamma/contracts';
import type { WorkflowState } from '@tamma/domain';
import type { List } from '../api/api.ts';

/** What `tamma status` looks at, and prints with --json. */
export interface Situation {
  readonly health: Health;
  readonly workflows: List<WorkflowState>;
  readonly projects: List<ProjectView>;
}
