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
