import type { AnyEvent, ErrorReport, EventDataByType, EventType } from '@tamma/domain';
import { formatCost, formatCount } from '../format/amount.ts';
import { formatDuration } from '../format/time.ts';
import type { Tone } from './words.ts';

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
  'WORKFLOW.STATE.CREATED': ({ issue, title, score }) => `took #${issue} ${title} (score ${score})`,
  'WORKFLOW.STARTED.SUCCESS': ({ steps }) => `workflow started with ${steps.length} steps`,
  'WORKFLOW.COMPLETED.SUCCESS': ({ result }) =>
    result === 'merged' ? 'workflow completed: merged' : 'workflow completed: no change was needed',
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
  'ESCALATION.RESOLVED.SUCCESS': ({ why }) => `tried again by a person${afterComma(why)}`,
};

export function describeEvent(event: AnyEvent): string {
  const describe = SENTENCES[event.type] as (data: AnyEvent['data']) => string;
  return describe(event.data);
}

const BAD = /\.(FAILED|PERMANENT)$/;
const ASKING =
  /^(APPROVAL\.REQUESTED|QUESTION\.ASKED|ESCALATION\.TRIGGERED|TASK\.RETRY|TASK\.INTERRUPTED|ROUND)\./;
const GOOD = /^(WORKFLOW\.COMPLETED|PR\.MERGED|GATE\.RAN\.SUCCESS|ISSUE\.CLOSED|TASK\.COMPLETED)/;

export function toneOfType(type: string): Tone {
  if (BAD.test(type)) return 'bad';
  if (ASKING.test(type)) return 'asks';
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
