import { createHash } from 'node:crypto';
import type { Project, ProjectView } from '@tamma/contracts';
import {
  type AnyEvent,
  cutMiddle,
  type Issue,
  judgeEligibility,
  type Surroundings,
  scoreIssue,
  type UnreadableIssue,
} from '@tamma/domain';
import type { ClaimedIssue, RecordReader } from '@tamma/store';
import type { WorkflowPlan } from '@tamma/workflow';
import { type ClaimDeps, claimIssue, fingerprintOf } from '../use-cases/claim-issue.ts';
import { orchestratorEvent, titleOf } from '../use-cases/facts.ts';

export type IssueView = ProjectView['intake']['issues'][number];

/** Longest text of a stranger that is repeated in a reason, in characters. */
const REASON_LENGTH_MAX = 500;

/** Where the project says `onEdit: stop`. A person who asks for it by name has the rules set aside. */
const STOPPED_BY_EDIT =
  'it was edited while it was worked on, and this project has a person ask for it then (onEdit: stop)';

export interface JudgeRequest {
  readonly project: Project;
  readonly plan: WorkflowPlan;
  readonly issue: Issue;
  /** The claim that is open already. */
  readonly claim: ClaimedIssue | undefined;
  readonly isHeldBack: boolean;
  /** Whether nobody had ever claimed it when the look at the project began. */
  readonly isNew: boolean;
  /** What the look at the project saw around the issue. */
  readonly around: (issue: Issue) => Omit<Surroundings, 'nowMs' | 'restarts'>;
}

export interface JudgeDeps extends ClaimDeps {
  readonly reader: RecordReader;
}

export interface Judgement {
  readonly view: IssueView;
  /** Null for an issue that is being worked on. */
  readonly event: AnyEvent | null;
}

/** Judges one issue and claims it when it may be taken. */
export async function judgeIssue(deps: JudgeDeps, request: JudgeRequest): Promise<Judgement> {
  const { project, issue, claim, isHeldBack, isNew } = request;
  const view = { number: issue.number, title: titleOf(issue), eligible: true, reasons: [] };
  if (claim !== undefined) {
    const { workflowId, score } = claim;
    return { view: { ...view, score, workflowId }, event: null };
  }
  const fingerprint = fingerprintOf(issue);
  const question = { project, issue, around: request.around(issue) };
  const before = await whyNot(deps, { ...question, isNew });
  const isTaken = before.length === 0 && !isHeldBack;
  // Since the look began it may have been worked on, and given up again.
  const reasons = isTaken && isNew ? await whyNot(deps, question) : before;
  const event = verdictEvent({ project, issue, reasons, fingerprint }, deps.now());
  const eligible = reasons.length === 0;
  if (!eligible || isHeldBack) {
    return { view: { ...view, eligible, reasons, score: null, workflowId: null }, event };
  }
  const result = await claimIssue(deps, request);
  const workflowId = result.claimed ? result.head.workflowId : result.workflowId;
  const score = result.claimed ? result.head.score : null;
  return { view: { ...view, score, workflowId }, event };
}

export interface Question extends Pick<JudgeRequest, 'project' | 'issue'> {
  readonly around: ReturnType<JudgeRequest['around']>;
  /** Thousands of issues that were never worked on have no past to ask the record for. */
  readonly isNew?: boolean;
}

/** Every reason why an issue is not taken, empty for one that may be. */
export async function whyNot(
  deps: JudgeDeps,
  { project, issue, around, isNew = false }: Question,
): Promise<string[]> {
  const { claims, now } = deps;
  const { eligibility: rules, account: self } = project;
  const earlier = isNew ? null : await findEarlier(deps, project.id, issue.number);
  const restarts = earlier === null ? 0 : await claims.countRestarts(project.id, issue.number);
  const { reasons } = judgeEligibility({
    issue,
    rules,
    fingerprint: fingerprintOf(issue),
    self,
    earlier,
    around: { ...around, nowMs: now(), restarts },
  });
  const isKept = project.onEdit === 'stop' && restarts > 0;
  const all = isKept ? [...reasons, STOPPED_BY_EDIT] : reasons;
  return all.map((reason) => cutMiddle(reason, REASON_LENGTH_MAX));
}

/** One whose merge was taken back is as good as not made: the label that says so decides, not the text. */
async function findEarlier({ claims, reader }: JudgeDeps, project: string, issue: number) {
  const earlier = await claims.findEarlier(project, issue);
  if (earlier?.status !== 'completed') return earlier;
  const { workflowId } = earlier;
  const reopened = await reader.listEvents({ workflowId, types: ['ISSUE.REOPENED.SUCCESS'], limit: 1 });
  return reopened.length > 0 ? null : earlier;
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
