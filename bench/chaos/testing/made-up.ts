import { taskIdOf } from '@tamma/domain';
import type { Evidence, IssueFacts, RecordedFact, RecordFacts } from '../judge/evidence.ts';
import type { WitnessLine } from '../witness/line.ts';

export const STEPS = ['branch-setup', 'code-generation', 'pull-request', 'merge-and-close'];
const WORKFLOW = 'notes-1.r1';
export const WORKER_PID = 100;
const MERGE_COMMIT = 'm1';

export function taskOf(step: string): string {
  return taskIdOf(WORKFLOW, step);
}

/** A line of the witness; times rise with the place in the file. */
export function line(part: Partial<WitnessLine> & Pick<WitnessLine, 'effect' | 'phase'>): WitnessLine {
  return {
    task: null,
    attempt: 1,
    workflow: null,
    commit: null,
    result: null,
    pid: WORKER_PID,
    at: 0,
    ...part,
  };
}

function around(step: string, inner: readonly WitnessLine[], attempt = 1): readonly WitnessLine[] {
  const task = taskOf(step);
  return [
    line({ effect: 'attempt', phase: 'before', task, attempt }),
    line({ effect: 'body', phase: 'before', task, attempt }),
    ...inner.flatMap((one) => [
      { ...one, task, attempt, phase: 'before' as const, result: null },
      { ...one, task, attempt },
    ]),
    line({ effect: 'body', phase: 'after', task, attempt, result: 'done' }),
    line({ effect: 'attempt', phase: 'after', task, attempt, result: 'done' }),
  ];
}

/** One issue that went from branch to merge without trouble. */
export function soundWitness(): readonly WitnessLine[] {
  return [
    ...around('branch-setup', [
      line({ effect: 'markIssue', phase: 'after', result: 'ok' }),
      line({ effect: 'ensureBranch', phase: 'after', result: 'ok' }),
    ]),
    line({ effect: 'ensureComment', phase: 'before', workflow: WORKFLOW, attempt: null }),
    line({ effect: 'ensureComment', phase: 'after', workflow: WORKFLOW, attempt: null, result: 'ok' }),
    ...around('code-generation', [line({ effect: 'push', phase: 'after', result: 'pushed', commit: 'c1' })]),
    ...around('pull-request', [line({ effect: 'ensurePullRequest', phase: 'after', result: 'ok' })]),
    ...around('merge-and-close', [
      line({ effect: 'mergePullRequest', phase: 'after', result: 'merged', commit: MERGE_COMMIT }),
      line({ effect: 'closeIssue', phase: 'after', result: 'ok' }),
    ]),
  ].map((one, index) => ({ ...one, at: index + 1 }));
}

export function soundIssue(): IssueFacts {
  return {
    project: 'notes',
    issue: 1,
    isClosed: true,
    hasFile: true,
    merges: [MERGE_COMMIT],
    commits: [{ hash: 'c1', task: taskOf('code-generation') }],
    pullRequests: [{ head: 'tamma/issue-1', number: 1, state: 'merged' }],
    markers: [`tamma:status:${WORKFLOW}`],
  };
}

function fact(type: string, step: string, data: RecordedFact['data'] = {}): RecordedFact {
  return { type, taskId: taskOf(step), attempt: 1, data };
}

export function soundRecord(): RecordFacts {
  return {
    workflowId: WORKFLOW,
    project: 'notes',
    issue: 1,
    status: 'completed',
    waiting: null,
    isChained: true,
    events: [
      ...STEPS.flatMap((step) => [fact('TASK.DEQUEUED.SUCCESS', step), fact('TASK.COMPLETED.SUCCESS', step)]),
      fact('BRANCH.CREATED.SUCCESS', 'branch-setup'),
      fact('COMMIT.CREATED.SUCCESS', 'code-generation', { hash: 'c1' }),
      fact('PR.OPENED.SUCCESS', 'pull-request', { number: 1 }),
      fact('PR.MERGED.SUCCESS', 'merge-and-close', { number: 1, mergeCommit: MERGE_COMMIT }),
      fact('ISSUE.CLOSED.SUCCESS', 'merge-and-close', { issue: 1 }),
    ],
  };
}

/** Evidence of a sound run, with parts of it bent. */
export function evidence(part: Partial<Evidence> = {}): Evidence {
  return {
    witness: soundWitness(),
    blows: [],
    issues: [soundIssue()],
    record: [soundRecord()],
    steps: STEPS,
    ...part,
  };
}

export function without(type: string): RecordFacts {
  const record = soundRecord();
  return { ...record, events: record.events.filter((one) => one.type !== type) };
}
