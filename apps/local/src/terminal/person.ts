import type { WorkflowState } from '@tamma/domain';

/** A question that a person can answer now; an escalation is told apart by its failed step. */
export function isWaitingForPerson({ status, approval }: WorkflowState): boolean {
  return status === 'paused' && approval !== null;
}

/** Who is asked for what, why, and until when. */
export function describeWait({ approval, waitingFor }: WorkflowState): string {
  if (approval === null) return `waits for a person: ${waitingFor?.why ?? 'no reason given'}`;
  const until = `until ${approval.until.slice(0, 16).replace('T', ' ')} UTC`;
  if (approval.kind === 'question') return `waits for an answer ${until}: ${oneLine(approval.why)}`;
  return `waits for somebody to approve its ${approval.kind} ${until}: ${approval.why}`;
}

/** What a person can type about it; the first one lets it go on. */
export function commandsFor({ id, approval }: WorkflowState): readonly string[] {
  if (approval === null) return [`npx tamma retry ${id} --reason "…"`, `npx tamma cancel ${id} --reason "…"`];
  if (approval.kind === 'question') return [`npx tamma answer ${approval.id} "…"`];
  return [`npx tamma approve ${approval.id}`];
}

function oneLine(text: string): string {
  return text.replaceAll(/\s*\n\s*/g, ' ');
}
