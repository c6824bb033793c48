import type { Workspace } from '@tamma/workspace';
import type { Question } from '../ai/ask-model.ts';
import type { StepContext } from '../step.ts';
import { createGateVerdicts } from '../tools/gate-verdicts.ts';
import { readTools } from '../tools/read-tools.ts';
import { runTools } from '../tools/run-tools.ts';
import { writeTools } from '../tools/write-tools.ts';
import { isWaived } from './limits.ts';

/** What a model is given to change a checkout with, and what shows that it gets on: tree, commits and gates. */
export function handsOn(
  context: StepContext,
  workspace: Workspace,
): Pick<Question<unknown>, 'workspace' | 'tools' | 'progress'> {
  const { patch } = context.head.project.gates;
  // How much changes is left to the gate then; which paths are kept is not.
  const limits = isWaived(context) ? { ...patch, filesMax: Infinity, linesMax: Infinity } : patch;
  const verdicts = createGateVerdicts();
  return {
    workspace,
    tools: [
      ...readTools(workspace),
      ...writeTools(workspace, limits),
      ...runTools(context, workspace, verdicts),
    ],
    progress: async () => `${await workspace.fingerprint()} ${verdicts.state()}`,
  };
}
