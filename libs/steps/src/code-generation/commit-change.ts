import type { CommitRecord } from '@tamma/domain';
import type { Workspace } from '@tamma/workspace';
import { quietMessage } from '../quiet-text.ts';
import type { StepContext } from '../step.ts';
import { TASK_TRAILER, TESTS_TRAILER, WORKFLOW_TRAILER } from '../trailers.ts';
import type { Change } from './model.ts';
import { splitChange } from './prove-tests.ts';

/** Commits what the model changed, under the names of workflow and task; null when it changed nothing. */
export function commitAs(
  { head, taskId }: StepContext,
  workspace: Workspace,
  message: string,
): Promise<CommitRecord | null> {
  const trailers = { [WORKFLOW_TRAILER]: head.workflowId, [TASK_TRAILER]: taskId };
  return workspace.commit({ message: quietMessage(message), trailers });
}

/** Two commits that tell the story, the tests and then the rest; one where there is only one of the two. Oldest first. */
export async function commitInParts(
  context: StepContext,
  workspace: Workspace,
  change: Change,
): Promise<readonly CommitRecord[]> {
  const { tests, others } = splitChange(context, await workspace.changedFiles());
  const first =
    tests.length > 0 && others.length > 0 ? await commitTests(context, workspace, { change, tests }) : null;
  const last = await commitAs(context, workspace, change.commitMessage);
  return [first, last].filter((commit) => commit !== null);
}

/** The task's own name is left to the last commit: whoever finds that one knows that nothing is missing. */
function commitTests(
  { head, taskId }: StepContext,
  workspace: Workspace,
  { change, tests }: { readonly change: Change; readonly tests: readonly string[] },
): Promise<CommitRecord | null> {
  const message = change.testCommitMessage ?? testMessageOf(change.commitMessage);
  const trailers = { [WORKFLOW_TRAILER]: head.workflowId, [TESTS_TRAILER]: taskId };
  return workspace.commitFiles(tests, { message: quietMessage(message), trailers });
}

/** `fix(till): round up` becomes `test(till): round up`. */
function testMessageOf(message: string): string {
  const [subject = ''] = message.trim().split('\n', 1);
  const [, scope = '', words = ''] = /^(?:[a-z]+(\([^()]*\))?!?:\s*)?(.*)$/.exec(subject) ?? [];
  return `test${scope}: ${words}`;
}
