import { createHash } from 'node:crypto';
import type { Project, ProjectView } from '@tamma/contracts';
import {
  type AnyEvent,
  cutMiddle,
  type Issue,
  judgeEligibility,
  scoreIssue,
  type UnreadableIssue,
} from '@tamma/domain';
import type { ClaimedIssue } from '@tamma/store';
import type { WorkflowPlan } from '@tamma/workflow';
import { type ClaimDeps, claimIssue, fingerprintOf } from '../use-cases/claim-issue.ts';
import { orchestratorEvent, titleOf } from '../use-cases/facts.ts';

export type IssueView = ProjectView['intake']['issues'][number];

/** Longest text of a stranger that is repeated in a reason, in characters. */
const REASON_LENGTH_MAX = 500;

export interface JudgeRequest {
  readonly project: Project;
  readonly plan: WorkflowPlan;
  readonly issue: Issue;
  /** The claim that is open already. */
  readonly claim: ClaimedIssue | undefined;
  readonly isHeldBack: boolean;
}

export interface Judgement {
  readonly view: IssueView;
  /** Null for an issue that is being worked on. */
  readonly event: AnyEvent | null;
}

/** Judges one issue and claims it when it may be taken. */
export async function judgeIssue(deps: ClaimDeps, request: JudgeRequest): Promise<Judgement> {
  const { project, issue, claim, isHeldBack } = request;
  const view = { number: issue.number, title: titleOf(issue), eligible: true, reasons: [] };
  if (claim !== undefined) {
    const { workflowId, score } = claim;
    return { view: { ...view, score, workflowId }, event: null };
  }
  const fingerprint = fingerprintOf(issue);
  const earlier = await deps.claims.findEarlier(project.id, issue.number);
  const rules = project.eligibility;
  const verdict = judgeEligibility({ issue, rules, fingerprint, self: project.account, earlier });
  const reasons = verdict.reasons.map((reason) => cutMiddle(reason, REASON_LENGTH_MAX));
  const event = verdictEvent({ project, issue, reasons, fingerprint }, deps.now());
  if (!verdict.eligible || isHeldBack) {
    return { view: { ...view, eligible: verdict.eligible, reasons, score: null, workflowId: null }, event };
  }
  const result = await claimIssue(deps, request);
  const workflowId = result.claimed ? result.head.workflowId : result.workflowId;
  const score = result.claimed ? result.head.score : null;
  return { view: { ...view, score, workflowId }, event };
}

/** How an issue is shown that could not be judged at all. */
export function unjudgedView(issue: Issue, error: Error): IssueView {
  const reasons = [`it could not be judged: ${cutMiddle(error.message, REASON_LENGTH_MAX)}`];
  const { number } = issue;
  return { number, title: titleOf(issue), eligible: false, reasons, score: null, workflowId: null };
}

interface Judged {
  readonly project: Project;
  readonly issue: Issue;
  readonly reasons: readonly string[];
  readonly fingerprint: string;
}

/** The id holds the verdict, so the same judgement of the same text is one fact however often it is made. */
function verdictEvent({ project, issue, reasons, fingerprint }: Judged, nowMs: number): AnyEvent {
  const about = { project: project.id, issue: issue.number, title: titleOf(issue) };
  const id = `issue.${project.id}.${issue.number}.${shortHash(fingerprint + reasons.join())}`;
  if (reasons.length > 0) {
    return orchestratorEvent(
      id,
      { type: 'ISSUE.JUDGED.INELIGIBLE', data: { ...about, reasons: [...reasons] } },
      { nowMs },
    );
  }
  const score = scoreIssue(issue, project.priority, project.account, nowMs);
  return orchestratorEvent(id, { type: 'ISSUE.JUDGED.ELIGIBLE', data: { ...about, score } }, { nowMs });
}

/** The same file with the same fault is one fact. */
export function unreadableEvent(project: Project, unreadable: UnreadableIssue, nowMs: number): AnyEvent {
  const { source, reason, remedy } = unreadable;
  const id = `issue.${project.id}.unreadable.${shortHash(source + reason)}`;
  const data = {
    project: project.id,
    source: cutMiddle(source, REASON_LENGTH_MAX),
    reason: cutMiddle(reason, REASON_LENGTH_MAX),
    remedy: cutMiddle(remedy, REASON_LENGTH_MAX),
  };
  return orchestratorEvent(id, { type: 'ISSUE.READ.FAILED', data }, { nowMs });
}

function shortHash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
