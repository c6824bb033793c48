import { COMMAND_PREFIX } from '@tamma/domain';
import { quietText, quote, type StepContext } from '@tamma/steps';

const HOUR_MS = 3_600_000;

export interface IssueQuestion {
  readonly question: string;
  /** What an answer has to name. */
  readonly approvalId: string;
  /** How long people have, in milliseconds. */
  readonly forMs: number;
}

/**
 * Puts the question where its author reads. Before the commit: a question nobody was asked must not park a
 * workflow. The platform is the fenced one, and the marker makes asking again an edit.
 */
export async function askOnIssue(context: StepContext, asked: IssueQuestion): Promise<void> {
  const { head, platform } = context;
  await platform.ensureComment(head.issue.number, questionMarker(context), describeQuestion(context, asked));
}

function describeQuestion(
  { head, step }: StepContext,
  { question, approvalId, forMs }: IssueQuestion,
): string {
  const where = `workflow \`${head.workflowId}\`, step ${step.id}`;
  const hours = Math.max(1, Math.round(forMs / HOUR_MS));
  return [
    `Tamma has a question (${where}):`,
    // The words are a model's: they call nobody, and can neither look like ours nor hold a marker of their own.
    quote(quietText(question)),
    describeWays(head.project.platform, approvalId),
    `It waits ${hours} h; after that a person has to decide how to go on.`,
  ].join('\n\n');
}

/** Comments in a folder are data and nothing more; on a platform with accounts it is known who wrote them. */
function describeWays(platform: string, approvalId: string): string {
  const elsewhere = `on the dashboard, or with \`tamma answer ${approvalId} "…"\``;
  return platform === 'local'
    ? `Answer ${elsewhere}. A reply here is not read.`
    : `Answer with a comment that begins with \`${COMMAND_PREFIX} answer\`, ${elsewhere}. Any other reply is not read.`;
}

/** A question that follows an answer is another comment; the same question asked again is an edit of its own. */
function questionMarker({ taskId, decisions }: StepContext): string {
  return decisions.length === 0
    ? `tamma:question:${taskId}`
    : `tamma:question:${taskId}:${decisions.length + 1}`;
}
