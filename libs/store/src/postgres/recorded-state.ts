import type { WorkflowState } from '@tamma/domain';

/** A state as some version of ours recorded it. What was recorded before a field existed knows nothing of it. */
export type RecordedState = Omit<WorkflowState, NewField> & Partial<Pick<WorkflowState, NewField>>;
type NewField = keyof typeof DEFAULTS;

const DEFAULTS = { sprint: null, wasEdited: false, completedBecause: null } as const;

/** The one place where what is missing is filled in. */
export function stateOf(recorded: RecordedState): WorkflowState {
  return { ...DEFAULTS, ...recorded };
}
