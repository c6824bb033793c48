import { parseId, parseIssue } from './arguments.ts';

/** An issue by its address on a platform; the repository is `owner/name`. */
export interface IssueAddress {
  readonly kind: 'address';
  readonly repository: string;
  readonly issue: number;
}

/** What can be explained, as a person names it. */
export type Explainable =
  | { readonly kind: 'workflow'; readonly id: string }
  | { readonly kind: 'issue'; readonly project: string; readonly issue: number }
  | IssueAddress;

const ADDRESS = /^https?:\/\/[^/\s]+\/([\w.-]+\/[\w.-]+)\/issues\/(\d+)\/?(?:[?#].*)?$/;

/** `textkit-4.r1`, `textkit#4` or `https://github.com/acme/till/issues/7`. Throws an InvalidArgumentError. */
export function parseExplainable(text: string): Explainable {
  const whole = text.trim();
  const [, repository, number] = ADDRESS.exec(whole) ?? [];
  if (repository !== undefined && number !== undefined) {
    return { kind: 'address', repository, issue: parseIssue(number) };
  }
  const mark = whole.lastIndexOf('#');
  if (mark < 0) return { kind: 'workflow', id: parseId(whole) };
  const [project, issue] = [whole.slice(0, mark), whole.slice(mark + 1)];
  return { kind: 'issue', project: parseId(project), issue: parseIssue(issue) };
}
