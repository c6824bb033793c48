import type { Project } from '@tamma/contracts';
import type { Issue } from '@tamma/domain';
import { type JudgeDeps, whyNot } from '../services/judging.ts';
import { createScene, listPullRequests } from '../services/surroundings.ts';
import type { WatchedProject } from '../services/watched-project.ts';
import { claimIssue, type Submission } from './claim-issue.ts';

export interface SubmitDeps extends JudgeDeps {
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
  const reasons = await whyNot(deps, { project, issue, around: await lookAround(watched, issue) });
  const isRefused = issue.state !== 'open' || request.rules === 'kept';
  if (reasons.length > 0 && isRefused) return { kind: 'not-eligible', reasons };
  const taken = reasons.length > 0 ? withoutRules(project) : project;
  const result = await claimIssue(deps, { project: taken, plan, issue, submitted: request.submitted });
  return result.claimed
    ? { kind: 'claimed', workflowId: result.head.workflowId }
    : { kind: 'open-already', workflowId: result.workflowId };
}

async function lookAround({ project, platform }: WatchedProject, issue: Issue) {
  const { issues } = await platform.listOpenIssues();
  const pullRequests = await listPullRequests(project, platform);
  return createScene(project, { issues, pullRequests }).around(issue);
}

/** The workflow's own copy of its project: its first step looks at the rules again. */
function withoutRules(project: Project): Project {
  const eligibility = {
    labelsRequired: [],
    labelsExcluded: [],
    authorsTrusted: [],
    rolesTrusted: [],
    milestones: [],
    ageMin: 0,
    skipAssigned: false,
    bodyMinLength: 0,
    justification: { headings: [], labels: [] },
    skipBlocked: false,
    skipWithPullRequest: false,
    skipDuplicates: false,
  };
  return { ...project, eligibility };
}
