import type { AnyEvent, Fact } from '@tamma/domain';

/** An event of the orchestrator itself. The id says what it is about, so that a repeat is absorbed by the record. */
export function systemEvent(
  id: string,
  fact: Fact,
  about: { readonly workflowId?: string; readonly nowMs: number },
): AnyEvent {
  const { workflowId, nowMs } = about;
  return {
    id,
    ...fact,
    at: new Date(nowMs).toISOString(),
    ...(workflowId === undefined ? {} : { workflowId }),
    actor: { kind: 'system', id: 'orchestrator' },
    tags: workflowId === undefined ? {} : { workflowId },
    metadata: { schemaVersion: 1, source: 'orchestrator' },
  };
}
