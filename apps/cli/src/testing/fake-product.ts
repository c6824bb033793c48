import type { ApprovalView, Explanation, RelayedEvent, TaskView } from '@tamma/contracts';
import {
  type AnyEvent,
  type Decision,
  decisionsFor,
  type EventDataByType,
  type EventType,
  foldWorkflow,
  taskIdOf,
  type WorkflowState,
} from '@tamma/domain';
import { buildEvent, SAMPLE_DATA } from '@tamma/domain/testing';

export interface About<Type extends EventType> {
  readonly workflow?: string;
  readonly step?: string;
  readonly data?: Partial<EventDataByType[Type]>;
}

interface Told {
  readonly offset: string;
  readonly event: AnyEvent;
}

/** Lately enough for `tamma events`, which looks an hour back. */
const BEGAN_AGO_MS = 60_000;

/** What a server knows: a log of valid events, and what follows from it. */
export class FakeProduct {
  readonly log: Told[] = [];
  readonly decided = new Set<string>();
  readonly #beganAt = Date.now() - BEGAN_AGO_MS;

  tell<Type extends EventType>(type: Type, about: About<Type> = {}): RelayedEvent {
    const { workflow = 'demo-1.r1', step, data } = about;
    const place = {
      workflowId: workflow,
      ...(step === undefined ? {} : { stepId: step, taskId: taskIdOf(workflow, step) }),
    };
    const ms = this.#beganAt + this.log.length;
    const at = new Date(ms).toISOString();
    const event = buildEvent(
      type,
      { ...SAMPLE_DATA[type], ...data },
      { ...place, at, id: `e${this.log.length}` },
    );
    const told = { offset: `${ms}-0`, event };
    this.log.push(told);
    return relayed(told);
  }

  tellAgain(): RelayedEvent {
    const last = this.log.at(-1);
    if (last === undefined) throw new Error('nothing was told yet');
    const told = { offset: `${this.#beganAt + this.log.length}-0`, event: last.event };
    this.log.push(told);
    return relayed(told);
  }

  lastOffset(): string {
    return this.log.at(-1)?.offset ?? '0-0';
  }

  after(since: string): RelayedEvent[] {
    const place = Number.parseInt(since, 10);
    return this.log.filter(({ offset }) => Number.parseInt(offset, 10) > place).map(relayed);
  }

  /** Newest first. */
  workflows(): WorkflowState[] {
    const ids = new Set(this.log.map(({ event }) => event.workflowId ?? ''));
    return [...ids].flatMap((id) => this.workflow(id) ?? []).toReversed();
  }

  workflow(id: string): WorkflowState | null {
    return foldWorkflow(this.log.flatMap(({ event }) => (event.workflowId === id ? [event] : [])));
  }

  approvals(): ApprovalView[] {
    return this.workflows().flatMap((state) => (state.status === 'paused' ? [approvalOf(state)] : []));
  }

  decide(approval: ApprovalView, decision: Decision, comment: string): void {
    this.decided.add(approval.id);
    const place = { workflow: approval.workflowId, step: approval.stepId };
    const approvalId = approval.id;
    if (decision === 'answer') {
      this.tell('QUESTION.ANSWERED.SUCCESS', { ...place, data: { approvalId, answer: comment } });
    } else {
      this.tell('APPROVAL.PROVIDED.SUCCESS', { ...place, data: { approvalId, decision, why: comment } });
    }
  }

  tasks(): TaskView[] {
    return this.workflows().flatMap((state) =>
      state.steps.map(({ id, ...step }) => ({
        ...step,
        id: taskIdOf(state.id, id),
        workflowId: state.id,
        project: state.project,
        issue: state.issue,
        stepId: id,
      })),
    );
  }
}

function relayed({ offset, event }: Told): RelayedEvent {
  return { offset, event: { ...event, data: { ...event.data } } };
}

function approvalOf(state: WorkflowState): ApprovalView {
  const { approval, waitingFor } = state;
  return {
    id: approval?.id ?? state.id,
    workflowId: state.id,
    project: state.project,
    issue: state.issue,
    title: state.title,
    kind: approval?.kind ?? 'escalation',
    decisions:
      approval === null
        ? ['retry', ...(state.steps.find(({ status }) => status === 'failed')?.allow ?? []), 'cancel']
        : [...decisionsFor(approval.kind)],
    level: state.escalation?.level ?? null,
    stepId: approval?.stepId ?? state.currentStep ?? '',
    risk: approval?.risk ?? null,
    subject: approval?.subject ?? null,
    why: approval?.why ?? waitingFor?.why ?? '',
    remedy: state.error?.remedy ?? null,
    since: approval?.since ?? state.updatedAt,
    until: approval?.until ?? null,
    artifacts: approval?.kind === 'plan' ? ['PLAN.md'] : [],
  };
}

export function explanationOf(state: WorkflowState): Explanation {
  return {
    workflowId: state.id,
    status: state.status,
    phase: state.phase,
    currentStep: state.currentStep,
    summary: `it is ${state.status}`,
    waitingFor: state.waitingFor,
    afterwards: 'it is escalated',
    movers: [{ who: 'a person', how: `npx tamma approve ${state.approval?.id ?? state.id}` }],
    lastError: state.error,
    nextAttemptAt: null,
    queue: { capability: 'git', position: 2 },
    approvalId: state.approval?.id ?? null,
    escalation: null,
    blockedBy: [{ what: 'queue git', why: 'paused by bo: the bill', since: state.updatedAt, until: null }],
  };
}
