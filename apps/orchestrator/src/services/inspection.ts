import { type AnyEvent, type Issue, reportError, toError, type UnreadableIssue } from '@tamma/domain';
import type { ClaimedIssues } from './claimed-issues.ts';
import { type IssueView, type JudgeDeps, judgeIssue, unjudgedView, unreadableEvent } from './judging.ts';
import type { RevertWatch } from './reverts.ts';
import { createScene, listPullRequests } from './surroundings.ts';
import type { VerdictBook } from './verdict-book.ts';
import type { WatchedProject } from './watched-project.ts';

export type Tell = (events: readonly AnyEvent[]) => Promise<void>;

/** What one process keeps between its looks. */
export interface InspectionParts {
  readonly claimedIssues: ClaimedIssues;
  readonly verdictBook: VerdictBook;
  readonly reverts: RevertWatch;
  readonly tell: Tell;
}

export interface Inspection {
  readonly watched: WatchedProject;
  readonly isHeldBack: boolean;
}

export interface Inspected {
  /** ISO 8601; from before anything was read. */
  readonly lastPassAt: string;
  readonly issues: readonly IssueView[];
  readonly unreadable: readonly UnreadableIssue[];
  readonly problem: Error | null;
}

/** Looks after what is worked on, and judges every open issue. One that makes trouble does not hide the others. */
export async function inspect(
  deps: JudgeDeps,
  parts: InspectionParts,
  { watched, isHeldBack }: Inspection,
): Promise<Inspected> {
  const { project, plan, platform } = watched;
  const lastPassAt = new Date(deps.now()).toISOString();
  const { issues, unreadable } = await platform.listOpenIssues();
  const pullRequests = await listPullRequests(project, platform);
  const scene = createScene(project, { issues, pullRequests });
  const { claimed, problem: claimProblem } = await parts.claimedIssues.attend({ watched, issues, scene });
  // A story that comes back is marked as such before its issue is judged.
  const revertProblem = await parts.reverts.look(watched);
  const numbers = issues.map(({ number }) => number);
  const worked = await deps.claims.findWorked(project.id, numbers);
  const seen: IssueView[] = [];
  let problem = claimProblem ?? revertProblem;
  for (const issue of issues) {
    try {
      const claim = claimed.get(issue.number);
      const isNew = !worked.has(issue.number);
      const request = { project, plan, issue, claim, isHeldBack, isNew, around: scene.around };
      const { view, event } = await judgeIssue(deps, request);
      if (event !== null) await parts.tell([event]);
      seen.push(view);
    } catch (thrown) {
      problem ??= troubleOf(issue, thrown);
      seen.push(unjudgedView(issue, toError(thrown)));
    }
  }
  await parts.tell(unreadable.map((one) => unreadableEvent(project, one, deps.now())));
  const isWhole = unreadable.length === 0;
  await parts.verdictBook.keep({ project: project.id, views: seen, isWhole, platform });
  return { lastPassAt, issues: seen, unreadable, problem };
}

/** A server that does not answer will not answer for the next issue either: that is thrown on. */
function troubleOf(issue: Issue, thrown: unknown): Error {
  if (reportError(thrown).class === 'network') throw thrown;
  return new Error(`issue ${issue.number} could not be judged: ${toError(thrown).message}`);
}
