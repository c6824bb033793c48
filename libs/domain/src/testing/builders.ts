import type { AnyEvent, EventDataByType, EventType } from '../event-data.ts';
import type { Issue } from '../issue.ts';

export function buildIssue(overrides: Partial<Issue> = {}): Issue {
  return {
    number: 1,
    title: 'Add a title-case function',
    body: 'The library needs a function that capitalizes each word of a sentence.',
    state: 'open',
    labels: ['tamma'],
    author: 'ada',
    authorKind: 'person',
    authorRole: 'owner',
    assignee: null,
    milestone: null,
    isLocked: false,
    blockedBy: [],
    createdAt: '2026-01-01T00:00:00.000Z',
    ...overrides,
  };
}

let counter = 0;

/** An event of workflow `demo-1.r1` unless the overrides say otherwise; ids count up. */
export function buildEvent<Type extends EventType>(
  type: Type,
  data: EventDataByType[Type],
  overrides: Partial<Omit<AnyEvent, 'type' | 'data'>> = {},
): AnyEvent {
  counter += 1;
  return {
    id: `event-${counter}`,
    type,
    at: '2026-01-01T00:00:00.000Z',
    workflowId: 'demo-1.r1',
    actor: { kind: 'system', id: 'test' },
    tags: {},
    metadata: { schemaVersion: 1, source: 'test' },
    data,
    ...overrides,
  } as AnyEvent;
}
