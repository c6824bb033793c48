import type { Principal } from '@tamma/domain';
import type { Submission } from '../../use-cases/claim-issue.ts';
import type { Submitted } from '../../use-cases/submit-workflow.ts';
import type { Door } from '../door.ts';
import { HttpProblem, problem, titleOfStatus } from '../problem.ts';

/** Without tokens everybody is the same, so that nobody in particular has started it. */
export function submissionOf({ mode }: Door, { name }: Principal): Submission {
  return { by: name, startedBy: mode === 'none' ? null : name };
}

/** Why nothing was taken, as an answer. */
export function submitRefusal(
  refused: Exclude<Submitted, { kind: 'claimed' }>,
  { project, issue }: { readonly project: string; readonly issue: number },
): HttpProblem {
  switch (refused.kind) {
    case 'unknown':
      return problem(
        404,
        refused.what === 'project'
          ? `there is no project "${project}"`
          : `there is no issue ${issue} in project "${project}"`,
      );
    case 'open-already':
      return problem(409, `workflow ${refused.workflowId} works on issue ${issue} already`);
    case 'held-back':
      return problem(503, `no new work is taken now: ${refused.why}`);
    case 'not-eligible': {
      const errors = refused.reasons.map((message) => ({ path: 'issue', message }));
      const detail = `issue ${issue} of project "${project}" is not eligible`;
      return new HttpProblem({ status: 409, title: titleOfStatus(409), detail, errors });
    }
  }
}
