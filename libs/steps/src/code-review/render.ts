import type { CommitRecord } from '@tamma/domain';
import type { Change } from '@tamma/workspace';
import { type ReviewAnswer, sortFindings } from './answer.ts';

export interface ReviewedChange {
  readonly change: Change;
  readonly commits: readonly CommitRecord[];
  /** Why the tests pass without the change, too; undefined where they do not. */
  readonly testsCannotFail: string | undefined;
}

/** CHANGES.md: what people read who decide about the change. */
export function renderChanges(answer: ReviewAnswer, reviewed: ReviewedChange): string {
  const { change, commits, testsCannotFail } = reviewed;
  const files = change.files.map((file) => `- \`${file.path}\` (+${file.additions} -${file.deletions})`);
  const additions = change.files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = change.files.reduce((sum, file) => sum + file.deletions, 0);
  const related = commits.map((commit) => `- ${commit.hash.slice(0, 7)} ${commit.message.split('\n')[0]}`);
  return [
    '# Changes',
    `## Overview\n\n${answer.changes}`,
    `## Modified Files\n\n${files.join('\n')}`,
    `## Diff Summary\n\n${change.files.length} files, ${additions} lines added, ${deletions} removed.`,
    `## Related Commits\n\n${related.join('\n')}`,
    ...(testsCannotFail === undefined ? [] : [renderUnproven(testsCannotFail)]),
    `## Review\n\n${renderReview(answer)}`,
  ].join('\n\n');
}

function renderUnproven(why: string): string {
  return `## Tests\n\n${why}`;
}

export function renderReview(answer: ReviewAnswer): string {
  const findings = sortFindings(answer).map(
    ({ severity, path, line, note }) => `- ${severity}: \`${path}:${line}\` ${note}`,
  );
  const checks = answer.acceptance.map(
    ({ check, met, evidence }) => `- [${met ? 'x' : ' '}] ${check}${evidence === '' ? '' : `: ${evidence}`}`,
  );
  const parts = [answer.summary, checks.join('\n'), findings.join('\n')];
  return parts.filter((part) => part !== '').join('\n\n');
}
