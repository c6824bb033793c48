import type { Project } from '@tamma/contracts';
import type { GitPlatform } from '@tamma/git-platform';
import type { WorkflowPlan } from '@tamma/workflow';

/** A project with what intake needs to work on it. */
export interface WatchedProject {
  /** Its account is known. */
  readonly project: Project;
  readonly plan: WorkflowPlan;
  readonly platform: GitPlatform;
}
