import { Command, type CommandUnknownOpts } from '@commander-js/extra-typings';
import { decisionRequestSchema } from '@tamma/contracts';
import type { Decision } from '@tamma/domain';
import type { Api, DecisionResult } from '../api/api.ts';
import type { Reply } from '../api/reply.ts';
import { CliError, isNotFound } from '../cli-error.ts';
import type { OpenContext } from '../context.ts';
import { EXIT } from '../exit-code.ts';
import type { View } from '../terminal/output.ts';
import { parseId } from './arguments.ts';
import { explainUnknown, findApproval } from './pending.ts';

const WHICH = 'id of an approval, or of a workflow in which one thing is pending';

export function approveCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('approve')
    .description('let a plan or a merge pass')
    .argument('<id>', WHICH, parseId)
    .option('--comment <text>', 'why', '')
    .action((id, { comment }) => decide(open, id, { decision: 'approve', comment }));
}

export function rejectCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('reject')
    .description('refuse a plan or a merge: its workflow is cancelled')
    .argument('<id>', WHICH, parseId)
    .requiredOption('--comment <text>', 'why')
    .action((id, { comment }) => decide(open, id, { decision: 'reject', comment }));
}

export function editCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('edit')
    .description('send a plan or a change back: a new one is made and asked about')
    .argument('<id>', WHICH, parseId)
    .requiredOption('--comment <text>', 'what is to be different')
    .action((id, { comment }) => decide(open, id, { decision: 'edit', comment }));
}

export function answerCommand(open: OpenContext): CommandUnknownOpts {
  return new Command('answer')
    .description('answer a question: the step that asked goes on')
    .argument('<id>', 'id of a question, or of a workflow in which one thing is pending', parseId)
    .argument('<text...>', 'the answer; after "--" when it begins with a dash')
    .action((id, text) => decide(open, id, { decision: 'answer', comment: text.join(' ') }));
}

interface Said {
  readonly decision: Decision;
  readonly comment: string;
}

async function decide(open: OpenContext, id: string, said: Said): Promise<void> {
  const request = checkWords(said);
  const { api, output } = open();
  const approvalId = await findApproval(api, id, said.decision);
  output.show(await send(api, approvalId, request), showDecision);
}

function checkWords(said: Said): Said {
  const parsed = decisionRequestSchema.safeParse(said);
  if (parsed.success) return parsed.data;
  const why = parsed.error.issues.map(({ message }) => message).join('; ');
  throw new CliError(EXIT.usage, `${said.decision === 'answer' ? 'the answer' : '--comment'}: ${why}`);
}

async function send(api: Api, approvalId: string, request: Said): Promise<Reply<DecisionResult>> {
  try {
    return await api.decide(approvalId, request);
  } catch (thrown) {
    throw thrown instanceof CliError && isNotFound(thrown)
      ? await explainUnknown(api, approvalId, thrown)
      : thrown;
  }
}

const showDecision: View<DecisionResult> = ({ decision, approvalId, workflowId, by }) => [
  `${decision}: ${approvalId}, by ${by}`,
  `see how it goes on: tamma watch ${workflowId}`,
];
