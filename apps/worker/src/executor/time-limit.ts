import type { PlannedStep } from '@tamma/contracts';
import type { ErrorReport } from '@tamma/domain';
import type { AttemptRequest, BegunAttempt } from './attempt.ts';

/** How long an attempt may run: what its step may, and no longer than its workflow has left. Not above zero: no time. */
export function limitOf({ begun, step }: Pick<AttemptRequest, 'begun' | 'step'>): number {
  return Math.min(step.timeoutMs, leftMs(begun));
}

export function refuseOvertime(begun: BegunAttempt): ErrorReport | null {
  return leftMs(begun) > 0 ? null : overtime(begun);
}

/** What an attempt is told that ran into its limit. */
export function timeoutError(request: Pick<AttemptRequest, 'begun' | 'step'>): ErrorReport {
  const { begun, step } = request;
  return leftMs(begun) < step.timeoutMs ? overtime(begun) : stepTimeout(step);
}

function leftMs({ head, activeMs }: BegunAttempt): number {
  return head.activeLimitMs - activeMs;
}

function overtime({ head }: BegunAttempt): ErrorReport {
  return {
    code: 'WORKFLOW_TIME_LIMIT',
    class: 'system',
    message: `workflow ${head.workflowId} has used its ${head.activeLimitMs} ms of active time`,
    remedy:
      'look at what took so long; a retry gives it the same time once more, workflow.activeLimit gives more to new workflows',
  };
}

function stepTimeout({ timeoutMs }: PlannedStep): ErrorReport {
  return {
    code: 'TIMEOUT',
    class: 'system',
    message: `the step ran longer than its limit of ${timeoutMs} ms`,
    remedy: 'look at what took so long, or give the step more time in the template',
  };
}
