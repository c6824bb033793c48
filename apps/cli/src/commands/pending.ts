import type { ApprovalView } from '@tamma/contracts';
import type { Decision } from '@tamma/domain';
import type { Api } from '../api/api.ts';
import { nearestIds } from '../api/nearest-ids.ts';
import { CliError, isNotFound } from '../cli-error.ts';
import { EXIT } from '../exit-code.ts';
import { inboxCommands } from '../views/words.ts';

/** Looked at in one answer; whoever has more waiting names an approval's own id. */
export const APPROVALS_MAX = 1000;

/**
 * The approval that is meant: by its own id, or by its workflow when exactly one thing is pending there. An id that is
 * not pending is handed back as it is, because the server knows what became of it.
 */
export async function findApproval(api: Api, id: string, decision: Decision): Promise<string> {
  const { items } = (await api.approvals({ limit: APPROVALS_MAX })).exact;
  const meant = items.filter((item) => item.id === id || item.workflowId === id);
  const possible = meant.filter((item) => item.decisions.includes(decision));
  const [only] = possible;
  if (only !== undefined && possible.length === 1) return only.id;
  if (meant.length === 0) return id;
  throw possible.length === 0 ? wrongDecision(meant, decision) : tooMany(id, possible);
}

function wrongDecision(meant: readonly ApprovalView[], decision: Decision): CliError {
  const what = meant.map(({ kind, workflowId }) => `${workflowId} waits for ${NAMES[kind]}`).join(', ');
  return new CliError(EXIT.failed, `"${decision}" is no answer to that: ${what}`, {
    details: meant.flatMap(inboxCommands),
    remedy: 'Say one of these instead.',
  });
}

const NAMES: Readonly<Record<ApprovalView['kind'], string>> = {
  plan: 'the approval of its plan',
  merge: 'the approval of its merge',
  question: 'an answer',
  escalation: 'somebody to mend it (it is escalated)',
};

function tooMany(id: string, possible: readonly ApprovalView[]): CliError {
  return new CliError(EXIT.failed, `${possible.length} things are pending in ${id}`, {
    details: possible.map((item) => `${item.id}: ${item.why}`),
    remedy: 'Name one of them.',
  });
}

/** What to say when the server knows no approval of that id: it may be a workflow that asks nothing now. */
export async function explainUnknown(api: Api, id: string, refusal: CliError): Promise<CliError> {
  try {
    const { status } = (await api.workflow(id)).shown;
    return new CliError(EXIT.failed, `nothing waits for a person in ${id}, which is ${status}`, {
      remedy: `"tamma explain ${id}" says what it waits for.`,
    });
  } catch (thrown) {
    if (!isNotFound(thrown)) throw thrown;
  }
  const { items } = (await api.approvals({ limit: APPROVALS_MAX })).shown;
  const near = nearestIds(
    id,
    items.flatMap((item) => [item.id, item.workflowId]),
  );
  return new CliError(EXIT.failed, refusal.message, {
    remedy:
      near.length === 0 ? '"tamma approvals" lists what is pending.' : `Did you mean ${near.join(', ')}?`,
  });
}
