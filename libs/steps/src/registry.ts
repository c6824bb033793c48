import type { StepHandler, TaskHandlerName } from '@tamma/contracts';
import { branchSetup } from './branch-setup/step.ts';
import { buildGate } from './build-gate/step.ts';
import { clarification } from './clarification/step.ts';
import { codeGeneration } from './code-generation/step.ts';
import { codeReview } from './code-review/step.ts';
import { contextResearch } from './context-research/step.ts';
import { gitOperation } from './git-operation/step.ts';
import { issueIntake } from './issue-intake/step.ts';
import { mergeAndClose } from './merge-and-close/step.ts';
import { mergeApproval } from './merge-approval/step.ts';
import { planApproval } from './plan-approval/step.ts';
import { planGeneration } from './plan-generation/step.ts';
import { pullRequest } from './pull-request/step.ts';
import { qualityGate } from './quality-gate/step.ts';
import { securityGate } from './security-gate/step.ts';
import type { Step } from './step.ts';
import { testGate } from './test-gate/step.ts';

const STEPS: Readonly<Record<StepHandler | TaskHandlerName, Step>> = {
  'issue-intake': issueIntake,
  clarification,
  'context-research': contextResearch,
  'plan-generation': planGeneration,
  'plan-approval': planApproval,
  'branch-setup': branchSetup,
  'code-generation': codeGeneration,
  'build-gate': buildGate,
  'test-gate': testGate,
  'security-gate': securityGate,
  'code-review': codeReview,
  'pull-request': pullRequest,
  'merge-approval': mergeApproval,
  'merge-and-close': mergeAndClose,
  'quality-gate': qualityGate,
  'git-operation': gitOperation,
};

/** The code behind a handler's name; undefined for a name this version does not know. */
export function findStep(handler: string): Step | undefined {
  return new Map<string, Step>(Object.entries(STEPS)).get(handler);
}
