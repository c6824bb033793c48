import type { BudgetLevel } from './budget.ts';
import type { ErrorReport } from './errors.ts';
import { escalationLevelName } from './escalation.ts';
import type { AnyEvent, EventDataByType, EventType } from './event-data.ts';
import type { RoundKind } from './round.ts';
import { describeResult, WAITING_WORDS } from './words.ts';

/** How a surface writes what its readers read in their own way. */
export interface Wording {
  /** A length of time in milliseconds. */
  duration(ms: number): string;
  /** A moment in ISO 8601. */
  moment(iso: string): string;
  count(count: number): string;
  cost(usd: number): string;
}

type Sentence<Type extends EventType> = (data: EventDataByType[Type], wording: Wording) => string;
type Sentences = { readonly [Type in EventType]: Sentence<Type> };

const ENGINE_SENTENCES = {
  'ORCHESTRATOR.STARTED.SUCCESS': ({ host, port }) => `orchestrator listens on ${host}:${port}`,
  'ORCHESTRATOR.STARTED.FAILED': ({ error }) => `orchestrator did not start: ${withRemedy(error)}`,
  'ORCHESTRATOR.STARTUP.COMPLETE': () => 'orchestrator is up',
  'ORCHESTRATOR.STARTUP.FAILED': ({ error }) => `orchestrator could not start: ${withRemedy(error)}`,
  'ORCHESTRATOR.STOPPED.SUCCESS': ({ uptimeMs }, { duration }) =>
    `orchestrator stopped after ${duration(uptimeMs)}`,
  'ORCHESTRATOR.SHUTDOWN.COMPLETE': () => 'orchestrator is down',
  'WORKER.REGISTERED.SUCCESS': ({ workerId, capabilities }) =>
    `worker ${workerId} joined for ${capabilities.join(', ')}`,
  'WORKER.UNREGISTERED.SUCCESS': ({ workerId }) => `worker ${workerId} left`,
  'WORKER.LOST.SUCCESS': ({ workerId, seenAt }, { moment }) =>
    `worker ${workerId} was not heard of since ${moment(seenAt)}`,
  'RECONCILIATION.REPAIRED.SUCCESS': ({ difference, repair }) => `${difference}: ${repair}`,
  'CALL.RETRY.SCHEDULED': ({ service, operation, error, retryDelayMs }, { duration }) =>
    `asks ${service} again in ${duration(retryDelayMs)} (${operation}): ${withRemedy(error)}`,
  'CIRCUIT.OPENED.SUCCESS': ({ service, operation, until, why }, { moment }) =>
    `${service} is not asked for ${operation} until ${moment(until)}: ${why}`,
  'CIRCUIT.CLOSED.SUCCESS': ({ service, operation }) => `${service} answers ${operation} again`,
  'SERVICE.HELD.SUCCESS': ({ service, until, why }, { moment }) =>
    `${service} is left alone until ${moment(until)}: ${why}`,
  'QUEUE.PAUSED.SUCCESS': ({ queue, why }) => `queue ${queue} paused: ${why}`,
  'QUEUE.RESUMED.SUCCESS': ({ queue, why }) => `queue ${queue} resumed: ${why}`,
} as const satisfies Partial<Sentences>;

const WORKFLOW_SENTENCES = {
  'ISSUE.JUDGED.ELIGIBLE': ({ issue, title, score }) => `#${issue} ${title} is eligible (score ${score})`,
  'ISSUE.JUDGED.INELIGIBLE': ({ issue, title, reasons }) =>
    `#${issue} ${title} not taken: ${reasons.join('; ')}`,
  'ISSUE.READ.FAILED': ({ source, reason, remedy }) => `cannot read ${source}: ${reason} (${remedy})`,
  'ISSUE.CLOSED.SUCCESS': ({ issue }) => `issue #${issue} closed`,
  'ISSUE.EDITED.SUCCESS': ({ issue, why }) => `issue #${issue} asks for something else now: ${why}`,
  'ISSUE.REOPENED.SUCCESS': ({ issue, mergeCommit, revertCommit }) =>
    `issue #${issue} is open again: ${short(revertCommit)} took its merge ${short(mergeCommit)} back`,
  'COMMAND.OBEYED.SUCCESS': ({ issue, command, result }) => `told to ${command} on #${issue}: ${result}`,
  'COMMAND.REFUSED.SUCCESS': ({ issue, command, why }) => `refused to ${command} on #${issue}: ${why}`,
  'WORKFLOW.STATE.CREATED': ({ issue, title, score, sprint }) =>
    `took ${issue === 0 ? 'task' : `#${issue}`} ${title} (score ${score}${sprint === undefined ? '' : `, sprint ${sprint}`})`,
  'WORKFLOW.STARTED.SUCCESS': ({ steps }, { count }) =>
    `started with ${count(steps.length)} step${steps.length === 1 ? '' : 's'}`,
  'WORKFLOW.COMPLETED.SUCCESS': ({ result, why }) => `workflow completed: ${describeResult(result, why)}`,
  'WORKFLOW.FAILED.PERMANENT': ({ error }) => `workflow failed: ${withRemedy(error)}`,
  'WORKFLOW.CANCELLED.SUCCESS': ({ why }) => `workflow cancelled: ${why}`,
  'WORKFLOW.SUSPENDED.SUCCESS': ({ why, until }, { moment }) => `suspended until ${moment(until)}: ${why}`,
  'WORKFLOW.RESUMED.SUCCESS': ({ why }) => `resumed: ${why}`,
  'WORKFLOW.PRIORITIZED.SUCCESS': ({ score, why }) => `priority is now ${score}: ${why}`,
  'SESSION.STARTED.SUCCESS': ({ sessionKey }) => `session ${sessionKey} began`,
  'SESSION.ENDED.SUCCESS': ({ sessionKey }) => `session ${sessionKey} ended`,
  'PHASE.STARTED.SUCCESS': ({ phase }) => `phase ${phase} began`,
  'PHASE.COMPLETED.SUCCESS': ({ phase, nextStep }) =>
    `phase ${phase} is complete${nextStep === null ? '' : `. Next: ${nextStep}`}`,
} as const satisfies Partial<Sentences>;

