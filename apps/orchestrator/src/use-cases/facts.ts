import { type AnyEvent, cutMiddle, type Fact, type Issue } from '@tamma/domain';

/** Longest title that facts carry, in characters; the issue itself keeps its own. */
const TITLE_LENGTH_MAX = 300;

interface About {
  readonly workflowId?: string;
  readonly task?: { readonly taskId: string; readonly stepId: string };
  readonly nowMs: number;
  readonly tags?: Readonly<Record<string, string>>;
  /** Who caused it; the orchestrator itself unless a person did. */
  readonly person?: string | null;
}

/** An event that the orchestrator tells. The id says what it is about, so that a repeat is absorbed by the record. */
export function orchestratorEvent(id: string, fact: Fact, about: About): AnyEvent {
  const { workflowId, task, nowMs, tags, person = null } = about;
  return {
    id,
    ...fact,
    at: new Date(nowMs).toISOString(),
    ...(workflowId === undefined ? {} : { workflowId }),
    ...task,
    actor: person === null ? { kind: 'system', id: 'orchestrator' } : { kind: 'human', id: person },
    tags: { ...tags, ...(workflowId === undefined ? {} : { workflowId }) },
    metadata: { schemaVersion: 1, source: 'orchestrator' },
  };
}

/** The issue's title, short enough for an event: a stranger's endless title must not keep facts from being told. */
export function titleOf(issue: Pick<Issue, 'title'>): string {
  return cutMiddle(issue.title, TITLE_LENGTH_MAX);
}
