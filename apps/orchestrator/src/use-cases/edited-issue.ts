import { type AnyEvent, type Issue, isAnotherRequest } from '@tamma/domain';
import { orchestratorEvent } from './facts.ts';

type Text = Pick<Issue, 'title' | 'body'>;

/** Whether an issue asks for something else than what was claimed. */
export function isEdited(claimed: Text, now: Text): boolean {
  return isAnotherRequest(storedForm(claimed), storedForm(now));
}

/** A claim went through the store, which replaces what no database takes: that is no edit. */
function storedForm({ title, body }: Text): Text {
  const stored = (text: string) => text.toWellFormed().replaceAll('\u0000', '\uFFFD');
  return { title: stored(title), body: stored(body) };
}

interface Edit {
  readonly workflowId: string;
  readonly issue: number;
  readonly why: string;
  readonly nowMs: number;
}

/** One fact for each workflow, however often it is found. */
export function editedEvent({ workflowId, issue, why, nowMs }: Edit): AnyEvent {
  const fact = { type: 'ISSUE.EDITED.SUCCESS', data: { issue, why } } as const;
  return orchestratorEvent(`${workflowId}.edited`, fact, { workflowId, nowMs });
}
