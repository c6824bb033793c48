import { projectSchema, type WorkflowHead } from '@tamma/contracts';
import { type AnyEvent, TammaError, workflowIdOf } from '@tamma/domain';
import { buildEvent, buildIssue } from '@tamma/domain/testing';
import { Client } from 'pg';
import { openStore } from '../postgres/index.ts';
import type { ClaimRequest, RecordableEntry, Store, TaskClaimRequest } from '../store.ts';
import { borrowTestDatabase, createTestDatabase } from './test-database.ts';

export interface TestStore extends AsyncDisposable {
  readonly store: Store;
  readonly url: string;
  /** A plain connection to the same database, to look at it from outside. */
  readonly client: Client;
}

/** A test that changes the tables themselves, and not only what is in them, needs its own. */
export async function openTestStore(tables: 'borrowed' | 'own' = 'borrowed'): Promise<TestStore> {
  await using stack = new AsyncDisposableStack();
  const database = stack.use(await (tables === 'own' ? createTestDatabase() : borrowTestDatabase()));
  const store = await openStore({ url: database.url, poolMax: 4 });
  stack.defer(() => store.close());
  const client = new Client({ connectionString: database.url });
  await client.connect();
  stack.defer(() => client.end());
  const owned = stack.move();
  return {
    store,
    url: database.url,
    client,
    [Symbol.asyncDispose]: () => owned.disposeAsync(),
  };
}

export function buildHead(run: number, issue = 1, project = 'demo'): WorkflowHead {
  return {
    workflowId: workflowIdOf(project, issue, run),
    run,
    score: 300,
    startedBy: null,
    sessionKey: 'sess_x',
    project: projectSchema.parse({
      id: project,
      platform: 'local',
      repository: '/srv/demo.git',
      issues: '/srv/issues',
      ai: { provider: 'scripted', answers: 'answers' },
    }),
    issue: { ...buildIssue({ number: issue }), labels: ['tamma'] },
    template: {
      name: 'issue-to-pr',
      hash: 'abc',
      steps: [
        {
          id: 'context',
          handler: 'context',
          phase: 'INTAKE',
          capability: 'git',
          index: 0,
          needs: [],
          timeoutMs: 1000,
          closes: null,
          opens: true,
          allow: [],
        },
      ],
    },
    escalationDeadlineMs: 1000,
    activeLimitMs: 7_200_000,
    task: null,
  };
}

/** A gate that was submitted on its own. */
export function buildTaskClaim(
  workflowId: string,
  overrides: Partial<TaskClaimRequest> = {},
): TaskClaimRequest {
  const { project = 'demo', score = 300 } = overrides;
  const head = buildHead(1, 0, project);
  const task = { type: 'quality_gate' as const, payload: { project, gate: 'build', branch: 'main' } };
  return { project, score, head: { ...head, workflowId, score, task }, ...overrides };
}

export function buildClaim(overrides: Partial<ClaimRequest> = {}): ClaimRequest {
  const { project = 'demo', issue = 1 } = overrides;
  return {
    project,
    issue,
    score: 300,
    fingerprint: 'print-1',
    head: (run) => buildHead(run, issue, project),
    ...overrides,
  };
}

/** The events of one workflow up to a running first step; ids begin with the workflow's id. */
export function buildBeginning(workflowId: string, at = '2026-01-01T00:00:00.000Z'): AnyEvent[] {
  const taskId = `${workflowId}.context`;
  return [
    buildEvent(
      'WORKFLOW.STATE.CREATED',
      {
        project: 'demo',
        platform: 'local',
        repository: '/srv/demo.git',
        issue: 1,
        title: 'Żółw 🐢',
        template: 'issue-to-pr',
        templateHash: 'abc',
        score: 300,
        run: 1,
      },
      { id: `${workflowId}.created`, workflowId, at },
    ),
    buildEvent(
      'WORKFLOW.STARTED.SUCCESS',
      { steps: [{ id: 'context', phase: 'INTAKE', capability: 'git' }] },
      { id: `${workflowId}.started`, workflowId, at },
    ),
    buildEvent(
      'TASK.DEQUEUED.SUCCESS',
      { capability: 'git', workerId: 'w1' },
      { id: `${taskId}.1.0`, workflowId, taskId, stepId: 'context', attempt: 1, at },
    ),
  ];
}

/** Puts events at rising places in the log. */
export function toEntries(events: readonly AnyEvent[], firstMs = 1000): RecordableEntry[] {
  return events.map((event, index) => ({ offset: `${firstMs + index}-0`, event }));
}

export async function rejection(promise: Promise<unknown>): Promise<TammaError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof TammaError) return error;
    throw error;
  }
  throw new Error('it was expected to be refused');
}
