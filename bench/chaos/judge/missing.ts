import { workflowIdOfTask } from '@tamma/domain';
import type { WitnessLine } from '../witness/line.ts';
import type { Evidence, IssueFacts, RecordedFact, RecordFacts } from './evidence.ts';

/** What happened and is not in the record, a sentence each. */
export function findMissing({ witness, issues, record }: Evidence): readonly string[] {
  const byId = new Map(record.map((one) => [one.workflowId, one]));
  const events = new Map(record.map((one) => [one.workflowId, indexOf(one.events)]));
  const told = (line: WitnessLine, key: string) => events.get(workflowOf(line))?.has(key) ?? false;
  // Killed between an effect and its event, an attempt leaves the event to the next one, which may be yet to come.
  const isUnderWay = (line: WitnessLine) => {
    const status = byId.get(workflowOf(line))?.status ?? 'completed';
    return line.phase === 'after' && status !== 'completed';
  };
  const untold = witness.flatMap((line) => {
    const key = eventOf(line);
    if (key === null || told(line, key) || isUnderWay(line)) return [];
    return [`${line.task}, attempt ${line.attempt}: ${key}`];
  });
  const broken = [...byId.values()].filter((one) => !one.isChained);
  return [
    ...new Set(untold),
    ...issues.flatMap((facts) => mergesUntold(facts, record)),
    ...broken.map(({ workflowId }) => `the chain of hashes of ${workflowId} does not hold`),
  ];
}

/** Everything one may ask for about a workflow: a type with a task, an attempt or a value. */
function indexOf(facts: readonly RecordedFact[]): ReadonlySet<string> {
  return new Set(
    facts.flatMap(({ type, taskId, attempt, data }) => [
      type,
      `${type} of ${taskId}`,
      `${type} of ${taskId} by ${attempt}`,
      ...Object.values(data).flatMap((value) => (typeof value === 'string' ? [`${type} with ${value}`] : [])),
    ]),
  );
}

/** The event that must be in the record because of what the witness saw; null when none must. */
function eventOf({ effect, phase, task, attempt, commit, result }: WitnessLine): string | null {
  if (task === null) return null;
  if (phase === 'before') return effect === 'body' ? `TASK.DEQUEUED.SUCCESS of ${task} by ${attempt}` : null;
  switch (effect) {
    case 'body':
      return result === 'done' ? `TASK.COMPLETED.SUCCESS of ${task}` : null;
    case 'push':
      return result === 'pushed' ? `COMMIT.CREATED.SUCCESS with ${commit}` : null;
    case 'ensureBranch':
      return result === 'ok' ? `BRANCH.CREATED.SUCCESS of ${task}` : null;
    case 'ensurePullRequest':
      return result === 'ok' ? `PR.OPENED.SUCCESS of ${task}` : null;
    case 'mergePullRequest':
      return result === 'merged' ? `PR.MERGED.SUCCESS with ${commit}` : null;
    case 'closeIssue':
      return result === 'ok' ? `ISSUE.CLOSED.SUCCESS of ${task}` : null;
    default:
      return null;
  }
}

function workflowOf({ task }: WitnessLine): string {
  return workflowIdOfTask(task ?? '') ?? '';
}

/** A merge that nobody lived to witness is in the repository all the same. */
function mergesUntold(
  { project, issue, merges }: IssueFacts,
  record: readonly RecordFacts[],
): readonly string[] {
  const workflows = record.filter((one) => one.project === project && one.issue === issue);
  const isOver = workflows.length === 0 || workflows.some(({ status }) => status === 'completed');
  if (!isOver) return [];
  const told = workflows.flatMap(({ events }) =>
    events.flatMap(({ type, data }) => (type === 'PR.MERGED.SUCCESS' ? [data.mergeCommit] : [])),
  );
  return merges
    .filter((commit) => !told.includes(commit))
    .map((commit) => `PR.MERGED.SUCCESS of ${project}#${issue} with ${commit}`);
}
