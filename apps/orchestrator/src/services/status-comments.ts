import {
  type AnyEvent,
  type EventType,
  hasWorkflowEnded,
  statusMarker,
  TammaError,
  toError,
  type WorkflowState,
} from '@tamma/domain';
import { restMsAfter } from '@tamma/process';
import type { Claims, RecordReader } from '@tamma/store';
import { createStatusText } from '../status/status-text.ts';
import { readAll } from '../use-cases/read-all.ts';
import type { TakeTurn } from './turns.ts';
import type { WatchedProject } from './watched-project.ts';

/** Between two edits of one comment, unless somebody is waited for. */
const EDIT_MS = 15_000;
/** Comments of one pass that nobody waits for: platforms count what we write, over all issues. */
const ORDINARY_MAX = 1;
const URGENT_MAX = 20;
const RETRY_MS = 5000;

export interface StatusCommentsOptions {
  readonly projects: readonly WatchedProject[];
  readonly reader: RecordReader;
  readonly claims: Pick<Claims, 'findOpen'>;
  /** Shared with whoever writes the last text: that one must not be overwritten by an older one. */
  readonly takeCommentTurn: TakeTurn;
  /** Throws when somebody else leads by now. */
  readonly requireLead: () => Promise<void>;
  readonly now: () => number;
  /** Told of each comment that was not written; it is tried again. */
  readonly onFailure: (workflowId: string, error: Error) => void;
}

export interface StatusComments {
  /** What was recorded. True when people are to learn of it at once. */
  note(events: readonly AnyEvent[]): boolean;
  /** Writes what is due. */
  runOnce(): Promise<void>;
}

interface Pending {
  /** Not before then; milliseconds since the epoch. */
  readonly dueAtMs: number;
  readonly isUrgent: boolean;
  readonly failures: number;
}

/** Keeps the one comment of each workflow that runs up to date. Its first and last words are written elsewhere as well. */
export function createStatusComments(options: StatusCommentsOptions): StatusComments {
  const { reader, projects, takeCommentTurn, now, onFailure } = options;
  const pending = new Map<string, Pending>();
  const written = new Map<string, { readonly text: string; readonly atMs: number }>();
  const render = createStatusText(options);
  let isSeeded = false;

  const seed = async (): Promise<void> => {
    for (const status of ['running', 'paused'] as const) {
      for (const { id } of await readAll(reader, { status })) add(id, false);
    }
    isSeeded = true;
  };

  const add = (id: string, isUrgent: boolean): void => {
    const before = pending.get(id);
    const dueAtMs = isUrgent ? now() : (before?.dueAtMs ?? (written.get(id)?.atMs ?? 0) + EDIT_MS);
    const failures = before?.failures ?? 0;
    pending.set(id, { dueAtMs, isUrgent: isUrgent || before?.isUrgent === true, failures });
  };

  const forget = (id: string): void => {
    pending.delete(id);
    written.delete(id);
  };

  const write = async (id: string): Promise<'written' | 'nothing'> => {
    const state = await reader.getWorkflow(id);
    const watched = projects.find(({ project }) => project.id === state?.project);
    if (state === null || watched === undefined || !isShown(state)) {
      // One that waits for its slot has nothing to say yet; its start is told.
      forget(id);
      return 'nothing';
    }
    pending.delete(id);
    const text = await render(watched.project, state);
    if (written.get(id)?.text === text) return 'nothing';
    await options.requireLead();
    await watched.platform.ensureComment(state.issue, statusMarker(id), text);
    written.set(id, { text, atMs: now() });
    return 'written';
  };

  const tryWrite = async (id: string, { isUrgent, failures }: Pending): Promise<boolean> => {
    try {
      return (await takeCommentTurn(() => write(id))) === 'written';
    } catch (thrown) {
      const dueAtMs = Math.max(now() + restMsAfter(failures + 1, RETRY_MS), heldUntilMs(thrown));
      pending.set(id, { dueAtMs, isUrgent, failures: failures + 1 });
      onFailure(id, toError(thrown));
      return true;
    }
  };

  return {
    note: (events) => {
      let isNews = false;
      for (const { type, workflowId } of events) {
        if (workflowId === undefined || SILENT.has(type)) continue;
        const isUrgent = URGENT.has(type);
        add(workflowId, isUrgent);
        isNews ||= isUrgent;
      }
      return isNews;
    },
    runOnce: async () => {
      if (!isSeeded) await seed();
      let [ordinary, urgent] = [0, 0];
      for (const [id, one] of [...pending].toSorted(byDueTime)) {
        if (one.dueAtMs > now() || (one.isUrgent ? urgent >= URGENT_MAX : ordinary >= ORDINARY_MAX)) continue;
        if (!(await tryWrite(id, one))) continue;
        if (one.isUrgent) urgent += 1;
        else ordinary += 1;
      }
    },
  };
}

function byDueTime([, one]: [string, Pending], [, other]: [string, Pending]): number {
  return one.dueAtMs - other.dueAtMs;
}

function isShown({ status, issue }: WorkflowState): boolean {
  return issue > 0 && status !== 'pending' && !hasWorkflowEnded(status);
}

function heldUntilMs(thrown: unknown): number {
  return thrown instanceof TammaError ? (thrown.heldUntilMs ?? 0) : 0;
}

/** Who waits, or has just been answered, looks at the comment. */
const URGENT: ReadonlySet<EventType> = new Set([
  'WORKFLOW.STARTED.SUCCESS',
  'APPROVAL.REQUESTED.SUCCESS',
  'APPROVAL.PROVIDED.SUCCESS',
  'QUESTION.ASKED.SUCCESS',
  'QUESTION.ANSWERED.SUCCESS',
  'ESCALATION.TRIGGERED.SUCCESS',
  'ESCALATION.RESOLVED.SUCCESS',
  'WORKFLOW.SUSPENDED.SUCCESS',
  'WORKFLOW.RESUMED.SUCCESS',
]);

/** Facts that show in no comment, of which there are many. */
const SILENT: ReadonlySet<EventType> = new Set([
  'TASK.PROGRESS.UPDATED',
  'TASK.ENQUEUED.SUCCESS',
  'AI.TOOL.CALLED',
  'CALL.RETRY.SCHEDULED',
]);
