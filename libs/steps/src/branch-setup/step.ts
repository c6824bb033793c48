import { branchNameOf, done, escalate, type Outcome, TammaError } from '@tamma/domain';
import { z } from 'zod';
import { issueIntake } from '../issue-intake/step.ts';
import { resultFrom, type Step, type StepContext } from '../step.ts';

/** Names tried before giving up: a branch of that name may belong to somebody else. */
const NAMES_MAX = 5;

const result = z.object({ branch: z.string(), base: z.string(), baseCommit: z.string() });
type Result = z.infer<typeof result>;

/** Makes the branch at the head of the base branch. A branch that holds commits of its own is not ours. */
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
  const claimed = await claimName(context, wanted, baseCommit);
  if (claimed === null) {
    return escalate({
      code: 'BRANCH_TAKEN',
      class: 'conflict',
      message: `the branches ${wanted} to ${wanted}-${NAMES_MAX} exist already and hold commits of others`,
      remedy: 'delete those that nobody needs',
    });
  }
  await context.progress(100, `the branch ${claimed.branch} is there`);
  await context.tell({ type: 'BRANCH.CREATED.SUCCESS', data: { ...claimed, base } });
  return done({ ...claimed, base });
}

interface Claimed {
  readonly branch: string;
  readonly baseCommit: string;
}

async function claimName(context: StepContext, wanted: string, baseCommit: string): Promise<Claimed | null> {
  for (let i = 1; i <= NAMES_MAX; i += 1) {
    const branch = i === 1 ? wanted : `${wanted}-${i}`;
    const commit = await context.platform.ensureBranch(branch, baseCommit);
    if (commit === baseCommit || (await wasBase(context, commit))) return { branch, baseCommit: commit };
  }
  return null;
}

/** An attempt may die after it made the branch, and the base may move before the next one looks. */
async function wasBase(context: StepContext, commit: string): Promise<boolean> {
  const base = await context.openWorkspace(context.head.project.baseBranch);
  try {
    await base.commitsSince(commit);
    return true;
  } catch (thrown) {
    // The checkout holds the history of the base alone, so what it misses was never part of it.
    if (thrown instanceof TammaError && thrown.code === 'GIT_COMMIT_MISSING') return false;
    throw thrown;
  }
}
