import { findCommand, reportError, toError } from '@tamma/domain';
import type { IssueComment } from '@tamma/git-platform';
import type { Inbox } from '@tamma/store';
import { createCommandAllowance } from './command-allowance.ts';
import { nameOf, resultText, tellResult } from './command-answer.ts';
import {
  type CommandResult,
  type CommentCommandDeps,
  type CommentedCommand,
  followComment,
} from './comment-command.ts';
import type { WatchedProject } from './intake.ts';
import { createTurns } from './turns.ts';

/** Commands carried out in one pass over a project; the next pass takes the rest. */
const COMMANDS_MAX = 200;
/** What the platform shows a little late, or with a clock behind ours, must not fall between two passes. */
const OVERLAP_MS = 30_000;
/** Times a command is tried that servers do not let through; then it is given up, and said so. */
const TRIES_MAX = 5;
const FINISHED_MAX = 10_000;
const LOOK = 'comments';

export interface CommentsOptions extends CommentCommandDeps {
  readonly inbox: Pick<Inbox, 'readCursor' | 'writeCursor' | 'beginCommand' | 'finishCommand'>;
  readonly projects: readonly WatchedProject[];
  /** Throws when somebody else leads: nothing must be carried out then. */
  readonly requireLead: () => Promise<void>;
  /** Told of each project or comment that could not be attended to. */
  readonly onFailure: (about: string, error: Error) => void;
}

export interface Comments {
  /** Carries out what people wrote below issues and pull requests since the last look. Passes of it never overlap. */
  lookAt(project: string): Promise<void>;
  /** The same for every project on a platform where people talk. */
  runOnce(signal?: AbortSignal): Promise<void>;
}

/** States and transitions: docs/states.md, "What comes from a platform". */
export function createComments(options: CommentsOptions): Comments {
  const takeTurn = createTurns();
  // Comments of a local project lie in a folder that says nothing of who wrote them: they command nothing.
  const talking = options.projects.filter(({ project }) => project.platform === 'github');
  const desk = {
    ...options,
    allowance: createCommandAllowance(options.now),
    tries: new Map<string, number>(),
    finished: new Set<string>(),
  };
  return {
    lookAt: async (id) => {
      const watched = talking.find(({ project }) => project.id === id);
      if (watched !== undefined) await takeTurn(() => pass(desk, watched));
    },
    runOnce: async (signal) => {
      for (const watched of talking) {
        if (signal?.aborted === true) return;
        try {
          await takeTurn(() => pass(desk, watched));
        } catch (thrown) {
          options.onFailure(`comments of ${watched.project.id}`, toError(thrown));
        }
      }
    },
  };
}

interface Desk extends CommentsOptions {
  readonly allowance: ReturnType<typeof createCommandAllowance>;
  /** By project and comment, of those that were begun and not finished. */
  readonly tries: Map<string, number>;
  /** The same of those that are finished: looks overlap, and most of what they show was heard before. */
  readonly finished: Set<string>;
}

/** What was said before the first look was said to nobody. The cursor follows the work, so that nothing is passed over. */
async function pass(desk: Desk, watched: WatchedProject): Promise<void> {
  const { inbox, now } = desk;
  const { id } = watched.project;
  const cursor = await inbox.readCursor(id, LOOK);
  if (cursor === null) return inbox.writeCursor(id, LOOK, new Date(now()).toISOString());
  const since = new Date(Date.parse(cursor) - OVERLAP_MS).toISOString();
  const comments = await watched.platform.listComments(since);
  let reached = cursor;
  let carriedOut = 0;
  try {
    for (const comment of comments) {
      if (carriedOut === COMMANDS_MAX) break;
      if (await attend(desk, watched, comment)) carriedOut += 1;
      if (Date.parse(comment.updatedAt) > Date.parse(reached)) reached = comment.updatedAt;
    }
  } finally {
    if (reached !== cursor) await inbox.writeCursor(id, LOOK, reached);
  }
}

/** True when it gave a command that was not known yet. */
async function attend(desk: Desk, watched: WatchedProject, comment: IssueComment): Promise<boolean> {
  const { project } = watched;
  const isOurs = comment.author.toLowerCase() === project.account.toLowerCase();
  const found = isOurs || comment.authorKind === 'bot' ? null : findCommand(comment.body);
  if (found === null || desk.finished.has(keyOf(watched, comment))) return false;
  await desk.requireLead();
  const begun = await desk.inbox.beginCommand({
    project: project.id,
    comment: comment.id,
    issue: comment.issue,
    by: comment.author,
    command: nameOf(found),
  });
  if (begun === 'finished') {
    remember(desk.finished, keyOf(watched, comment));
    return false;
  }
  const result = await judge(desk, { watched, comment, found, isAgain: begun === 'unfinished' });
  if (result !== null) await tellResult(desk, { watched, comment, found, result });
  await desk.inbox.finishCommand({ project: project.id, comment: comment.id }, resultText(result));
  desk.tries.delete(keyOf(watched, comment));
  remember(desk.finished, keyOf(watched, comment));
  return true;
}

/** Null when it is passed over in silence. */
async function judge(desk: Desk, said: CommentedCommand): Promise<CommandResult | null> {
  const { watched, comment, isAgain } = said;
  const verdict = isAgain ? 'allowed' : desk.allowance.take(`${watched.project.id} ${comment.author}`);
  if (verdict === 'silent') return null;
  if (verdict === 'over') return refusal(`${comment.author} gave too many commands within an hour`);
  try {
    return await followComment(desk, said);
  } catch (thrown) {
    const { class: kind, message } = reportError(thrown);
    const mayPass = kind === 'network' || kind === 'rate-limit';
    if (mayPass && countTry(desk, said) < TRIES_MAX) throw thrown;
    desk.onFailure(`comment ${comment.id} of ${watched.project.id}`, toError(thrown));
    return refusal(`it could not be carried out: ${message}`);
  }
}

/** Whatever is forgotten the inbox still knows. */
function remember(finished: Set<string>, key: string): void {
  if (finished.size >= FINISHED_MAX) finished.clear();
  finished.add(key);
}

function countTry({ tries }: Desk, { watched, comment }: CommentedCommand): number {
  const key = keyOf(watched, comment);
  const count = (tries.get(key) ?? 0) + 1;
  // Passes stop at the first command that is not let through, so there is one of them for each project at most.
  tries.set(key, count);
  return count;
}

function keyOf({ project }: WatchedProject, { id }: IssueComment): string {
  return `${project.id} ${id}`;
}

function refusal(text: string): CommandResult {
  return { kind: 'refused', workflowId: null, text, isAnswered: false };
}
