import {
  type AnyEvent,
  type ErrorReport,
  type EventDataByType,
  type EventType,
  escalationLevelName,
} from '@tamma/domain';
import { formatCost, formatCount, plural } from '../format/amount.ts';
import { formatDuration, formatMoment } from '../format/time.ts';
import { nameOfIssue, type Tone } from './words.ts';

type Sentences = { readonly [Type in EventType]: (data: EventDataByType[Type]) => string };

/** What each fact says, for people. The type itself stands beside it where that matters. */
const SENTENCES: Sentences = {
  'ORCHESTRATOR.STARTED.SUCCESS': ({ host, port }) => `orchestrator listens on ${host}:${port}`,
  'ORCHESTRATOR.STARTED.FAILED': ({ error }) => `orchestrator did not start: ${error.message}`,
  'ORCHESTRATOR.STARTUP.COMPLETE': () => 'orchestrator is up',
  'ORCHESTRATOR.STARTUP.FAILED': ({ error }) => `orchestrator could not start: ${error.message}`,
  'ORCHESTRATOR.STOPPED.SUCCESS': () => 'orchestrator stopped',
  'ORCHESTRATOR.SHUTDOWN.COMPLETE': () => 'orchestrator is down',
  'WORKER.REGISTERED.SUCCESS': ({ workerId }) => `worker ${workerId} joined`,
  'WORKER.UNREGISTERED.SUCCESS': ({ workerId }) => `worker ${workerId} left`,
  'ISSUE.JUDGED.ELIGIBLE': ({ issue, score }) => `issue #${issue} is eligible (score ${score})`,
  'ISSUE.JUDGED.INELIGIBLE': ({ issue, reasons }) => `issue #${issue} not taken: ${reasons.join('; ')}`,
  'ISSUE.READ.FAILED': ({ source, reason }) => `cannot read ${source}: ${reason}`,
  'ISSUE.CLOSED.SUCCESS': ({ issue }) => `issue #${issue} closed`,
  'WORKFLOW.STATE.CREATED': ({ issue, title, score }) =>
    `took ${nameOfIssue({ issue })} ${title} (score ${score})`,
  'WORKFLOW.STARTED.SUCCESS': ({ steps }) => `workflow started with ${plural(steps.length, 'step')}`,
  'WORKFLOW.COMPLETED.SUCCESS': ({ result }) => `workflow completed: ${RESULTS[result]}`,
  'WORKFLOW.FAILED.PERMANENT': ({ error }) => `workflow failed: ${error.message}`,
  'WORKFLOW.CANCELLED.SUCCESS': ({ why }) => `workflow cancelled: ${why}`,
  'SESSION.STARTED.SUCCESS': ({ sessionKey }) => `session ${sessionKey} began`,
  'SESSION.ENDED.SUCCESS': ({ sessionKey }) => `session ${sessionKey} ended`,
  'PHASE.STARTED.SUCCESS': ({ phase }) => `phase ${phase} began`,
  'PHASE.COMPLETED.SUCCESS': ({ phase, nextStep }) =>
    `phase ${phase} is complete${nextStep === null ? '' : `. Next: ${nextStep}`}`,
  'TASK.ENQUEUED.SUCCESS': ({ capability }) => `queued for ${capability}`,
  'TASK.DEQUEUED.SUCCESS': ({ workerId }) => `started on ${workerId}`,
  'TASK.PROGRESS.UPDATED': ({ percent, message }) => `${Math.round(percent)} % ${message}`,
  'TASK.COMPLETED.SUCCESS': ({ durationMs }) => `done in ${formatDuration(durationMs)}`,
  'TASK.RETRY.SCHEDULED': ({ error, retryCount, retryDelayMs }) =>
    `try ${retryCount} failed, again in ${formatDuration(retryDelayMs)}: ${error.message}`,
  'TASK.PARKED.SUCCESS': ({ on, why }) => `waits (${on}): ${why}`,
  'TASK.INTERRUPTED.SUCCESS': ({ why }) => `interrupted: ${why}`,
  'TASK.FAILED.PERMANENT': ({ error }) => `failed for good: ${withRemedy(error)}`,
  'ARTIFACT.WRITTEN.SUCCESS': ({ name, bytes }) => `wrote ${name} (${formatCount(bytes)} bytes)`,
  'GATE.RAN.SUCCESS': ({ gate, commit, summary }) => `${gate} gate passed on ${short(commit)}: ${summary}`,
  'GATE.RAN.FAILED': ({ gate, commit, summary }) => `${gate} gate is red on ${short(commit)}: ${summary}`,
  'AI.RESPONSE.RECEIVED': ({ model, usage }) =>
    `${model} answered: ${formatCount(usage.inputTokens)} tokens in, ${formatCount(usage.outputTokens)} out, ${formatCost(usage.costUsd)}`,
  'AI.TOOL.CALLED': ({ ok, summary }) => `${ok ? '' : 'failed: '}${summary}`,
  'RISK.ASSESSED.SUCCESS': ({ risk }) => `risk is ${risk}`,
  'BRANCH.CREATED.SUCCESS': ({ branch, base }) => `branch ${branch} from ${base}`,
  'COMMIT.CREATED.SUCCESS': ({ hash, message }) => `commit ${short(hash)} ${firstLine(message)}`,
  'PR.OPENED.SUCCESS': ({ number, head }) => `pull request #${number} opened from ${head}`,
  'PR.MERGED.SUCCESS': ({ number, mergeCommit }) => `pull request #${number} merged as ${short(mergeCommit)}`,
  'ROUND.STARTED.SUCCESS': ({ kind, steps, why }) => `${kind} round, ${steps.join(', ')} again: ${why}`,
  'APPROVAL.REQUESTED.SUCCESS': ({ kind, risk, why }) =>
    `asks for approval of the ${kind} (${risk} risk): ${why}`,
  'APPROVAL.PROVIDED.SUCCESS': ({ kind, decision, why }) => `${kind}: ${decision}${afterComma(why)}`,
  'QUESTION.ASKED.SUCCESS': ({ question }) => `asks: ${question}`,
  'QUESTION.ANSWERED.SUCCESS': ({ answer }) => `answered: ${answer}`,
  'ESCALATION.TRIGGERED.SUCCESS': ({ error }) => `a person is needed: ${withRemedy(error)}`,
  'ESCALATION.RAISED.SUCCESS': ({ level, why }) =>
    `it concerns more people: level ${level}, ${escalationLevelName(level)}${afterComma(why)}`,
  'ESCALATION.RESOLVED.SUCCESS': ({ decision, why }) =>
    `${RESOLUTIONS[decision]} by a person${afterComma(why)}`,
  'WORKFLOW.SUSPENDED.SUCCESS': ({ why, until }) => `suspended until ${formatMoment(until)}: ${why}`,
  'WORKFLOW.RESUMED.SUCCESS': ({ why }) => `resumed: ${why}`,
  'WORKFLOW.PRIORITIZED.SUCCESS': ({ score, why }) => `priority is now ${score}: ${why}`,
  'TASK.SKIP.ORDERED': ({ why }) => `is to be left out: ${why}`,
  'TASK.OVERRIDE.ORDERED': ({ why }) => `is to pass as it is: ${why}`,
  'CALL.RETRY.SCHEDULED': ({ service, operation, error, retryDelayMs }) =>
    `asks ${service} again in ${formatDuration(retryDelayMs)} (${operation}): ${error.message}`,
  'CIRCUIT.OPENED.SUCCESS': ({ service, operation, until, why }) =>
    `${service} is not asked for ${operation} until ${formatMoment(until)}: ${why}`,
  'CIRCUIT.CLOSED.SUCCESS': ({ service, operation }) => `${service} answers ${operation} again`,
  'SERVICE.HELD.SUCCESS': ({ service, until, why }) =>
    `${service} is left alone until ${formatMoment(until)}: ${why}`,
  'QUEUE.PAUSED.SUCCESS': ({ queue, why }) => `queue ${queue} paused: ${why}`,
  'QUEUE.RESUMED.SUCCESS': ({ queue, why }) => `queue ${queue} resumed: ${why}`,
  'WORKER.LOST.SUCCESS': ({ workerId, seenAt }) =>
    `worker ${workerId} was not heard of since ${formatMoment(seenAt)}`,
  'RECONCILIATION.REPAIRED.SUCCESS': ({ difference, repair }) => `${difference}: ${repair}`,
};

