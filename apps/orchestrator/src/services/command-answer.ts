import { cutMiddle, type FoundCommand, replyMarker, toError } from '@tamma/domain';
import type { EventLog } from '@tamma/event-log';
import type { IssueComment } from '@tamma/git-platform';
import { orchestratorEvent } from '../use-cases/facts.ts';
import { withoutEffects } from '../use-cases/without-effects.ts';
import type { CommandResult } from './comment-command.ts';
import type { WatchedProject } from './intake.ts';

/** Longest result that is kept and told, in characters. */
const KEPT_MAX = 1000;

export interface TellDeps {
  readonly eventLog: Pick<EventLog, 'appendOnce'>;
  readonly now: () => number;
  /** Told of each comment that could not be answered. */
  readonly onFailure: (about: string, error: Error) => void;
}

export interface ToldCommand {
  readonly watched: WatchedProject;
  readonly comment: IssueComment;
  readonly found: FoundCommand;
  readonly result: CommandResult;
}

/** As it is kept. */
export function resultText(result: CommandResult | null): string {
  return result === null
    ? 'refused: too many commands'
    : `${result.kind}: ${cutMiddle(result.text, KEPT_MAX)}`;
}

/** The fact first, and then what people see of it, which must not keep the next comment from being heard. */
export async function tellResult(deps: TellDeps, told: ToldCommand): Promise<void> {
  const { watched, comment, found, result } = told;
  await deps.eventLog.appendOnce(eventOf(deps, told));
  try {
    await watched.platform.react(comment, result.kind === 'obeyed' ? 'done' : 'refused');
    if (!result.isAnswered) return;
    const body = withoutEffects(`${nameOf(found)}: ${result.text}`);
    await watched.platform.ensureComment(comment.issue, replyMarker(comment.id), body);
  } catch (thrown) {
    deps.onFailure(`answer to comment ${comment.id} of ${watched.project.id}`, toError(thrown));
  }
}

/** Told once per comment, whatever became of a second try. */
function eventOf({ now }: TellDeps, { watched, comment, found, result }: ToldCommand) {
  const { id: project } = watched.project;
  const { workflowId } = result;
  const text = cutMiddle(result.text, KEPT_MAX);
  const about = { project, issue: comment.issue, comment: comment.id, command: nameOf(found) };
  const fact =
    result.kind === 'obeyed'
      ? ({ type: 'COMMAND.OBEYED.SUCCESS', data: { ...about, result: text } } as const)
      : ({ type: 'COMMAND.REFUSED.SUCCESS', data: { ...about, why: text } } as const);
  return orchestratorEvent(`${project}.comment.${comment.id}`, fact, {
    ...(workflowId === null ? {} : { workflowId }),
    nowMs: now(),
    person: comment.author,
    tags: { channel: 'github' },
  });
}

export function nameOf(found: FoundCommand): string {
  return found.ok ? found.command.kind : 'unknown';
}
