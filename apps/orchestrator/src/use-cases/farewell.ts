import { type Issue, statusMarker, WORKING_LABEL, type WorkflowState } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { Claims, OpenClaim, RecordReader } from '@tamma/store';
import type { TakeTurn } from '../services/turns.ts';
import type { WatchedProject } from '../services/watched-project.ts';
import { createStatusText } from '../status/status-text.ts';
import { fingerprintOf } from './claim-issue.ts';
import { closeWork, deleteUnusedBranch } from './close-work.ts';
import { editedEvent, isEdited } from './edited-issue.ts';
import { findSolver } from './find-solver.ts';

export interface FarewellDeps {
  readonly projects: readonly WatchedProject[];
  readonly reader: RecordReader;
  readonly eventLog: EventLog;
  readonly claims: Claims;
  /** Shared with whoever writes the texts before the last one. */
  readonly takeCommentTurn: TakeTurn;
  readonly now: () => number;
}

interface Ended {
  readonly claim: OpenClaim;
  readonly state: WorkflowState;
  readonly watched: WatchedProject;
}

/**
 * Says on the issue of a workflow that has ended what came of it, and takes our mark off. What was made for a text that
 * somebody edited is taken away. Everything here may be done twice. Throws when the platform does not let it.
 */
export async function bidFarewell(deps: FarewellDeps, claim: OpenClaim): Promise<void> {
  const { workflowId, head } = claim;
  const watched = deps.projects.find(({ project }) => project.id === head.project.id);
  // A task on its own has no issue behind it, and a project may have left the configuration.
  if (watched === undefined || head.task !== null) return;
  const { state } = await deps.reader.readSnapshot(workflowId);
  if (state === null) return;
  const issue = await watched.platform.readIssue(head.issue.number);
  const ended = await takeBack(deps, { claim, state, watched }, issue);
  await deleteUnusedBranch(deps, { state, platform: watched.platform });
  if (issue === null) return;
  await say(deps, ended, issue);
  await letGo(ended, issue);
  // What changed while it was worked on is no reason to begin again once it has ended: somebody may have stopped it.
  if (isEdited(head.issue, issue)) return;
  await deps.claims.setFingerprint(workflowId, fingerprintOf(issue));
}

/** What was merged stays assigned to whoever made it; all else is anybody's again. */
async function letGo({ state, watched: { project, platform } }: Ended, issue: Issue): Promise<void> {
  const isMarked = issue.labels.includes(WORKING_LABEL);
  const isOurs = issue.assignee?.toLowerCase() === project.account.toLowerCase();
  const isLeft = isOurs && state.startedAt !== null && state.mergeCommit === null;
  if (!isMarked && !isLeft) return;
  await platform.markIssue(issue.number, {
    ...(isMarked ? { labelsRemoved: [WORKING_LABEL] } : {}),
    ...(isLeft ? { assignee: null } : {}),
  });
}

/** What was made for a text that is no longer there goes away, and what somebody else makes as well. */
async function takeBack(deps: FarewellDeps, ended: Ended, issue: Issue | null): Promise<Ended> {
  const { claim, state, watched } = ended;
  if (state.status !== 'cancelled' || state.mergeCommit !== null || state.startedAt === null) return ended;
  const isOther = issue !== null && isEdited(claim.head.issue, issue);
  if (state.wasEdited || isOther) return takeBackEdited(deps, ended);
  const why = await whySolvedElsewhere(ended);
  if (why !== null) await closeWork(deps, { state, why, platform: watched.platform });
  return ended;
}

/** Whoever found out that it was edited: a look at the issue, or a step. */
async function takeBackEdited(deps: FarewellDeps, ended: Ended): Promise<Ended> {
  const { id: workflowId, issue, wasEdited } = ended.state;
  const edited = `issue #${issue} was edited while it was worked on`;
  if (!wasEdited) {
    await deps.eventLog.appendOnce(editedEvent({ workflowId, issue, why: edited, nowMs: deps.now() }));
  }
  const why = `${edited}, so this answers a text that is no longer there`;
  await closeWork(deps, { state: ended.state, why, platform: ended.watched.platform });
  return { ...ended, state: { ...ended.state, wasEdited: true } };
}

async function whySolvedElsewhere({ claim, state, watched }: Ended): Promise<string | null> {
  if (state.branch === null) return null;
  const open = await watched.platform.listOpenPullRequests();
  const solver = await findSolver(watched.platform, claim, open);
  return solver === null
    ? null
    : `pull request #${solver.number} of "${solver.author}" closes issue #${state.issue}`;
}

/** What was never begun was never spoken of. */
async function say(deps: FarewellDeps, { state, watched }: Ended, issue: Issue): Promise<void> {
  if (state.startedAt === null && !issue.labels.includes(WORKING_LABEL)) return;
  const text = await createStatusText(deps)(watched.project, state);
  await deps.takeCommentTurn(() =>
    watched.platform.ensureComment(issue.number, statusMarker(state.id), text),
  );
}
