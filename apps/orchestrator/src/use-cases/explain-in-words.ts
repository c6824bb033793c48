import type { Explanation } from '@tamma/contracts';
import { COMMAND_PREFIX, decisionsFor, hasWorkflowEnded, type WorkflowState } from '@tamma/domain';
import type { IssueVerdict } from '@tamma/store';

/** What a workflow waits for and who can move it, as an answer to a comment: Markdown, with the words of strangers in it. */
export function explainInWords(state: WorkflowState, explanation: Explanation): string {
  const { summary, blockedBy, afterwards, waitingFor } = explanation;
  const until = waitingFor?.until ?? null;
  const commands = commandsFor(state);
  return [
    `${state.id}: ${summary}.`,
    ...blockedBy.map(({ what, why }) => `- ${what}: ${why}`),
    ...(until === null || afterwards === null ? [] : [`At ${until} ${afterwards}.`]),
    ...(commands.length === 0
      ? []
      : [`What can be said: ${commands.map((one) => `\`${one}\``).join(', ')}.`]),
  ].join('\n');
}

/** Why an issue that no workflow works on is not worked on. */
export function explainVerdict(verdict: IssueVerdict | null, number: number): string {
  if (verdict === null) return `#${number} was not looked at yet, or is no open issue.`;
  const { eligible, reasons, since } = verdict;
  if (eligible) return `#${number} is eligible since ${since}, and is begun when it is its turn.`;
  return [
    `#${number} is not worked on, since ${since}, because`,
    ...reasons.map((reason) => `- ${reason}`),
  ].join('\n');
}

export const HELP = [
  'What can be said in the first line of a comment:',
  ...[
    'approve [why]',
    'reject [why]',
    'edit WHAT',
    'answer TEXT',
    'retry [why]',
    'cancel [why]',
    'suspend [why]',
    'resume [why]',
    'priority NUMBER [why]',
    'explain',
  ].map((one) => `- \`${COMMAND_PREFIX} ${one}\``),
].join('\n');

/** The commands that would change something now. */
function commandsFor(state: WorkflowState): readonly string[] {
  if (hasWorkflowEnded(state.status)) return [];
  const standing = state.suspended === null ? 'suspend' : 'resume';
  const decisions = state.approval === null ? [] : decisionsFor(state.approval.kind);
  const retry = state.escalation === null ? [] : ['retry'];
  return [...decisions, ...retry, standing, 'cancel'].map((word) => `${COMMAND_PREFIX} ${word}`);
}
