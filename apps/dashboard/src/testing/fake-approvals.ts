import type { ApprovalView, DecisionRequest } from '@tamma/contracts';
import { type AnyEvent, type ArtifactName, decisionsFor, type WorkflowState } from '@tamma/domain';

const TO_READ: Readonly<Record<ApprovalView['kind'], readonly ArtifactName[]>> = {
  plan: ['PLAN.md', 'TASK.md', 'CONTEXT.md'],
  merge: ['CHANGES.md', 'change.patch', 'REVIEW.md', 'test.log'],
  question: ['TASK.md'],
  escalation: ['BUGS.md', 'test.log', 'change.patch'],
};

/** What a workflow wants of a person; null when it wants nothing. */
export function approvalOf(state: WorkflowState): ApprovalView | null {
  const { approval, escalation } = state;
  const asked = approval ?? escalation;
  if (state.status !== 'paused' || asked === null) return null;
  const kind = approval?.kind ?? 'escalation';
  const written = state.artifacts.map(({ name }) => name);
  return {
    id: approval?.id ?? state.id,
    workflowId: state.id,
    project: state.project,
    issue: state.issue,
    title: state.title,
    kind,
    decisions: kind === 'escalation' ? ['retry', 'cancel', ...allowedOf(state)] : [...decisionsFor(kind)],
    level: approval === null ? (escalation?.level ?? null) : null,
    stepId: asked.stepId,
    risk: approval?.risk ?? state.risk,
    subject: approval?.subject ?? null,
    why: approval?.why ?? state.error?.message ?? '',
    remedy: approval === null ? (state.error?.remedy ?? null) : null,
    since: asked.since,
    until: asked.until,
    artifacts: TO_READ[kind].filter((name) => written.includes(name)),
  };
}

function allowedOf({ steps, escalation }: WorkflowState) {
  return steps.find(({ id }) => id === escalation?.stepId)?.allow ?? [];
}

export interface Decision {
  readonly approval: ApprovalView;
  readonly decision: DecisionRequest['decision'];
  readonly comment: string;
  readonly by: string;
  readonly at: string;
}

/** The fact that tells it. */
export function decisionEvent({ approval, decision, comment, by, at }: Decision): AnyEvent {
  const about = {
    id: `${approval.id}.decision`,
    at,
    workflowId: approval.workflowId,
    stepId: approval.stepId,
    actor: { kind: 'human', id: by },
    tags: {},
    metadata: { schemaVersion: 1, source: 'test' },
  } as const;
  if (approval.kind === 'question' || decision === 'answer') {
    return {
      ...about,
      type: 'QUESTION.ANSWERED.SUCCESS',
      data: { approvalId: approval.id, answer: comment },
    };
  }
  const kind = approval.kind === 'merge' ? 'merge' : 'plan';
  const subject = approval.subject ?? '';
  return {
    ...about,
    type: 'APPROVAL.PROVIDED.SUCCESS',
    data: { approvalId: approval.id, kind, decision, why: comment, subject },
  };
}
