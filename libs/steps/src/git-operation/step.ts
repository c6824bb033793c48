import { gitTaskSchema } from '@tamma/contracts';
import { done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import type { Step, StepContext } from '../step.ts';
import { payloadFrom } from '../task-payload.ts';

const result = z.object({ branch: z.string(), commit: z.string() });
type Result = z.infer<typeof result>;

/** Makes a branch at a commit, or deletes one whose head is that commit; the base branch is left alone. */
export const gitOperation: Step<Result> = { handler: 'git-operation', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { operation, branch, commit } = payloadFrom(context, gitTaskSchema);
  if (branch === context.head.project.baseBranch) {
    return refuse('validation', `"${branch}" is the base branch of the project, which no task touches`);
  }
  if (operation === 'delete-branch') {
    const isGone = await context.platform.deleteBranch(branch, commit);
    if (!isGone)
      return refuse('conflict', `"${branch}" was not deleted: its head is not ${commit.slice(0, 7)}`);
    return done({ branch, commit });
  }
  const head = await context.platform.ensureBranch(branch, commit);
  if (head === commit) return done({ branch, commit });
  return refuse('conflict', `"${branch}" exists already, at ${head.slice(0, 7)}`);
}

function refuse(errorClass: 'validation' | 'conflict', message: string): Outcome<never> {
  const remedy = 'cancel this task, look at the branch, and submit another one';
  return escalate({ code: 'GIT_OPERATION_REFUSED', class: errorClass, message, remedy });
}
