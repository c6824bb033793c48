import { type ApprovalResult, approvalResultSchema, approve } from '../approval.ts';
import { planGeneration } from '../plan-generation/step.ts';
import { resultFrom, type Step } from '../step.ts';
import { stopIfEdited } from '../wanted.ts';

/** Agrees to the plan, by policy for what the project lets pass, by a person for all else; never to that of an old text. */
export const planApproval: Step<ApprovalResult> = {
  handler: 'plan-approval',
  result: approvalResultSchema,
  run: async (context) => {
    const { risk, planHash } = resultFrom(context, planGeneration);
    const edited = await stopIfEdited(context);
    return edited ?? approve(context, { kind: 'plan', risk, subject: planHash });
  },
};
