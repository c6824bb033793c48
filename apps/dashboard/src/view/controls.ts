import {
  hasWorkflowEnded,
  type OrderKind,
  type Permission,
  type StepState,
  type WorkflowState,
} from '@tamma/domain';
import { CHOICES, type ChoiceWords, permissionOf } from './decisions.ts';

/** What a person can have a whole workflow do. */
export type Verb = 'resume' | 'retry' | 'suspend' | 'priority' | 'cancel';

/** How a dialog words what it asks the reason for. */
export type ControlWords = Pick<ChoiceWords, 'label' | 'consequence' | 'weight'>;

export const CONTROLS: Readonly<Record<Verb | OrderKind, ControlWords>> = {
  resume: {
    label: 'Resume',
    consequence: 'It goes on with what it waited for before.',
    weight: 'main',
  },
  retry: CHOICES.retry,
  suspend: {
    label: 'Suspend',
    consequence:
      'What runs comes to its next safe point, and nothing else begins until somebody resumes it. It is cancelled when nobody does in time.',
    weight: 'main',
  },
  priority: {
    label: 'Set priority',
    consequence: 'Higher goes first, both for a free slot and for a worker.',
    weight: 'main',
  },
  cancel: CHOICES.cancel,
  skip: CHOICES.skip,
  override: CHOICES.override,
};

/** What can be done to it now, the most helpful first; nothing after its end. */
export function verbsFor(state: WorkflowState): readonly Verb[] {
  if (hasWorkflowEnded(state.status)) return [];
  const retry = isEscalated(state) ? (['retry'] as const) : [];
  return state.suspended === null
    ? [...retry, 'suspend', 'priority', 'cancel']
    : ['resume', ...retry, 'priority', 'cancel'];
}

/** A step failed for good, and nobody is asked anything else. */
function isEscalated({ status, approval, escalation }: WorkflowState): boolean {
  return status === 'paused' && approval === null && escalation !== null;
}

/** What can be ordered about a step now, of what its template allows. */
export function ordersFor(state: WorkflowState, step: StepState): readonly OrderKind[] {
  if (hasWorkflowEnded(state.status)) return [];
  return step.allow.filter((kind) => (kind === 'skip' ? canSkip(step) : step.status === 'failed'));
}

function canSkip({ status, order }: StepState): boolean {
  if (status === 'completed' || status === 'cancelled') return false;
  return order === null || status === 'failed';
}

export function permissionFor(verb: Verb | OrderKind): Permission {
  return verb === 'override' ? permissionOf(verb) : 'operate';
}
