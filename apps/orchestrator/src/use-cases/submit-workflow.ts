import type { Project } from '@tamma/contracts';
import { judgeEligibility } from '@tamma/domain';
import type { WatchedProject } from '../services/intake.ts';
import { type ClaimDeps, claimIssue, fingerprintOf, type Submission } from './claim-issue.ts';

export interface SubmitDeps extends ClaimDeps {
  readonly projects: readonly WatchedProject[];
  /** Why no new work may be taken now, null when it may. */
  readonly holdBack: () => Promise<string | null>;
}

export interface SubmitRequest {
  readonly project: string;
  readonly issue: number;
  /** Takes an open issue although the project's rules refuse it. */
  readonly rules: 'kept' | 'overridden';
  readonly submitted: Submission;
}

export type Submitted =
  | { readonly kind: 'claimed'; readonly workflowId: string }
  | { readonly kind: 'unknown'; readonly what: 'project' | 'issue' }
  | { readonly kind: 'open-already'; readonly workflowId: string }
  | { readonly kind: 'not-eligible'; readonly reasons: readonly string[] }
  | { readonly kind: 'held-back'; readonly why: string };

/** A person wants an issue worked on now. It is claimed like any other; intake starts it when a slot is free. */
export async function submitWorkflow(deps: SubmitDeps, request: SubmitRequest): Promise<Submitted> {
  const watched = deps.projects.find(({ project }) => project.id === request.project);
  if (watched === undefined) return { kind: 'unknown', what: 'project' };
  const { project, plan, platform } = watched;
  const issue = await platform.readIssue(request.issue);
  if (issue === null) return { kind: 'unknown', what: 'issue' };
  const [open] = await deps.claims.findIssues(project.id, [issue.number]);
  if (open !== undefined) return { kind: 'open-already', workflowId: open.workflowId };
  const why = await deps.holdBack();
  if (why !== null) return { kind: 'held-back', why };
  const earlier = await deps.claims.findEarlier(project.id, issue.number);
  const fingerprint = fingerprintOf(issue);
  const { reasons } = judgeEligibility({
    issue,
    rules: project.eligibility,
    fingerprint,
    self: project.account,
    earlier,
  });
  const isRefused = issue.state !== 'open' || request.rules === 'kept';
  if (reasons.length > 0 && isRefused) return { kind: 'not-eligible', reasons };
  const taken = reasons.length > 0 ? withoutRules(project) : project;
  const result = await claimIssue(deps, { project: taken, plan, issue, submitted: request.submitted });
  return result.claimed
    ? { kind: 'claimed', workflowId: result.head.workflowId }
    : { kind: 'open-already', workflowId: result.workflowId };
}

/** The workflow's own copy of its project: its first step looks at the rules again. */
function withoutRules(project: Project): Project {
  const eligibility = {
    labelsRequired: [],
    labelsExcluded: [],
    authorsTrusted: [],
    skipAssigned: false,
    bodyMinLength: 0,
  };
  return { ...project, eligibility };
}