const TASK_SENTENCES = {
  'TASK.ENQUEUED.SUCCESS': ({ capability }) => `queued for ${capability}`,
  'TASK.DEQUEUED.SUCCESS': ({ workerId }) => `started on ${workerId}`,
  'TASK.PROGRESS.UPDATED': ({ percent, message }) => `${message} (${Math.round(percent)} %)`,
  'TASK.COMPLETED.SUCCESS': ({ durationMs }, { duration }) => `done in ${duration(durationMs)}`,
  'TASK.RETRY.SCHEDULED': ({ error, retryCount, retryDelayMs }, { duration }) =>
    `try ${retryCount} failed, again in ${duration(retryDelayMs)}: ${withRemedy(error)}`,
  'TASK.PARKED.SUCCESS': ({ on, until, why }, { moment }) =>
    `waits for ${WAITING_WORDS[on]} until ${moment(until)}: ${why}`,
  'TASK.INTERRUPTED.SUCCESS': ({ why }) => `interrupted: ${why}`,
  'TASK.SKIP.ORDERED': ({ why }) => `is to be left out: ${why}`,
  'TASK.OVERRIDE.ORDERED': ({ why }) => `is to pass as it is: ${why}`,
  'TASK.FAILED.PERMANENT': ({ error }) => `failed for good: ${withRemedy(error)}`,
  'ARTIFACT.WRITTEN.SUCCESS': ({ name, bytes }, { count }) => `wrote ${name} (${count(bytes)} bytes)`,
  'GATE.RAN.SUCCESS': ({ gate, commit, summary }) => `${gate} gate passed on ${short(commit)}: ${summary}`,
  'GATE.RAN.FAILED': ({ gate, commit, summary }) => `${gate} gate is red on ${short(commit)}: ${summary}`,
  'AI.AGENT.CHOSEN': ({ agent, model, why }) => `${agent} (${model}) does it: ${why}`,
  'AI.RESPONSE.RECEIVED': ({ model, usage }, { count, cost }) =>
    `${model} answered: ${count(usage.inputTokens)} tokens in, ${count(usage.outputTokens)} out, ${cost(usage.costUsd)}`,
  'AI.TOOL.CALLED': ({ tool, ok, summary }) =>
    `${ok ? '' : 'failed: '}${summary.startsWith(tool) ? summary : `${tool} ${summary}`}`,
  'AI.COMMAND.RAN': ({ command, exitCode, timedOut }) =>
    `ran ${command}: ${timedOut ? 'its time was up' : `exit code ${exitCode ?? 'none, a signal ended it'}`}`,
  'AI.ACTION.REFUSED': ({ action, target, why }) => `refused ${action} ${target}: ${why}`,
  'AI.CONVERSATION.COMPACTED': ({ lengthBefore, lengthAfter }, { count }) =>
    `left out what is old of a long conversation: ${count(lengthBefore)} characters, now ${count(lengthAfter)}`,
  'AI.AGENT.ENDED': ({ agent, result, turns, costUsd, why }, { cost }) =>
    `${agent} ${AGENT_RESULTS[result]} after ${turns} turn${turns === 1 ? '' : 's'}, ${cost(costUsd)}${afterComma(why)}`,
  'RISK.ASSESSED.SUCCESS': ({ risk }) => `risk is ${risk}`,
} as const satisfies Partial<Sentences>;

