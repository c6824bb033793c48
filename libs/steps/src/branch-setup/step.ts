import { branchNameOf, done, escalate, type Outcome } from '@tamma/domain';
import { z } from 'zod';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';

/** Names tried before giving up: a branch of that name may belong to somebody else. */
const NAMES_MAX = 5;

const result = z.object({ branch: z.string(), base: z.string(), baseCommit: z.string() });
type Result = z.infer<typeof result>;

/** Makes the branch at the head of the base branch. A branch that already stands elsewhere is not ours to move. */
export const branchSetup: Step<Result> = { handler: 'branch-setup', result, run };

async function run(context: StepContext): Promise<Outcome<Result>> {
  const { issue } = resultFrom(context, issueIntake);
  const base = context.head.project.baseBranch;
  const baseCommit = await context.platform.readBranch(base);
  if (baseCommit === null) {
    return escalate({
      code: 'BASE_BRANCH_MISSING',
      class: 'validation',
      message: `the base branch "${base}" does not exist in ${context.head.project.repository}`,
      remedy: 'correct baseBranch in the project, or create the branch',
    });
  }
  const wanted = branchNameOf(issue.number, issue.title, context.head.workflowId);
  const branch = await claimName(context, wanted, baseCommit);
  if (branch === null) {
    return escalate({
      code: 'BRANCH_TAKEN',
      class: 'conflict',
      message: `the branches ${wanted} to ${wanted}-${NAMES_MAX} exist already and stand elsewhere`,
      remedy: 'delete those that nobody needs',
    });
  }
  await context.tell({ type: 'BRANCH.CREATED.SUCCESS', data: { branch, base, baseCommit } });
  return done({ branch, base, baseCommit });
}

async function claimName(context: StepContext, wanted: string, baseCommit: string): Promise<string | null> {
  for (let i = 1; i <= NAMES_MAX; i += 1) {
    const name = i === 1 ? wanted : `${wanted}-${i}`;
    if ((await context.platform.ensureBranch(name, baseCommit)) === baseCommit) return name;
  }
  return null;
}
