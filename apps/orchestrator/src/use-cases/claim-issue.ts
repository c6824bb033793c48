import { createHash } from 'node:crypto';
import type { Project, WorkflowHead } from '@tamma/contracts';
import {
  type AnyEvent,
  cutMiddle,
  type Issue,
  issueFingerprintSource,
  OWN_LABELS,
  scoreIssue,
  sessionKeyOf,
  workflowIdOf,
} from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { ClaimResult, Claims } from '@tamma/store';
import type { WorkflowPlan } from '@tamma/workflow';
import { orchestratorEvent, titleOf } from './facts.ts';

/** Longest name of a sprint that facts carry, in characters. */
const SPRINT_LENGTH_MAX = 200;

export interface ClaimDeps {
  readonly claims: Claims;
  readonly eventLog: EventLog;
  readonly escalationDeadlineMs: number;
  /** Time the attempts of one workflow may run altogether, in milliseconds. */
  readonly activeLimitMs: number;
  readonly now: () => number;
}

export interface ClaimRequest {
  readonly project: Project;
  readonly plan: WorkflowPlan;
  readonly issue: Issue;
  /** Set when a person asked for it, and not intake by itself. */
  readonly submitted?: Submission;
}

export interface Submission {
  /** Name of the person. */
  readonly by: string;
  /** Who may not approve it, having started it; null where everybody is the same `local`. */
  readonly startedBy: string | null;
}

export function fingerprintOf(issue: Issue): string {
  return createHash('sha256').update(issueFingerprintSource(issue, OWN_LABELS)).digest('hex');
}

/** Claims the issue before anything is queued: a unique open row decides, whoever else tries at the same time. */
export async function claimIssue(deps: ClaimDeps, request: ClaimRequest): Promise<ClaimResult> {
  const { project, issue } = request;
  const nowMs = deps.now();
  const score = scoreIssue(issue, project.priority, project.account, nowMs);
  const result = await deps.claims.open({
    project: project.id,
    issue: issue.number,
    score,
    fingerprint: fingerprintOf(issue),
    head: (run) => buildHead(deps, request, { run, score, nowMs }),
  });
  if (result.claimed) {
    await deps.eventLog.appendOnce(createdEvent(result.head, nowMs, request.submitted?.by ?? null));
  }
  return result;
}

function buildHead(
  deps: ClaimDeps,
  { project, plan, issue, submitted }: ClaimRequest,
  { run, score, nowMs }: { run: number; score: number; nowMs: number },
): WorkflowHead {
  const workflowId = workflowIdOf(project.id, issue.number, run);
  return {
    workflowId,
    run,
    score,
    startedBy: submitted?.startedBy ?? null,
    sessionKey: sessionKeyOf(workflowId, nowMs),
    project,
    issue: { ...issue, labels: [...issue.labels], blockedBy: [...issue.blockedBy] },
    template: { name: plan.name, hash: plan.hash, steps: [...plan.steps] },
    escalationDeadlineMs: deps.escalationDeadlineMs,
    activeLimitMs: deps.activeLimitMs,
    task: null,
  };
}

/** Told again, with the same id, when the flow is added: the record keeps the first, which knows the person. */
export function createdEvent(head: WorkflowHead, nowMs: number, person: string | null): AnyEvent {
  const { workflowId, project, issue, template, score, run, task } = head;
  const data = {
    project: project.id,
    platform: project.platform,
    repository: project.repository,
    issue: issue.number,
    title: titleOf(issue),
    template: template.name,
    templateHash: template.hash,
    score,
    run,
    ...(issue.milestone === null ? {} : { sprint: cutMiddle(issue.milestone, SPRINT_LENGTH_MAX) }),
    ...(task === null ? {} : { taskType: task.type }),
  };
  return orchestratorEvent(
    `${workflowId}.created`,
    { type: 'WORKFLOW.STATE.CREATED', data },
    { workflowId, nowMs, person },
  );
}
