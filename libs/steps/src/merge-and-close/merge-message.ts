import type { Issue } from '@tamma/domain';
import type { MergeMethod } from '@tamma/git-platform';
import { quietMessage } from '../quiet-text.ts';
import { WORKFLOW_TRAILER } from '../trailers.ts';

export interface MergeSubject {
  readonly issue: Pick<Issue, 'number' | 'title'>;
  /** Of the pull request. */
  readonly number: number;
  readonly workflowId: string;
}

/** A squashed change is one commit that speaks for all: it names the workflow as they did. */
export function mergeMessage(method: MergeMethod, { issue, number, workflowId }: MergeSubject): string {
  const title = quietMessage(issue.title.replaceAll(/\s+/g, ' ').trim());
  const closes = `Closes #${issue.number}.`;
  return method === 'squash'
    ? `${title} (#${number})\n\n${closes}\n\n${WORKFLOW_TRAILER}: ${workflowId}`
    : `Merge pull request #${number}: ${title}\n\n${closes}`;
}
