import { type ApprovalKind, decideWhoApproves, done, type Outcome, type RiskLevel } from '@tamma/domain';
import { z } from 'zod';
import type { StepContext } from './step.ts';

export const approvalResultSchema = z.object({
  by: z.string(),
  /** What was approved: a plan's hash or a commit. It counts for nothing else. */
  subject: z.string(),
});
export type ApprovalResult = z.infer<typeof approvalResultSchema>;

export interface ApprovalQuestion {
  readonly kind: ApprovalKind;
  readonly risk: RiskLevel;
  readonly subject: string;
}

/** Lets policy decide where the project allows it; otherwise a person is asked and the task parks. */
export async function approve(
  context: StepContext,
  question: ApprovalQuestion,
): Promise<Outcome<ApprovalResult>> {
  const { kind, risk, subject } = question;
  const { approvals } = context.head.project;
  const rules = { automatic: approvals.automatic, deadlineMs: approvals.deadline };
  const decision = decideWhoApproves(kind, risk, rules);
  if (decision.by === 'person') {
    return {
      kind: 'wait',
      on: 'approval',
      forMs: rules.deadlineMs,
      why: decision.why,
      approval: { kind, risk },
    };
  }
  await context.tell({
    type: 'APPROVAL.PROVIDED.SUCCESS',
    data: { kind, decision: 'approve', why: decision.why, subject },
  });
  return done({ by: 'policy', subject });
}
