import { TammaError } from '@tamma/domain';

/** Errors that every adapter words the same. */

export function issueMissing(number: number): TammaError {
  return new TammaError('ISSUE_MISSING', `there is no issue ${number}`, {
    class: 'validation',
    remedy: 'Check the number; the issue may have been deleted.',
  });
}

export function branchMissing(name: string): TammaError {
  return new TammaError('BRANCH_MISSING', `there is no branch "${name}"`, {
    class: 'validation',
    remedy: 'Push the branch, or name one that exists.',
  });
}

export function pullRequestMissing(number: number): TammaError {
  return new TammaError('PULL_REQUEST_MISSING', `there is no pull request ${number}`, {
    class: 'validation',
    remedy: 'Check the number; its record may have been deleted.',
  });
}

export function pullRequestEmpty(head: string, base: string): TammaError {
  return new TammaError('PULL_REQUEST_EMPTY', `"${head}" holds no commit that "${base}" lacks`, {
    class: 'validation',
    remedy: 'Push a commit to the branch first.',
  });
}
