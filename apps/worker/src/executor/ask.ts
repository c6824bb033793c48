import type { Outcome } from '@tamma/domain';
import type { StepContext } from '@tamma/steps';

const HOUR_MS = 3_600_000;

type Ask = Extract<Outcome<unknown>, { kind: 'ask' }>;

/**
 * Puts the question where its author reads. Before the commit: a question nobody was asked must not park a
 * workflow. The platform is the fenced one, and the marker makes asking again an edit.
 */
export async function askOnIssue(context: StepContext, ask: Ask): Promise<void> {
  const { head, platform, step, taskId } = context;
  const where = `workflow \`${head.workflowId}\`, step ${step.id}`;
  const hours = Math.max(1, Math.round(ask.forMs / HOUR_MS));
  const body = `Tamma has a question (${where}):\n\n${quote(ask.question)}\n\nIt waits ${hours} h; after that a person has to decide how to go on.`;
  await platform.ensureComment(head.issue.number, questionMarker(taskId), body);
}

function questionMarker(taskId: string): string {
  return `tamma:question:${taskId}`;
}

/** The words are a model's: quoted, they can neither look like ours nor hold a marker of their own. */
function quote(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `> ${line}`)
    .join('\n');
}
