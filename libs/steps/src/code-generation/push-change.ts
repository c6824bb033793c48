import { type CommitRecord, type ErrorReport, escalate, type Outcome, type RefusalRule } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import type { StepContext } from '../step.ts';
import { brokenLimits } from './limits.ts';

export interface Push {
  readonly branch: string;
  /** The commit that the whole change is measured against. */
  readonly baseCommit: string;
}

interface Problem {
  readonly rule: RefusalRule;
  readonly error: ErrorReport;
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
  const problem =
    (await findSecrets(workspace, baseCommit)) ?? (await findExcess(context, workspace, baseCommit));
  if (problem !== null) {
    await tellRefused(context, branch, problem);
    return escalate(problem.error);
  }
  await context.assertOwner();
  const pushed = await workspace.push(branch, workspace.startCommit);
  if (pushed.kind === 'pushed') return null;
  const error = pushRefused(branch, pushed.detail);
  await tellRefused(context, branch, { rule: 'push', error });
  return { kind: 'retry', error };
}

function pushRefused(branch: string, detail: string): ErrorReport {
  const message = `the push to ${branch} was refused: ${detail}`;
  const remedy = 'see who else pushes to the branch, and whether a rule of the repository forbids it';
  return { code: 'PUSH_REFUSED', class: 'unknown', message, remedy };
}

async function tellRefused({ tell }: StepContext, target: string, { rule, error }: Problem): Promise<void> {
  await tell({ type: 'AI.ACTION.REFUSED', data: { action: 'push', target, rule, why: error.message } });
}

async function findSecrets(workspace: Workspace, baseCommit: string): Promise<Problem | null> {
  const secrets = await workspace.findSecrets(baseCommit);
  if (secrets.length === 0) return null;
  const places = secrets.map((one) => `${one.path}:${one.line} (${one.kind})`).join(', ');
  const error = {
    code: 'SECRET_IN_CHANGE',
    class: 'gate',
    message: `the change was not pushed because it holds what looks like a secret: ${places}`,
    remedy: 'retry for another change, or abort and say in the issue where the secret is to come from',
  } as const;
  return { rule: 'secret', error };
}

async function findExcess(
  context: StepContext,
  workspace: Workspace,
  baseCommit: string,
): Promise<Problem | null> {
  const { files } = await workspace.changeSince(baseCommit);
  const broken = await brokenLimits(context, workspace, files);
  if (broken.length === 0) return null;
  const error = {
    code: 'PATCH_REFUSED',
    class: 'gate',
    message: `the change was not pushed: ${broken.join('; ')}`,
    remedy: "retry for another change; or abort, then narrow the issue or change the project's gates.patch",
  } as const;
  return { rule: 'patch', error };
}

export async function tellCommit(context: StepContext, commit: CommitRecord): Promise<void> {
  await context.tell({ type: 'COMMIT.CREATED.SUCCESS', data: commit });
}
