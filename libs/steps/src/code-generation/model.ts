import { defineTool, type Tool } from '@tamma/ai-provider';
import type { CommitRecord } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { z } from 'zod';
import { runGateCommand, summarize } from '../gate/run-command.ts';
import { closingNothing } from '../quiet-text.ts';
import type { StepContext } from '../step.ts';
import { readTools } from '../tools/read-tools.ts';
import { writeTools } from '../tools/write-tools.ts';
import { TASK_TRAILER, WORKFLOW_TRAILER } from '../trailers.ts';

export const changeSchema = z.object({
  summary: z.string().min(1),
  tests: z.array(z.string()),
  commitMessage: z.string().min(1),
});

/** Whoever is asked for a change the first time may find that none is needed, and has to say why. */
export const firstChangeSchema = changeSchema.extend({ noChangeNeeded: z.string().min(1).optional() });
export type FirstChange = z.infer<typeof firstChangeSchema>;

/** Commits what the model changed, under the names of workflow and task; null when it changed nothing. */
export function commitAs(
  { head, taskId }: StepContext,
  workspace: Workspace,
  message: string,
): Promise<CommitRecord | null> {
  const trailers = { [WORKFLOW_TRAILER]: head.workflowId, [TASK_TRAILER]: taskId };
  return workspace.commit({ message: closingNothing(message), trailers });
}

export function toolsFor(context: StepContext, workspace: Workspace): readonly Tool[] {
  return [...readTools(workspace), ...writeTools(workspace), gateTool(context, workspace)];
}

function gateTool(context: StepContext, workspace: Workspace): Tool {
  return defineTool({
    name: 'run_gate',
    description: "Runs the project's own build or test command and returns its output.",
    input: z.strictObject({ gate: z.enum(['build', 'test']) }),
    run: async ({ gate }) => {
      const command = context.head.project.gates[gate];
      const outcome = await runGateCommand(context, workspace, command);
      return `${summarize(command, outcome)}\n\n${outcome.output}`;
    },
  });
}
