import { type ApprovalResult, approvalResultSchema, approve } from '../approval.ts';
import { planGeneration } from '../plan-generation/step.ts';
import { pullRequest } from '../pull-request/step.ts';
import { resultFrom, type Step } from '../step.ts';

/** Agrees to merge one exact commit, by policy for what the project lets pass, by a person for all else. */
export const mergeApproval: Step<ApprovalResult> = {
  handler: 'merge-approval',
  result: approvalResultSchema,
  run: async (context) => {
    const { risk } = resultFrom(context, planGeneration);
    const { headCommit } = resultFrom(context, pullRequest);
    return approve(context, { kind: 'merge', risk, subject: headCommit });
  },
};
