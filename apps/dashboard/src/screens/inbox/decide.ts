import type { ApprovalView } from '@tamma/contracts';
import { DECISIONS, type Decision } from '@tamma/domain';
import type { Command } from '../../api/api.ts';
import type { App } from '../../app/app.ts';
import { keepDecision } from '../../state/decided.ts';
import type { Choice } from '../../view/decisions.ts';

export interface Deciding {
  readonly approval: ApprovalView;
  readonly choice: Choice;
  readonly words: string;
}

/** Tells the server, and remembers what it took. Throws an `ApiError` when it did not. */
export async function decide(app: App, { approval, choice, words }: Deciding): Promise<void> {
  const { id, workflowId, stepId } = approval;
  if (isDecision(choice)) {
    const { by, at } = await app.api.decide(id, { decision: choice, comment: words.trim() });
    return app.decided.update((known) => keepDecision(known, { id, choice, by, at }));
  }
  await app.api.control(workflowId, commandOf(choice, stepId, words.trim()));
  const session = app.session.get();
  const by = session.kind === 'signed-in' ? session.person.name : '';
  const at = new Date(app.timers.now()).toISOString();
  app.decided.update((known) => keepDecision(known, { id, choice, by, at }));
}

function commandOf(verb: Exclude<Choice, Decision>, step: string, reason: string): Command {
  return verb === 'skip' || verb === 'override' ? { verb, step, reason } : { verb, reason };
}

function isDecision(choice: Choice): choice is Decision {
  return DECISIONS.some((decision) => decision === choice);
}
