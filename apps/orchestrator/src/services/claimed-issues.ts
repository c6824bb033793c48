import { hasWorkflowEnded, type Issue, reportError, toError } from '@tamma/domain';
import type { GitPlatform, PullRequest } from '@tamma/git-platform';
import type { ClaimedIssue } from '@tamma/store';
import { cancelWorkflow } from '../use-cases/cancel-workflow.ts';
import { editedEvent, isEdited } from '../use-cases/edited-issue.ts';
import { findSolver } from '../use-cases/find-solver.ts';
import { cancelIfClosed, isMerged } from './recovery/closed-issues.ts';
import { readWhole } from './recovery/read-whole.ts';
import type { RepairDeps } from './recovery/repair.ts';
import type { Scene } from './surroundings.ts';
import type { WatchedProject } from './watched-project.ts';

interface ClaimedLook {
  readonly watched: WatchedProject;
  readonly issues: readonly Issue[];
  readonly scene: Scene;
}

interface ClaimedSeen {
  readonly claimed: ReadonlyMap<number, ClaimedIssue>;
  /** What went wrong with one of them; the others were attended to. */
  readonly problem: Error | null;
}

export interface ClaimedIssues {
  /** Stops the work on issues that are closed, gone or edited, or that somebody else solves. */
  attend(look: ClaimedLook): Promise<ClaimedSeen>;
}

/** Watches the issues that are worked on while the work runs. */
export function createClaimedIssues(deps: RepairDeps): ClaimedIssues {
  /** Of each project the issues known as claimed, with the text that was last found to be what was claimed. */
  const known = new Map<string, Map<number, string | null>>();

  const findClaims = async ({ watched, issues }: ClaimedLook): Promise<readonly ClaimedIssue[]> => {
    const { id } = watched.project;
    const before = known.get(id) ?? (await readClaimed(deps, id));
    const numbers = new Set([...issues.map(({ number }) => number), ...before.keys()]);
    const claims = await deps.claims.findIssues(id, [...numbers]);
    known.set(id, new Map(claims.map(({ issue }) => [issue, before.get(issue) ?? null])));
    return claims;
  };

  const attendOne = async (claim: ClaimedIssue, look: ClaimedLook, issue: Issue | undefined) => {
    const { project, platform } = look.watched;
    if (issue === undefined) return void (await cancelIfClosed(deps, { claim, platform }));
    const texts = known.get(project.id);
    const text = `${claim.workflowId} ${JSON.stringify([issue.title, issue.body])}`;
    if (texts?.get(claim.issue) !== text) {
      if (await cancelIfEdited(deps, { claim, issue, platform })) return;
      texts?.set(claim.issue, text);
    }
    const closers = look.scene.closersOf(claim.issue);
    if (closers.length > 0) await cancelIfSolved(deps, { claim, closers, platform });
  };

  return {
    attend: async (look) => {
      const claims = await findClaims(look);
      const open = new Map(look.issues.map((issue) => [issue.number, issue]));
      let problem: Error | null = null;
      for (const claim of claims) {
        try {
          await attendOne(claim, look, open.get(claim.issue));
        } catch (thrown) {
          // A server that does not answer will not answer for the next one either.
          if (['network', 'rate-limit'].includes(reportError(thrown).class)) throw thrown;
          problem ??= new Error(`issue ${claim.issue} was not looked after: ${toError(thrown).message}`);
        }
      }
      return { claimed: new Map(claims.map((claim) => [claim.issue, claim])), problem };
    },
  };
}

async function readClaimed({ claims }: RepairDeps, project: string): Promise<Map<number, string | null>> {
  const open = await claims.listOpen(project);
  return new Map(open.flatMap(({ issue }) => (issue === null ? [] : [[issue, null]])));
}

interface Watched {
  readonly claim: ClaimedIssue;
  readonly platform: GitPlatform;
}

/** True when the issue asks for something else than what was claimed. What is merged, or just being merged, goes on. */
async function cancelIfEdited(
  deps: RepairDeps,
  { claim, issue, platform }: Watched & { readonly issue: Issue },
): Promise<boolean> {
  const { workflowId } = claim;
  const open = await deps.claims.findOpen(workflowId);
  if (open === null || !isEdited(open.head.issue, issue)) return false;
  const { state } = await readWhole(deps, workflowId);
  if (state === null || hasWorkflowEnded(state.status) || (await isMerged(platform, state))) return true;
  await deps.requireLead();
  // Nothing was approved or checked for the old text of one that has not begun: it is only taken anew.
  const hasBegun = state.status !== 'pending';
  const why = `issue #${issue.number} was edited ${hasBegun ? 'while it was worked on' : 'before its work began'}`;
  const told = hasBegun ? [editedEvent({ workflowId, issue: issue.number, why, nowMs: deps.now() })] : [];
  await cancelWorkflow(deps, { workflowId, why, person: null, told });
  return true;
}

/** Somebody who could cancel it in words does so as well with a pull request that closes the issue. */
async function cancelIfSolved(
  deps: RepairDeps,
  { claim, closers, platform }: Watched & { readonly closers: readonly PullRequest[] },
): Promise<void> {
  const { workflowId } = claim;
  const open = await deps.claims.findOpen(workflowId);
  if (open === null) return;
  const solver = await findSolver(platform, open, closers);
  if (solver === null) return;
  const { state } = await readWhole(deps, workflowId);
  if (state === null || hasWorkflowEnded(state.status) || (await isMerged(platform, state))) return;
  await deps.requireLead();
  const why = `pull request #${solver.number} of "${solver.author}" is open and closes issue #${claim.issue}`;
  await cancelWorkflow(deps, { workflowId, why, person: null });
}
