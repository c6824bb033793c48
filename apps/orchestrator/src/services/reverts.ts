import { type AnyEvent, REVERTED_LABEL, reportError, toError, type WorkflowState } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { GitPlatform } from '@tamma/git-platform';
import type { Inbox, RecordReader } from '@tamma/store';
import { orchestratorEvent } from '../use-cases/facts.ts';
import { readAll } from '../use-cases/read-all.ts';
import { findReverts, type Revert } from './find-reverts.ts';
import type { WatchedProject } from './watched-project.ts';

const COMMITS_MAX = 30;
const LOOK = 'reverts';

export interface RevertDeps {
  readonly reader: RecordReader;
  readonly inbox: Pick<Inbox, 'readCursor' | 'writeCursor'>;
  readonly eventLog: EventLog;
  readonly requireLead: () => Promise<void>;
  readonly now: () => number;
}

export interface RevertWatch {
  /** Reopens the issues whose merge was taken back. Answers what went wrong, and throws when the platform is away. */
  look(watched: WatchedProject): Promise<Error | null>;
}

/** Each revert is dealt with once, also by whoever leads next: a person may have decided otherwise since. */
export function createRevertWatch(deps: RevertDeps): RevertWatch {
  /** The commit a project's base was at when everything was dealt with. */
  const settledAt = new Map<string, string>();

  const dealWith = async ({ project, platform }: WatchedProject): Promise<void> => {
    const commits = await platform.listCommits(project.baseBranch, COMMITS_MAX);
    const [head] = commits;
    if (head === undefined || settledAt.get(project.id) === head.hash) return;
    const reverts = findReverts(commits, project.repository);
    if (reverts.length > 0) await takeUp(deps, { project, platform, reverts });
    settledAt.set(project.id, head.hash);
  };

  return {
    look: async (watched) => {
      try {
        await dealWith(watched);
        return null;
      } catch (thrown) {
        if (['network', 'rate-limit'].includes(reportError(thrown).class)) throw thrown;
        return new Error(`reverts were not looked for: ${toError(thrown).message}`);
      }
    },
  };
}

interface Found extends Pick<WatchedProject, 'project' | 'platform'> {
  readonly reverts: readonly Revert[];
}

async function takeUp(deps: RevertDeps, { project, platform, reverts }: Found): Promise<void> {
  const known = await deps.inbox.readCursor(project.id, LOOK);
  const handled = new Set(known?.split(' '));
  const news = reverts.filter(({ revertCommit }) => !handled.has(revertCommit));
  if (news.length === 0) return;
  const merged = await readMerged(deps.reader, project.id);
  for (const revert of news) {
    const state = merged.find((one) => isTakenBack(one, revert));
    if (state !== undefined) await reopen(deps, { state, revert, platform });
  }
  // Only those that may be seen again have to be remembered.
  const all = reverts.map(({ revertCommit }) => revertCommit);
  await deps.inbox.writeCursor(project.id, LOOK, all.join(' '));
}

async function readMerged(reader: RecordReader, project: string): Promise<readonly WorkflowState[]> {
  const ended = await readAll(reader, { status: 'completed', project });
  return ended.filter(({ result, issue }) => result === 'merged' && issue > 0);
}

function isTakenBack({ mergeCommit, commits, pullRequest }: WorkflowState, revert: Revert): boolean {
  const head = commits.at(-1)?.hash;
  if (revert.commits.some((one) => one === mergeCommit || one === head)) return true;
  return pullRequest !== null && revert.pullRequests.includes(pullRequest.number);
}

interface Taken {
  readonly state: WorkflowState;
  readonly revert: Revert;
  readonly platform: GitPlatform;
}

/** Everything here may be done twice: it is remembered as dealt with only at its end. */
async function reopen(deps: RevertDeps, { state, revert, platform }: Taken): Promise<void> {
  const { issue } = state;
  if ((await platform.readIssue(issue)) === null) return;
  await deps.requireLead();
  const { revertCommit } = revert;
  // The label first: an open issue without it would be taken again at once.
  await platform.markIssue(issue, { labelsAdded: [REVERTED_LABEL] });
  await platform.reopenIssue(issue);
  await platform.ensureComment(issue, `tamma:reverted:${revertCommit}`, describe(state, revert));
  await deps.eventLog.appendOnce(reopenedEvent(state, revertCommit, deps.now()));
}

function reopenedEvent({ id, issue, mergeCommit }: WorkflowState, revertCommit: string, nowMs: number) {
  const data = { issue, mergeCommit: mergeCommit ?? '', revertCommit };
  const event: AnyEvent = orchestratorEvent(
    `${id}.reverted.${revertCommit}`,
    { type: 'ISSUE.REOPENED.SUCCESS', data },
    { workflowId: id, nowMs },
  );
  return event;
}

function describe({ id, mergeCommit, pullRequest }: WorkflowState, { revertCommit }: Revert): string {
  const merged = pullRequest === null ? 'Its change' : `Pull request #${pullRequest.number}`;
  const commit = mergeCommit === null ? '' : ` (${mergeCommit})`;
  return [
    `${merged}${commit} was taken back by ${revertCommit}, so this issue is open again (workflow \`${id}\`).`,
    `Nobody works on it while it has the label \`${REVERTED_LABEL}\`: say what was wrong, then take the label off.`,
  ].join('\n\n');
}
