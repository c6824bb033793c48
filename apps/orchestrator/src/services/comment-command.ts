import type { WorkflowState } from '@tamma/domain';
import { type Command, type FoundCommand, isAtLeast, permissionOf } from '@tamma/domain';
import type { IssueComment } from '@tamma/git-platform';
import type { Verdicts } from '@tamma/store';
import type { ControlDeps } from '../use-cases/control.ts';
import { explainInWords, explainVerdict, HELP } from '../use-cases/explain-in-words.ts';
import { type ExplainDeps, explainState } from '../use-cases/explain-state.ts';
import { findByNumber } from '../use-cases/find-by-number.ts';
import { findWorkflow } from '../use-cases/find-workflow.ts';
import { obeyCommand } from '../use-cases/obey-command.ts';
import { isOrder } from '../use-cases/spoken-order.ts';
import type { WatchedProject } from './intake.ts';

export interface CommentCommandDeps extends ControlDeps, ExplainDeps {
  readonly claims: ControlDeps['claims'];
  readonly verdicts: Pick<Verdicts, 'find'>;
}

/** What becomes of a command in a comment. */
export interface CommandResult {
  readonly kind: 'obeyed' | 'refused';
  readonly workflowId: string | null;
  /** The result, or why it was refused. */
  readonly text: string;
  /** Whether its author is told in words, and not by a reaction alone: strangers never are. */
  readonly isAnswered: boolean;
}

export interface CommentedCommand {
  readonly watched: WatchedProject;
  readonly comment: IssueComment;
  readonly found: FoundCommand;
  /** Whether it was begun before, and cut off. */
  readonly isAgain: boolean;
}

/** Judges who says it and carries it out. Throws what the platform or a server behind us throws. */
export async function followComment(
  deps: CommentCommandDeps,
  commented: CommentedCommand,
): Promise<CommandResult> {
  const { watched, comment, found } = commented;
  const { project, platform } = watched;
  const state = await findTarget(deps, commented);
  const workflowId = state?.id ?? null;
  const role = await platform.readRole(comment.author);
  const needed = project.people[found.ok ? permissionOf(found.command.kind) : 'view'];
  if (!isAtLeast(role, needed) && !(await isOwnAnswer(deps, state, commented))) {
    const why = `${comment.author} is "${role}" here, and this needs "${needed}"`;
    return { kind: 'refused', workflowId, text: why, isAnswered: false };
  }
  const told = { workflowId, isAnswered: true };
  if (!found.ok) return { ...told, kind: 'refused', text: found.problem };
  if (wasEdited(comment)) return { ...told, kind: 'refused', text: EDITED };
  return { workflowId, ...(await act(deps, state, { ...commented, command: found.command })) };
}

/** What was cut off may have ended the very workflow it was about. */
async function findTarget(
  deps: CommentCommandDeps,
  { watched, comment, isAgain }: CommentedCommand,
): Promise<WorkflowState | null> {
  const { id } = watched.project;
  const open = await findByNumber(deps, id, comment.issue);
  if (open !== null || !isAgain) return open;
  const earlier = await deps.claims.findEarlier(id, comment.issue);
  return earlier === null ? null : findWorkflow(deps, earlier.workflowId);
}

const EDITED =
  'the comment was edited, and others may edit it too, so it counts for nothing; write a new one';

/** Who may edit other people's comments must not command in their names. */
function wasEdited({ createdAt, updatedAt }: IssueComment): boolean {
  return Date.parse(updatedAt) > Date.parse(createdAt);
}

/** Whoever wrote the issue may say what they meant, whatever their role. */
async function isOwnAnswer(
  { claims }: Pick<ControlDeps, 'claims'>,
  state: WorkflowState | null,
  { comment, found }: CommentedCommand,
): Promise<boolean> {
  if (state === null || !found.ok || found.command.kind !== 'answer') return false;
  if (state.approval?.kind !== 'question') return false;
  const claim = await claims.findOpen(state.id);
  return claim?.head.issue.author === comment.author;
}

type Acted = Omit<CommandResult, 'workflowId'>;

async function act(
  deps: CommentCommandDeps,
  state: WorkflowState | null,
  { watched, comment, command, isAgain }: CommentedCommand & { readonly command: Command },
): Promise<Acted> {
  if (!isOrder(command)) {
    const about = { project: watched.project.id, number: comment.issue };
    const text = command.kind === 'help' ? HELP : await explain(deps, state, about);
    return { kind: 'obeyed', text, isAnswered: true };
  }
  const { author: by, issue: number, createdAt: at } = comment;
  const obeyed = await obeyCommand(deps, state, { number, command, by, at, isAgain });
  if (obeyed.kind === 'refused') return { kind: 'refused', text: obeyed.why, isAnswered: true };
  return { kind: 'obeyed', text: obeyed.result, isAnswered: !obeyed.isNews };
}

async function explain(
  deps: CommentCommandDeps,
  state: WorkflowState | null,
  { project, number }: { readonly project: string; readonly number: number },
): Promise<string> {
  if (state !== null) return explainInWords(state, await explainState(deps, state));
  return explainVerdict(await deps.verdicts.find(project, number), number);
}
