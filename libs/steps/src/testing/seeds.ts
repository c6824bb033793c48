import { branchNameOf, GATES, type Gate, type RiskLevel } from '@tamma/domain';
import type { Bench } from './bench.ts';
import type { FileChanges } from './repository.ts';

/** What earlier steps left, put there by hand: a test of one step begins right before it. */

export function branchOf({ head }: Bench): string {
  return branchNameOf(head.issue.number, head.issue.title, head.workflowId);
}

export function seedIntake(bench: Bench): void {
  bench.results.set('issue-intake', { issue: bench.head.issue });
}

export function seedPlan(bench: Bench, risk: RiskLevel = 'low'): void {
  bench.results.set('plan-generation', { summary: 'Add it.', risk, planHash: 'hash-of-the-plan' });
  bench.artifacts.set('PLAN.md', '# Plan\n\nAdd it.\n');
}

/** The branch at the head of `main`; returns that commit. */
export async function seedBranch(bench: Bench): Promise<string> {
  seedIntake(bench);
  const baseCommit = await bench.repository.git('rev-parse', 'refs/heads/main');
  const branch = branchOf(bench);
  await bench.repository.git('update-ref', `refs/heads/${branch}`, baseCommit);
  bench.results.set('branch-setup', { branch, base: 'main', baseCommit });
  return baseCommit;
}

/** The branch with one commit on it; returns that commit. */
export async function seedChange(
  bench: Bench,
  files: FileChanges = { 'src/double.js': 'export const double = (n) => 2 * n;\n' },
): Promise<string> {
  await seedBranch(bench);
  const headCommit = await bench.repository.commit(branchOf(bench), files);
  bench.results.set('code-generation', { headCommit, summary: 'Added double.' });
  return headCommit;
}

export function seedGates(bench: Bench, commit: string, gates: readonly Gate[] = GATES): void {
  for (const gate of gates) bench.gates.push({ gate, commit, passed: true, summary: `${gate} is fine` });
}

export function seedReview(bench: Bench, commit: string): void {
  bench.results.set('code-review', { commit, summary: 'Sound.', changes: 'There is a new function.' });
  bench.artifacts.set('CHANGES.md', '# Changes\n\nThere is a new function.\n');
}

export interface OpenPullRequest {
  readonly number: number;
  readonly headCommit: string;
}

/** A pull request whose head passed every gate and was approved: all that a merge needs. */
export async function seedPullRequest(bench: Bench, files?: FileChanges): Promise<OpenPullRequest> {
  const headCommit = await seedChange(bench, files);
  seedPlan(bench);
  seedGates(bench, headCommit);
  seedReview(bench, headCommit);
  const { number, url } = await bench.platform.ensurePullRequest({
    head: branchOf(bench),
    base: 'main',
    issue: bench.head.issue.number,
    title: 'Add double',
    body: 'Closes #1.',
    as: 'ready',
  });
  bench.results.set('pull-request', { number, url, headCommit });
  bench.results.set('merge-approval', { by: 'policy', subject: headCommit });
  return { number, headCommit };
}
