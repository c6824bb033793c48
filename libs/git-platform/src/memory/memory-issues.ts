import { type Issue, normalizeLabels, type UnreadableIssue } from '@tamma/domain';
import type { GitPlatform, IssueMarks } from '../git-platform.ts';
import { isMarkedWith, markedText } from '../marked-comment.ts';
import { issueMissing } from '../platform-errors.ts';

export interface MemoryComment {
  readonly author: string;
  readonly text: string;
}

type IssuePort = Pick<
  GitPlatform,
  'listOpenIssues' | 'readIssue' | 'markIssue' | 'ensureComment' | 'closeIssue'
>;

export interface MemoryIssues extends IssuePort {
  addIssue(issue: Issue): void;
  addUnreadable(record: UnreadableIssue): void;
  addComment(issue: number, comment: MemoryComment): void;
  readComments(issue: number): readonly MemoryComment[];
}

export function createMemoryIssues(account: string): MemoryIssues {
  const issues = new Map<number, Issue>();
  const comments = new Map<number, MemoryComment[]>();
  const unreadable: UnreadableIssue[] = [];
  const edit = (number: number, change: (issue: Issue) => Partial<Issue>) => {
    const issue = issues.get(number);
    if (issue === undefined) throw issueMissing(number);
    issues.set(number, { ...issue, ...change(issue) });
  };
  const commentsOf = (number: number) => {
    const found = comments.get(number) ?? [];
    comments.set(number, found);
    return found;
  };
  return {
    addIssue: (issue) => void issues.set(issue.number, { ...issue, labels: normalizeLabels(issue.labels) }),
    addUnreadable: (record) => void unreadable.push(record),
    addComment: (number, comment) => void commentsOf(number).push(comment),
    readComments: (number) => [...commentsOf(number)],
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
    ensureComment: async (number, marker, body) => {
      if (!issues.has(number)) throw issueMissing(number);
      const ours = { author: account, text: markedText(marker, body) };
      const all = commentsOf(number);
      const index = all.findIndex((one) => one.author === account && isMarkedWith(marker, one.text));
      all.splice(index < 0 ? all.length : index, 1, ours);
    },
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
