import type { AnyEvent, WorkflowState } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { GitPlatform } from '@tamma/git-platform';
import type { RecordReader } from '@tamma/store';
import { orchestratorEvent } from './facts.ts';

export interface CloseWorkDeps {
  readonly reader: Pick<RecordReader, 'readChain'>;
  readonly eventLog: Pick<EventLog, 'appendOnce'>;
  readonly now: () => number;
}

export interface CloseWorkRequest {
  readonly state: WorkflowState;
  readonly why: string;
  readonly platform: GitPlatform;
}

/**
 * Closes the pull request of a workflow whose work is void, says why, and deletes its branch. A branch that somebody
 * else moved is theirs by now and stays. Doing it twice equals doing it once.
 */
export async function closeWork(deps: CloseWorkDeps, request: CloseWorkRequest): Promise<void> {
  const { state, platform } = request;
  if (state.branch === null) return;
  await closePullRequest(deps, request);
  const events = (await deps.reader.readChain(state.id)).map(({ event }) => event);
  const commit = leftAt(events);
  if (commit !== null) await platform.deleteBranch(state.branch, commit);
}

/** A branch that nothing was ever put on is of use to nobody, however the work ended. */
export async function deleteUnusedBranch(
  { reader }: Pick<CloseWorkDeps, 'reader'>,
  { state, platform }: Pick<CloseWorkRequest, 'state' | 'platform'>,
): Promise<void> {
  const { branch, commits, pullRequest } = state;
  if (branch === null || commits.length > 0 || pullRequest !== null) return;
  const commit = leftAt((await reader.readChain(state.id)).map(({ event }) => event));
  if (commit !== null) await platform.deleteBranch(branch, commit);
}

async function closePullRequest(
  { eventLog, now }: CloseWorkDeps,
  { state, why, platform }: CloseWorkRequest,
): Promise<void> {
  // By its branch as well: it may have been opened at the very moment the work was stopped.
  const open = await platform.listOpenPullRequests();
  const ours = open.find((one) => one.head === state.branch && !one.isFromFork);
  if (ours === undefined) return;
  const { number } = ours;
  const body = `Closed: ${why} (workflow \`${state.id}\`).`;
  await platform.ensureComment(number, `tamma:closed:${state.id}`, body);
  await platform.closePullRequest(number);
  const fact = { type: 'PR.CLOSED.SUCCESS', data: { number, why } } as const;
  const about = { workflowId: state.id, nowMs: now() };
  await eventLog.appendOnce(orchestratorEvent(`${state.id}.pull-request-closed`, fact, about));
}

/** Where we left the branch; null when we never knew, or somebody else moved it. */
function leftAt(events: readonly AnyEvent[]): string | null {
  let commit: string | null = null;
  for (const event of events) {
    switch (event.type) {
      case 'BRANCH.CREATED.SUCCESS':
        commit = event.data.baseCommit;
        break;
      case 'COMMIT.CREATED.SUCCESS':
        commit = event.data.hash;
        break;
      case 'BRANCH.REBASED.SUCCESS':
        commit = event.data.commit;
        break;
      case 'BRANCH.MOVED.SUCCESS':
        commit = null;
        break;
      default:
        break;
    }
  }
  return commit;
}
