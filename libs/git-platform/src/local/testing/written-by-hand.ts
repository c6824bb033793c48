import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Issue } from '@tamma/domain';
import { buildIssue } from '@tamma/domain/testing';
import { stringify } from 'yaml';
import { z } from 'zod';
import type { NewIssue, SeenComment } from '../../contract.ts';
import type { IssueComment, PullRequestMarks } from '../../git-platform.ts';
import { parseRecord } from '../front-matter.ts';
import { listNames } from '../record-folder.ts';

const CREATED = '2026-01-01T00:00:00.000Z';
const NAME = 'by-hand.md';

/** Files as people write them, not as our own code does. */
export function addIssue(issues: string, author: string) {
  let issuesMade = 0;
  return async (given: NewIssue = {}): Promise<Issue> => {
    issuesMade += 1;
    const issue = buildIssue({ author, createdAt: CREATED, ...given, number: issuesMade });
    const { title, state, labels, assignee, milestone } = issue;
    const values = { title, state, labels, author, assignee, milestone, created: CREATED };
    const name = `${String(issue.number).padStart(3, '0')}-issue.md`;
    await writeFile(join(issues, name), `---\n${stringify(values)}---\n${issue.body}\n`);
    return issue;
  };
}

export function addComment(issues: string, author: string) {
  return async (issue: number, body: string): Promise<IssueComment> => {
    const folder = commentsOf(issues, issue);
    await mkdir(folder, { recursive: true });
    const path = join(folder, NAME);
    await writeFile(path, `---\n${stringify({ author, created: CREATED })}---\n${body}\n`);
    const updatedAt = (await stat(path)).mtime.toISOString();
    const id = `${issue}/${NAME}`;
    const who = { author, authorKind: 'person', authorRole: 'owner' } as const;
    return { id, issue, ...who, body, createdAt: CREATED, updatedAt };
  };
}

export async function readComments(issues: string, issue: number): Promise<readonly SeenComment[]> {
  const folder = commentsOf(issues, issue);
  const names = (await listNames(folder)).toSorted();
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.map((text) => {
    const record = parseRecord(text);
    if (!record.ok) throw new Error(record.problem.reason);
    const { author } = z.object({ author: z.string() }).parse(record.value.values);
    return { author, text: record.value.body };
  });
}

const marks = z.object({
  labels: z.array(z.string()),
  reviewers: z.array(z.string()),
  teamReviewers: z.array(z.string()),
});

export async function readMarks(paths: readonly string[], number: number): Promise<PullRequestMarks> {
  for (const path of paths) {
    const text = await readFile(path, 'utf8');
    if (!text.includes(`number: ${number}\n`)) continue;
    const record = parseRecord(text);
    if (!record.ok) throw new Error(record.problem.reason);
    return marks.parse(record.value.values);
  }
  throw new Error(`there is no pull request ${number}`);
}

function commentsOf(issues: string, issue: number): string {
  return join(issues, String(issue).padStart(3, '0'), 'comments');
}
