import type { RiskLevel } from './risk.ts';

export const APPROVAL_KINDS = ['plan', 'merge'] as const;
export type ApprovalKind = (typeof APPROVAL_KINDS)[number];

/** The levels of risk a project lets pass without a person; `high` is never one of them. */
export interface ApprovalRules {
  readonly automatic: Readonly<Record<ApprovalKind, readonly ('low' | 'medium')[]>>;
  /** How long a person has, in milliseconds. */
  readonly deadlineMs: number;
}

export type ApprovalDecision =
  | { readonly by: 'policy'; readonly why: string }
  | { readonly by: 'person'; readonly why: string };

/** Says who decides. High risk always asks a person, whatever the configuration holds. */
export function decideWhoApproves(
  kind: ApprovalKind,
  risk: RiskLevel,
  rules: ApprovalRules,
): ApprovalDecision {
  if (risk === 'high') return { by: 'person', why: 'high risk always asks a person' };
  if (rules.automatic[kind].includes(risk)) {
    return { by: 'policy', why: `the project lets ${risk} risk pass its ${kind} approval` };
  }
  return { by: 'person', why: `the project wants a person to approve a ${kind} of ${risk} risk` };
}

export const DECISIONS = ['approve', 'reject', 'edit', 'answer'] as const;
export type Decision = (typeof DECISIONS)[number];

/** What a person can say to each kind of question; `edit` sends the plan, or the change, back with the comment. */
export function decisionsFor(kind: ApprovalKind | 'question'): readonly Decision[] {
  switch (kind) {
    case 'plan':
    case 'merge':
      return ['approve', 'reject', 'edit'];
    case 'question':
      return ['answer'];
  }
}

/** Whether the decision says nothing without words of its own. */
export function needsComment(decision: Decision): boolean {
  return decision === 'edit' || decision === 'answer';
}

/** A person's decision as it is kept: the first one stands. */
export interface StoredDecision {
  readonly approvalId: string;
  readonly kind: ApprovalKind | 'question';
  readonly decision: Decision;
  /** The answer, what to change, or why; may be empty for an approval. */
  readonly comment: string;
  /** What was decided about: a plan's hash or a commit. Null for a question. */
  readonly subject: string | null;
  /** Who decided. */
  readonly by: string;
  /** ISO 8601. */
  readonly at: string;
}

export interface Decider {
  readonly kind: 'human' | 'agent';
  readonly id: string;
}

/**
 * Why this one may not decide; null when it may. An agent never may. Whoever asked for the work may answer what it
 * asks, and approves nothing of it.
 */
export function refuseDecider(
  decider: Decider,
  { kind, startedBy }: { readonly kind: StoredDecision['kind']; readonly startedBy: string | null },
): string | null {
  if (decider.kind === 'agent') return 'an agent never decides';
  // The same person may be known by a token's name here and by an account's there, whose case means nothing.
  if (kind !== 'question' && decider.id.toLowerCase() === startedBy?.toLowerCase())
    return `${decider.id} started this workflow, so somebody else approves it`;
  return null;
}
