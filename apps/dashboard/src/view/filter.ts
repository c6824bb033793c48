import { WORKFLOW_STATUSES, type WorkflowState, type WorkflowStatus } from '@tamma/domain';
import { nameOfIssue } from './words.ts';

/** What the list shows; empty fields show everything. */
export interface Filter {
  readonly status: WorkflowStatus | '';
  readonly project: string;
  readonly text: string;
}

export const NO_FILTER: Filter = { status: '', project: '', text: '' };

/** Every word has to be found, in whatever field. */
export function matches(state: WorkflowState, { status, project, text }: Filter): boolean {
  if (status !== '' && state.status !== status) return false;
  if (project !== '' && state.project !== project) return false;
  const haystack = [
    state.id,
    nameOfIssue(state),
    state.title,
    state.project,
    state.branch,
    state.waitingFor?.why,
  ]
    .join('\n')
    .toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

export function countByStatus(states: readonly WorkflowState[]): ReadonlyMap<WorkflowStatus, number> {
  return new Map(
    WORKFLOW_STATUSES.map((status) => [status, states.filter((one) => one.status === status).length]),
  );
}

export function isStatus(text: string): text is WorkflowStatus {
  return WORKFLOW_STATUSES.some((status) => status === text);
}
