import { randomBytes } from 'node:crypto';
import type { Project, TaskType, WorkflowHead } from '@tamma/contracts';
import { type Capability, sessionKeyOf, taskIdOf } from '@tamma/domain';
import { planOfTask, type WorkflowPlan } from '@tamma/workflow';
import { createdEvent, type Submission } from './claim-issue.ts';
import { type SubmitDeps, type Submitted, submitWorkflow } from './submit-workflow.ts';
import { type LoneTask, readPayload, type SoundTask, titleOfTask, type WrongField } from './task-payload.ts';

export interface TaskSubmission {
  readonly type: TaskType;
  /** As it came in: judged by its type, field by field. */
  readonly payload: unknown;
  /** Absent: the one that the type needs. */
  readonly capability: Capability | undefined;
  readonly submitted: Submission;
}

type Refusal = Exclude<Submitted, { kind: 'claimed' }>;

export type TaskSubmitted =
  | { readonly kind: 'submitted'; readonly taskId: string; readonly workflowId: string }
  | { readonly kind: 'invalid'; readonly fields: readonly WrongField[] }
  | {
      readonly kind: 'refused';
      readonly why: Refusal;
      readonly about: { readonly project: string; readonly issue: number };
    };

/** Between what is pressing and what is not; a person may set another. */
const SCORE = 500;
const ID_LENGTH = 12;
const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567';

/** Takes a task that somebody submitted; it starts when a slot is free. Nothing is stored unless all of it is sound. */
export async function submitTask(deps: SubmitDeps, submission: TaskSubmission): Promise<TaskSubmitted> {
  const reading = readPayload(submission.type, submission.payload);
  if (!reading.ok) return { kind: 'invalid', fields: reading.fields };
  const { task } = reading;
  const about = aboutOf(task);
  const watched = deps.projects.find(({ project }) => project.id === about.project);
  if (watched === undefined) return { kind: 'refused', why: { kind: 'unknown', what: 'project' }, about };
  const plan = task.type === 'workflow' ? watched.plan : planOfTask(task.type, gateOf(task));
  const needed = plan.steps[0]?.capability;
  const { capability = needed } = submission;
  if (capability !== needed) {
    const message = `expected ${needed}: this type of task needs it`;
    return { kind: 'invalid', fields: [{ path: 'capability', message }] };
  }
  if (task.type !== 'workflow') {
    return submitAlone(deps, task, { plan, project: watched.project, submitted: submission.submitted });
  }
  const { submitted } = submission;
  const result = await submitWorkflow(deps, { ...about, rules: 'kept', submitted });
  if (result.kind !== 'claimed') return { kind: 'refused', why: result, about };
  return submittedAs(result.workflowId, plan);
}

function gateOf(task: LoneTask): { readonly gate?: unknown } {
  return task.type === 'quality_gate' ? task.payload : {};
}

function aboutOf(task: SoundTask) {
  if (task.type === 'workflow') return { project: task.project, issue: task.issue };
  return { project: task.payload.project, issue: 0 };
}

interface Place {
  readonly plan: WorkflowPlan;
  readonly project: Project;
  readonly submitted: Submission;
}

async function submitAlone(deps: SubmitDeps, task: LoneTask, place: Place): Promise<TaskSubmitted> {
  const why = await deps.holdBack();
  if (why !== null) {
    return {
      kind: 'refused',
      why: { kind: 'held-back', why },
      about: { project: place.project.id, issue: 0 },
    };
  }
  const head = buildHead(deps, task, place);
  await deps.claims.openTask({ project: place.project.id, score: SCORE, head });
  await deps.eventLog.appendOnce(createdEvent(head, deps.now(), place.submitted.by));
  return submittedAs(head.workflowId, place.plan);
}

/** A workflow of one step, with nothing where the issue would be. */
function buildHead(
  { now, escalationDeadlineMs, activeLimitMs }: SubmitDeps,
  task: LoneTask,
  { plan, project, submitted }: Place,
): WorkflowHead {
  const workflowId = `${project.id}-task-${randomName()}.r1`;
  const nowMs = now();
  return {
    workflowId,
    run: 1,
    score: SCORE,
    startedBy: submitted.startedBy,
    sessionKey: sessionKeyOf(workflowId, nowMs),
    project,
    issue: issueInstead(task, submitted.by, nowMs),
    template: { name: plan.name, hash: plan.hash, steps: [...plan.steps] },
    escalationDeadlineMs,
    activeLimitMs,
    task,
  };
}

function issueInstead(task: LoneTask, author: string, nowMs: number): WorkflowHead['issue'] {
  return {
    number: 0,
    title: titleOfTask(task),
    body: '',
    state: 'open',
    labels: [],
    author,
    authorKind: 'person',
    authorRole: 'none',
    assignee: null,
    milestone: null,
    isLocked: false,
    blockedBy: [],
    createdAt: new Date(nowMs).toISOString(),
  };
}

function submittedAs(workflowId: string, { steps }: WorkflowPlan): TaskSubmitted {
  return { kind: 'submitted', workflowId, taskId: taskIdOf(workflowId, steps[0]?.id ?? '') };
}

/** 60 bits: two of them never meet. */
function randomName(): string {
  return [...randomBytes(ID_LENGTH)].map((byte) => BASE32.charAt(byte % BASE32.length)).join('');
}
