import { type AnyEvent, cutMiddle, type Fact, type Issue } from '@tamma/domain';

/** Longest title that facts carry, in characters; the issue itself keeps its own. */
const TITLE_LENGTH_MAX = 300;

/** An event of the orchestrator itself. The id says what it is about, so that a repeat is absorbed by the record. */
export function systemEvent(
  id: string,
  fact: Fact,
  about: {
    readonly workflowId?: string;
    readonly nowMs: number;
    readonly tags?: Readonly<Record<string, string>>;
  },
): AnyEvent {
  const { workflowId, nowMs, tags } = about;
  return {
    id,
    ...fact,
    at: new Date(nowMs).toISOString(),
    ...(workflowId === undefined ? {} : { workflowId }),
    actor: { kind: 'system', id: 'orchestrator' },
    tags: { ...tags, ...(workflowId === undefined ? {} : { workflowId }) },
    metadata: { schemaVersion: 1, source: 'orchestrator' },
  };
}

/** The issue's title, short enough for an event: a stranger's endless title must not keep facts from being told. */
export function titleOf(issue: Pick<Issue, 'title'>): string {
  return cutMiddle(issue.title, TITLE_LENGTH_MAX);
}
