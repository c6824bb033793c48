import {
  type AnyEvent,
  APPROVAL_KINDS,
  ARTIFACT_NAMES,
  BUDGET_LEVELS,
  CAPABILITIES,
  ERROR_CLASSES,
  type EventDataByType,
  type EventType,
  GATES,
  ORDER_KINDS,
  PHASES,
  REFUSAL_RULES,
  RISK_LEVELS,
  ROUND_KINDS,
  WAITING_REASONS,
} from '@tamma/domain';
import { z } from 'zod';
import { parseEnvelope } from './event-envelope.ts';

const text = z.string();
const integer = z.int();
const milliseconds = z.number().min(0);
const capability = z.enum(CAPABILITIES);
const error = z.object({
  code: text,
  class: z.enum(ERROR_CLASSES),
  message: text,
  remedy: text.optional(),
});
const gateRun = z.object({ gate: z.enum(GATES), commit: text, summary: text, durationMs: milliseconds });
const uptime = z.object({ uptimeMs: milliseconds });
const call = z.object({ service: text, operation: text });
const queueName = z.enum([...CAPABILITIES, 'all']);
const session = z.object({ sessionKey: text });
const command = { project: text, issue: integer, comment: text, command: text };
const budget = { level: z.enum(BUDGET_LEVELS), id: text };
const usd = z.number().min(0);
// Events from before the last key existed lack it; what was held counted in what was spent then.
const spent = { ...budget, limitUsd: usd, spentUsd: usd, reservedUsd: usd.default(0) };
const agent = { agent: text, provider: text, model: text };
const ciRun = z.object({ commit: text, summary: text });

