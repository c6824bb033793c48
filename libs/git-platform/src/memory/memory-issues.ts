import { type Issue, normalizeLabels, type UnreadableIssue } from '@tamma/domain';
import type { GitPlatform, IssueMarks } from '../git-platform.ts';
import { issueMissing } from '../platform-errors.ts';
import type { MemoryState } from './memory-state.ts';

type IssuePort = Pick<
  GitPlatform,
  'listOpenIssues' | 'readIssue' | 'markIssue' | 'closeIssue' | 'reopenIssue'
>;

export interface MemoryIssues extends IssuePort {
  /** Makes the issue, or writes it anew, as a person's edit does. */
  addIssue(issue: Issue): void;
  /** As if it had been deleted, or moved to another repository. */
  removeIssue(number: number): void;
  addUnreadable(record: UnreadableIssue): void;
}

export function createMemoryIssues({ issues, pullRequests, unreadable }: MemoryState): MemoryIssues {
  const edit = (number: number, change: (issue: Issue) => Partial<Issue>) => {
    const issue = issues.get(number);
    if (issue === undefined) throw issueMissing(number);
    issues.set(number, { ...issue, ...change(issue) });
  };
  return {
    addIssue: (issue) => {
      if (pullRequests.has(issue.number)) throw new Error(`${issue.number} is a pull request already`);
      issues.set(issue.number, { ...issue, labels: normalizeLabels(issue.labels) });
    },
    removeIssue: (number) => void issues.delete(number),
    addUnreadable: (record) => void unreadable.push(record),
    listOpenIssues: async () => {
      const open = [...issues.values()].filter((issue) => issue.state === 'open');
      return {
        issues: open.toSorted((one, other) => one.number - other.number),
        unreadable: [...unreadable],
      };
    },
    readIssue: async (number) => issues.get(number) ?? null,
    markIssue: async (number, marks) => edit(number, (issue) => marked(issue, marks)),
    closeIssue: async (number) => edit(number, () => ({ state: 'closed' })),
    reopenIssue: async (number) => edit(number, () => ({ state: 'open' })),
  };
}

function marked(
  issue: Issue,
  { labelsAdded = [], labelsRemoved = [], assignee }: IssueMarks,
): Partial<Issue> {
  const removed = normalizeLabels(labelsRemoved);
  const labels = issue.labels.filter((label) => !removed.includes(label));
  return {
    labels: normalizeLabels([...labels, ...labelsAdded]),
    assignee: assignee === undefined ? issue.assignee : assignee,
  };
}
