import { createHash } from 'node:crypto';
import type { Project, WorkflowHead } from '@tamma/contracts';
import {
  type AnyEvent,
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
import { systemEvent, titleOf } from './facts.ts';

export interface ClaimDeps {
  readonly claims: Claims;
  readonly eventLog: EventLog;
  readonly escalationDeadlineMs: number;
  readonly now: () => number;
}

export interface ClaimRequest {
  readonly project: Project;
  readonly plan: WorkflowPlan;
  readonly issue: Issue;
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
  if (result.claimed) await deps.eventLog.append([createdEvent(result.head, nowMs)]);
  return result;
}

function buildHead(
  deps: ClaimDeps,
  { project, plan, issue }: ClaimRequest,
  { run, score, nowMs }: { run: number; score: number; nowMs: number },
): WorkflowHead {
  const workflowId = workflowIdOf(project.id, issue.number, run);
  return {
    workflowId,
    run,
    score,
    sessionKey: sessionKeyOf(workflowId, nowMs),
    project,
    issue: { ...issue, labels: [...issue.labels] },
    template: { name: plan.name, hash: plan.hash, steps: [...plan.steps] },
    escalationDeadlineMs: deps.escalationDeadlineMs,
  };
}

export function createdEvent(head: WorkflowHead, nowMs: number): AnyEvent {
  const { workflowId, project, issue, template, score, run } = head;
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
  };
  return systemEvent(
    `${workflowId}.created`,
    { type: 'WORKFLOW.STATE.CREATED', data },
    { workflowId, nowMs },
  );
}
