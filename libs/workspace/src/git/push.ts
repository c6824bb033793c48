import { TammaError } from '@tamma/domain';
import type { PushResult } from '../workspace.ts';
import { branchReference } from './checkout.ts';
import type { Git } from './git.ts';
import type { Remote } from './remote.ts';

export interface PushTarget {
  readonly remote: Remote;
  readonly branch: string;
  /** Commit the branch must be at; empty when it must not exist. */
  readonly expected: string;
}

const COMMIT_PATTERN = /^([0-9a-f]{40}|[0-9a-f]{64})?$/;
const DETAIL_MAX_CHARACTERS = 500;
/** A host may refuse a push by its rules with an answer that looks like a broken call. */
const RULES_PATTERN = /\bGH0\d\d\b|protected branch|repository rule violations/i;

export async function pushHead(git: Git, { remote, branch, expected }: PushTarget): Promise<PushResult> {
  const reference = await branchReference(git, branch);
  // An abbreviated or symbolic lease would be resolved here, not there.
  if (!COMMIT_PATTERN.test(expected)) throw badLease(expected);
  const commit = await git.text(['rev-parse', '--verify', 'HEAD^{commit}']);
  const options = ['--porcelain', '--no-verify', '--no-follow-tags', '--recurse-submodules=no'];
  const lease = `--force-with-lease=${reference}:${expected}`;
  const args = ['push', ...options, lease, '--', remote.url, `${commit}:${reference}`];
  const { exitCode, stdout, stderr } = await remote.run(args, {
    accept: [1],
    acceptSaid: RULES_PATTERN,
  });
  if (exitCode === 0) return { kind: 'pushed', commit };
  return { kind: 'refused', detail: refusalOf(stdout.toString('utf8'), stderr) };
}

/** The line `! TAB from:to TAB [rejected] (why)`, and what the other side printed. */
function refusalOf(report: string, stderr: string): string {
  const rejected = report.split('\n').find((line) => line.startsWith('!'));
  const why = rejected?.split('\t').at(-1);
  const remote = stderr.split('\n').filter((line) => line.startsWith('remote:'));
  const detail = why === undefined ? stderr.trim() : [why, ...remote].join('\n');
  return detail.slice(0, DETAIL_MAX_CHARACTERS);
}

function badLease(expected: string): TammaError {
  return new TammaError(
    'GIT_LEASE',
    `${JSON.stringify(expected)} is no full commit id to expect the branch at`,
    {
      class: 'validation',
      remedy: 'Give the full commit id, or nothing when the branch must not exist yet.',
    },
  );
}
