import type { CommitRecord } from '@tamma/domain';

export const WORKFLOW_TRAILER = 'Tamma-Workflow';
export const TASK_TRAILER = 'Tamma-Task';
/** On the commit that holds only the tests of a task; the rest follows. */
export const TESTS_TRAILER = 'Tamma-Tests-Of';

/** Trailers are the last paragraph; what a model wrote above may look like one and proves nothing. */
export function hasTrailer({ message }: CommitRecord, key: string, value: string): boolean {
  const trailers = message.trimEnd().split('\n\n').at(-1)?.split('\n') ?? [];
  return trailers.includes(`${key}: ${value}`);
}