const BUDGET_SENTENCES = {
  'BUDGET.WARNED.SUCCESS': ({ spentUsd, limitUsd, ...scope }, { cost }) =>
    `${cost(spentUsd)} of ${cost(limitUsd)} are spent of ${describeBudget(scope)}`,
  // Nothing is held where nothing is said of it: the version before did not write it.
  'BUDGET.EXHAUSTED.SUCCESS': ({ spentUsd, reservedUsd = 0, limitUsd, wantedUsd, ...scope }, { cost }) => {
    const held = reservedUsd === 0 ? '' : ` and ${cost(reservedUsd)} held for other calls`;
    return `no ${cost(wantedUsd)} left for a call: ${cost(spentUsd)} of ${cost(limitUsd)} are spent${held} of ${describeBudget(scope)}`;
  },
  'BUDGET.RAISED.SUCCESS': ({ byUsd, limitUsd, why, ...scope }, { cost }) =>
    `raised ${describeBudget(scope)} by ${cost(byUsd)}${limitUsd === null ? '' : ` to ${cost(limitUsd)}`}${afterComma(why)}`,
} as const satisfies Partial<Sentences>;

const CHANGE_SENTENCES = {
  'BRANCH.CREATED.SUCCESS': ({ branch, base }) => `branch ${branch} from ${base}`,
  'BRANCH.REBASED.SUCCESS': ({ branch, base, baseCommit }) =>
    `branch ${branch} stands on ${base} at ${short(baseCommit)} now`,
  'BRANCH.MOVED.SUCCESS': ({ branch, commit, why }) => `branch ${branch} is at ${short(commit)}: ${why}`,
  'COMMIT.CREATED.SUCCESS': ({ hash, message }) => `commit ${short(hash)} ${message.split('\n')[0] ?? ''}`,
  'PR.OPENED.SUCCESS': ({ number, head }) => `pull request #${number} opened from ${head}`,
  'PR.READY.SUCCESS': ({ number, commit }) => `pull request #${number} is ready, at ${short(commit)}`,
  'PR.CLOSED.SUCCESS': ({ number, why }) => `pull request #${number} closed: ${why}`,
  'PR.MERGED.SUCCESS': ({ number, mergeCommit }) => `pull request #${number} merged as ${short(mergeCommit)}`,
  'CI.RAN.SUCCESS': ({ commit, summary }) => `checks of the platform passed on ${short(commit)}: ${summary}`,
  'CI.RAN.FAILED': ({ commit, summary }) => `checks of the platform are red on ${short(commit)}: ${summary}`,
  'REVIEW.ADDRESSED.SUCCESS': ({ number, remarks, commit }) =>
    `${remarks} remark${remarks === 1 ? '' : 's'} on pull request #${number} addressed with ${short(commit)}`,
} as const satisfies Partial<Sentences>;

const PEOPLE_SENTENCES = {
  'ROUND.STARTED.SUCCESS': ({ round, kind, steps, why }) =>
    `sent back ${ROUND_WORDS[kind]}, round ${round} (${steps.join(', ')} again): ${why}`,
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
} as const satisfies Partial<Sentences>;

/** What each fact says, for people. */
const SENTENCES: Sentences = {
  ...ENGINE_SENTENCES,
  ...WORKFLOW_SENTENCES,
  ...TASK_SENTENCES,
  ...BUDGET_SENTENCES,
  ...CHANGE_SENTENCES,
  ...PEOPLE_SENTENCES,
};

/** Why work goes back, to be read after "sent back". */
const ROUND_WORDS: Readonly<Record<RoundKind, string>> = {
  repair: 'to be repaired',
  plan: 'for another plan',
  rework: 'for another change',
  ci: "to turn the platform's checks green",
  review: 'for what reviewers said',
  rebase: 'to be put onto the latest base',
  regate: 'to be checked as it is now',
};

const AGENT_RESULTS = { done: 'handed in a result', 'gave-up': 'gave up', failed: 'failed' } as const;

const RESOLUTIONS = { retry: 'tried again', override: 'let pass', skip: 'left out' } as const;

/** A fact as a sentence: the same words on the page, in the command line and in the log of a start. */
export function describeEvent({ type, data }: AnyEvent, wording: Wording): string {
  const sentence = SENTENCES[type] as (data: AnyEvent['data'], wording: Wording) => string;
  return sentence(data, wording);
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

/** A budget for people, such as `the budget of project till on 2026-06-01`. */
export function describeBudget({ level, id }: { readonly level: BudgetLevel; readonly id: string }): string {
  if (level === 'all') return `the budget of all projects on ${id}`;
  return `the budget of ${level} ${level === 'project' ? id.replace('@', ' on ') : id}`;
}
