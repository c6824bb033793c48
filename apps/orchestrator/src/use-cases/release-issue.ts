import { statusMarker, toError, WORKING_LABEL, type WorkflowState } from '@tamma/domain';
import type { OpenClaim, RecordReader } from '@tamma/store';
import type { WatchedProject } from '../services/intake.ts';

export interface ReleaseDeps {
  readonly projects: readonly WatchedProject[];
  readonly reader: Pick<RecordReader, 'readSnapshot'>;
  /** Told of each issue whose people could not be told; the record knows all the same. */
  readonly onUntold: (workflowId: string, error: Error) => void;
}

/**
 * Says on the issue of a cancelled workflow that nobody works on it any more, and takes our mark off it. A step that
 * ends its own workflow has done so; a person, or a deadline, has no step that could. Never throws.
 */
export async function releaseIssue(deps: ReleaseDeps, { workflowId, head }: OpenClaim): Promise<void> {
  const platform = deps.projects.find(({ project }) => project.id === head.project.id)?.platform;
  if (platform === undefined) return;
  // A task on its own has no issue behind it.
  if (head.task !== null) return;
  const { number } = head.issue;
  try {
    const { state } = await deps.reader.readSnapshot(workflowId);
    if (state?.status !== 'cancelled') return;
    const issue = await platform.readIssue(number);
    if (issue === null || !issue.labels.includes(WORKING_LABEL)) return;
    await platform.ensureComment(number, statusMarker(workflowId), describe(state));
    await platform.markIssue(number, { labelsRemoved: [WORKING_LABEL] });
  } catch (thrown) {
    deps.onUntold(workflowId, toError(thrown));
  }
}

function describe({ id, cancelledBecause, pullRequest, mergeCommit }: WorkflowState): string {
  const stopped = `Tamma stopped: ${cancelledBecause ?? 'it was cancelled'} (workflow \`${id}\`).`;
  if (pullRequest === null) return stopped;
  const fate = mergeCommit === null ? 'stays open' : `was merged before that, as ${mergeCommit}`;
  return `${stopped} Pull request #${pullRequest.number} ${fate}.`;
}