const RESULTS = { merged: 'merged', 'no-change': 'no change was needed', done: 'done' } as const;
const RESOLUTIONS = { retry: 'tried again', override: 'let pass', skip: 'left out' } as const;

export function describeEvent(event: AnyEvent): string {
  const describe = SENTENCES[event.type] as (data: AnyEvent['data']) => string;
  return describe(event.data);
}

const BAD = /^(CIRCUIT\.OPENED|WORKER\.LOST|ESCALATION\.RAISED)\.|\.(FAILED|PERMANENT)$/;
const ASKING =
  /^(APPROVAL\.REQUESTED|QUESTION\.ASKED|ESCALATION\.TRIGGERED|TASK\.(RETRY|INTERRUPTED|SKIP|OVERRIDE)|ROUND|CALL)\./;
/** What a person, or a service, has stand still. */
const STILL = /^(WORKFLOW\.SUSPENDED|QUEUE\.PAUSED|SERVICE\.HELD)\./;
const GOOD =
  /^(WORKFLOW\.COMPLETED|PR\.MERGED|GATE\.RAN\.SUCCESS|ISSUE\.CLOSED|TASK\.COMPLETED|CIRCUIT\.CLOSED)/;

export function toneOfType(type: string): Tone {
  if (BAD.test(type)) return 'bad';
  if (ASKING.test(type) || STILL.test(type)) return 'asks';
  return GOOD.test(type) ? 'good' : 'quiet';
}

function withRemedy({ message, remedy }: ErrorReport): string {
  return remedy === undefined ? message : `${message} (${remedy})`;
}

function afterComma(why: string): string {
  return why === '' ? '' : `, ${why}`;
}

function short(hash: string): string {
  return hash.slice(0, 7);
}

function firstLine(text: string): string {
  return text.split('\n')[0] ?? '';
}