/** The one catalogue of events: a schema per type. A type that is not here cannot be appended. */
export const EVENT_DATA: { readonly [Type in EventType]: z.ZodType<EventDataByType[Type]> } = {
  'ORCHESTRATOR.STARTED.SUCCESS': z.object({
    host: text,
    port: integer,
    startTime: text,
    config: z.record(text, text),
  }),
  'ORCHESTRATOR.STARTED.FAILED': z.object({ error, startTime: text }),
  'ORCHESTRATOR.STARTUP.COMPLETE': z.object({ services: z.array(text) }),
  'ORCHESTRATOR.STARTUP.FAILED': z.object({ error }),
  'ORCHESTRATOR.STOPPED.SUCCESS': uptime,
  'ORCHESTRATOR.SHUTDOWN.COMPLETE': uptime,
  'WORKER.REGISTERED.SUCCESS': z.object({ workerId: text, capabilities: z.array(capability), sandbox: text }),
  'WORKER.UNREGISTERED.SUCCESS': z.object({ workerId: text }),
  'ISSUE.JUDGED.ELIGIBLE': z.object({ project: text, issue: integer, title: text, score: z.number() }),
  'ISSUE.JUDGED.INELIGIBLE': z.object({ project: text, issue: integer, title: text, reasons: z.array(text) }),
  'ISSUE.READ.FAILED': z.object({ project: text, source: text, reason: text, remedy: text }),
  'ISSUE.CLOSED.SUCCESS': z.object({ issue: integer, mergeCommit: text }),
  'ISSUE.EDITED.SUCCESS': z.object({ issue: integer, why: text }),
  'ISSUE.REOPENED.SUCCESS': z.object({ issue: integer, mergeCommit: text, revertCommit: text }),
  'COMMAND.OBEYED.SUCCESS': z.object({ ...command, result: text }),
  'COMMAND.REFUSED.SUCCESS': z.object({ ...command, why: text }),
  'WORKFLOW.STATE.CREATED': z.object({
    project: text,
    platform: text,
    repository: text,
    issue: integer,
    title: text,
    template: text,
    templateHash: text,
    score: z.number(),
    run: integer,
    sprint: text.optional(),
    taskType: text.optional(),
  }),
  'WORKFLOW.STARTED.SUCCESS': z.object({
    steps: z.array(
      z.object({
        id: text,
        phase: z.enum(PHASES),
        capability,
        allow: z.array(z.enum(ORDER_KINDS)).optional(),
      }),
    ),
  }),
  'WORKFLOW.COMPLETED.SUCCESS': z.object({
    result: z.enum(['merged', 'no-change', 'done']),
    why: text.optional(),
  }),
  'WORKFLOW.FAILED.PERMANENT': z.object({ error }),
  'WORKFLOW.CANCELLED.SUCCESS': z.object({ why: text }),
  'WORKFLOW.SUSPENDED.SUCCESS': z.object({ why: text, until: text }),
  'WORKFLOW.RESUMED.SUCCESS': z.object({ why: text }),
  'WORKFLOW.PRIORITIZED.SUCCESS': z.object({ score: z.number(), why: text }),
  'SESSION.STARTED.SUCCESS': session,
  'SESSION.ENDED.SUCCESS': session,
  'PHASE.STARTED.SUCCESS': z.object({ phase: z.enum(PHASES) }),
  'PHASE.COMPLETED.SUCCESS': z.object({ phase: z.enum(PHASES), nextStep: text.nullable() }),
  'TASK.ENQUEUED.SUCCESS': z.object({ capability, priority: integer }),
  'TASK.DEQUEUED.SUCCESS': z.object({ capability, workerId: text }),
  'TASK.PROGRESS.UPDATED': z.object({ percent: z.number().min(0).max(100), message: text }),
  'TASK.COMPLETED.SUCCESS': z.object({ result: z.unknown().default(null), durationMs: milliseconds }),
  'TASK.RETRY.SCHEDULED': z.object({ error, retryCount: integer, retryDelayMs: milliseconds }),
  'TASK.PARKED.SUCCESS': z.object({ on: z.enum(WAITING_REASONS), until: text, why: text }),
  'TASK.INTERRUPTED.SUCCESS': z.object({ why: text }),
  'TASK.SKIP.ORDERED': z.object({ why: text }),
  'TASK.OVERRIDE.ORDERED': z.object({ why: text }),
  'TASK.FAILED.PERMANENT': z.object({ error, retryCount: integer }),
  'ARTIFACT.WRITTEN.SUCCESS': z.object({ name: z.enum(ARTIFACT_NAMES), sha256: text, bytes: integer }),
  'GATE.RAN.SUCCESS': gateRun,
  'GATE.RAN.FAILED': gateRun,
  'AI.AGENT.CHOSEN': z.object({ ...agent, fallback: z.array(text), why: text }),
  'AI.RESPONSE.RECEIVED': z.object({
    provider: text,
    agent: text.optional(),
    prompt: text.optional(),
    turn: integer.optional(),
    model: text,
    durationMs: milliseconds,
    usage: z.object({
      inputTokens: integer,
      outputTokens: integer,
      cacheReadTokens: integer,
      cacheWriteTokens: integer,
      costUsd: z.number().min(0),
    }),
  }),
  'AI.TOOL.CALLED': z.object({ tool: text, ok: z.boolean(), summary: text }),
  'AI.COMMAND.RAN': z.object({
    command: text,
    exitCode: integer.nullable(),
    timedOut: z.boolean(),
    durationMs: milliseconds,
    sandbox: text,
  }),
  'AI.ACTION.REFUSED': z.object({ action: text, target: text, rule: z.enum(REFUSAL_RULES), why: text }),
  'AI.CONVERSATION.COMPACTED': z.object({ turn: integer, lengthBefore: integer, lengthAfter: integer }),
  'AI.AGENT.ENDED': z.object({
    ...agent,
    step: text,
    result: z.enum(['done', 'gave-up', 'failed']),
    turns: integer,
    durationMs: milliseconds,
    costUsd: z.number().min(0),
    why: text,
  }),
  'BUDGET.WARNED.SUCCESS': z.object(spent),
  'BUDGET.EXHAUSTED.SUCCESS': z.object({ ...spent, wantedUsd: z.number().min(0) }),
  'BUDGET.RAISED.SUCCESS': z.object({
    ...budget,
    byUsd: z.number().min(0),
    limitUsd: z.number().min(0).nullable(),
    why: text,
  }),
  'RISK.ASSESSED.SUCCESS': z.object({ risk: z.enum(RISK_LEVELS) }),
  'BRANCH.CREATED.SUCCESS': z.object({ branch: text, base: text, baseCommit: text }),
  'BRANCH.REBASED.SUCCESS': z.object({ branch: text, base: text, baseCommit: text, commit: text }),
  'BRANCH.MOVED.SUCCESS': z.object({ branch: text, commit: text, why: text }),
  'COMMIT.CREATED.SUCCESS': z.object({ hash: text, message: text, author: text }),
  'PR.OPENED.SUCCESS': z.object({ number: integer, url: text, head: text, base: text, commit: text }),
  'PR.READY.SUCCESS': z.object({ number: integer, commit: text }),
  'PR.CLOSED.SUCCESS': z.object({ number: integer, why: text }),
  'PR.MERGED.SUCCESS': z.object({ number: integer, mergeCommit: text }),
  'CI.RAN.SUCCESS': ciRun,
  'CI.RAN.FAILED': ciRun,
  'REVIEW.ADDRESSED.SUCCESS': z.object({ number: integer, remarks: integer, commit: text }),
  'ROUND.STARTED.SUCCESS': z.object({
    round: integer,
    kind: z.enum(ROUND_KINDS),
    steps: z.array(text),
    why: text,
  }),
  'APPROVAL.REQUESTED.SUCCESS': z.object({
    approvalId: text,
    kind: z.enum(APPROVAL_KINDS),
    risk: z.enum(RISK_LEVELS),
    subject: text,
    why: text,
    until: text,
  }),
  'APPROVAL.PROVIDED.SUCCESS': z.object({
    approvalId: text.nullable(),
    kind: z.enum(APPROVAL_KINDS),
    decision: z.enum(['approve', 'reject', 'edit']),
    why: text,
    subject: text,
  }),
  'QUESTION.ASKED.SUCCESS': z.object({ approvalId: text, question: text, until: text }),
  'QUESTION.ANSWERED.SUCCESS': z.object({ approvalId: text, answer: text }),
  'ESCALATION.TRIGGERED.SUCCESS': z.object({ level: integer, error, until: text }),
  'ESCALATION.RAISED.SUCCESS': z.object({ level: integer, why: text }),
  'ESCALATION.RESOLVED.SUCCESS': z.object({ decision: z.enum(['retry', 'override', 'skip']), why: text }),
  'CALL.RETRY.SCHEDULED': call.extend({ error, retryCount: integer, retryDelayMs: milliseconds }),
  'CIRCUIT.OPENED.SUCCESS': call.extend({ until: text, why: text }),
  'CIRCUIT.CLOSED.SUCCESS': call,
  'SERVICE.HELD.SUCCESS': z.object({ service: text, until: text, why: text }),
  'QUEUE.PAUSED.SUCCESS': z.object({ queue: queueName, why: text }),
  'QUEUE.RESUMED.SUCCESS': z.object({ queue: queueName, why: text }),
  'WORKER.LOST.SUCCESS': z.object({ workerId: text, seenAt: text, running: integer }),
  'RECONCILIATION.REPAIRED.SUCCESS': z.object({ difference: text, repair: text }),
};

export function isEventType(type: string): type is EventType {
  return Object.hasOwn(EVENT_DATA, type);
}

/** Checks envelope and data alike; throws a ZodError that names the field. */
export function parseEvent(value: unknown): AnyEvent {
  const envelope = parseEnvelope(value);
  if (!isEventType(envelope.type)) throw new Error(`event type "${envelope.type}" is not in the catalogue`);
  return { ...envelope, data: EVENT_DATA[envelope.type].parse(envelope.data) } as AnyEvent;
}
