import { type CommitRecord, type ErrorReport, escalate, judgePatch, type Outcome } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import type { StepContext } from '../step.ts';

export interface Push {
  readonly branch: string;
  /** The commit that the whole change is measured against. */
  readonly baseCommit: string;
}

/**
 * Looks at what would leave this machine, and pushes it only while the branch is where it was checked out. Null when it
 * is pushed.
 */
export async function pushChange(
  context: StepContext,
  workspace: Workspace,
  { branch, baseCommit }: Push,
): Promise<Outcome<never> | null> {
  const problem = await findProblem(context, workspace, baseCommit);
  if (problem !== null) return escalate(problem);
  await context.assertOwner();
  const pushed = await workspace.push(branch, workspace.startCommit);
  if (pushed.kind === 'pushed') return null;
  const message = `the push to ${branch} was refused: ${pushed.detail}`;
  const remedy = 'see who else pushes to the branch, and whether a rule of the repository forbids it';
  return { kind: 'retry', error: { code: 'PUSH_REFUSED', class: 'unknown', message, remedy } };
}

async function findProblem(
  context: StepContext,
  workspace: Workspace,
  baseCommit: string,
): Promise<ErrorReport | null> {
  const secrets = await workspace.findSecrets(baseCommit);
  if (secrets.length > 0) {
    const places = secrets.map((one) => `${one.path}:${one.line} (${one.kind})`).join(', ');
    return {
      code: 'SECRET_IN_CHANGE',
      class: 'gate',
      message: `the change was not pushed because it holds what looks like a secret: ${places}`,
      remedy: 'retry for another change, or abort and say in the issue where the secret is to come from',
    };
  }
  const { files } = await workspace.changeSince(baseCommit);
  const broken = judgePatch(files, context.head.project.gates.patch);
  if (broken.length === 0 || isWaived(context)) return null;
  return {
    code: 'PATCH_REFUSED',
    class: 'gate',
    message: `the change was not pushed: ${broken.join('; ')}`,
    remedy: "retry for another change; or abort, then narrow the issue or change the project's gates.patch",
  };
}

/** A person let limits be broken in this workflow: then the gate alone judges, whose refusal they may lift again. */
function isWaived({ gates }: StepContext): boolean {
  return gates.some(({ gate, override }) => gate === 'security' && override !== undefined);
}

export async function tellCommit(context: StepContext, commit: CommitRecord): Promise<void> {
  await context.tell({ type: 'COMMIT.CREATED.SUCCESS', data: commit });
}
