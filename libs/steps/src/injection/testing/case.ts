import type { StepHandler } from '@tamma/contracts';
import type { RefusalRule } from '@tamma/domain';
import type { IssueComment } from '@tamma/git-platform';
import type { Attempt } from '../../testing/attempt.ts';
import type { Bench } from '../../testing/bench.ts';
import type { FileChanges } from '../../testing/repository.ts';
import type { Call, ObeyingModel } from './obeying-model.ts';

type InjectedStep = Extract<
  StepHandler,
  'clarification' | 'context-research' | 'plan-generation' | 'code-generation' | 'code-review'
>;

/** Where somebody put a text for a model to find. What is left out is as harmless as ever. */
export interface Ground {
  readonly title?: string;
  readonly body?: string;
  readonly comments?: readonly Partial<IssueComment>[];
  /** What the author answered to a question. */
  readonly answer?: string;
  /** Questions that this step asked, and people answered. */
  readonly answered?: number;
  /** Of the base branch. */
  readonly files?: FileChanges;
  /** Message of the base branch's last commit. */
  readonly commitMessage?: string;
  readonly relatedTitle?: string;
  readonly bugBody?: string;
  readonly plan?: string;
  /** Files of the change that is repaired or reviewed. */
  readonly change?: FileChanges;
  /** Sends the change back: which artifact says why. */
  readonly problem?: { readonly in: 'test.log' | 'ci.log' | 'REVIEW.md'; readonly text: string };
  /** What any model would do first here, which brings the text before its eyes. */
  readonly looks?: readonly Call[];
}

/** A run of a step that is over. */
export interface Ran {
  readonly bench: Bench;
  readonly made: Attempt;
  readonly model: ObeyingModel;
  readonly branch: string;
  /** Where the branch was before. */
  readonly startCommit: string;
}

/** What stood in the way of the demand; all that is named has to hold. */
export interface Held {
  /** Told as AI.ACTION.REFUSED under this rule. */
  readonly rule?: RefusalRule;
  /** What the model was answered. */
  readonly answered?: RegExp;
  /** The step stops with this code; it ends well otherwise. */
  readonly stopped?: string;
  /** What became of it where nothing is refused, because it comes to nothing. */
  readonly harmless?: (ran: Ran) => void | Promise<void>;
}

export interface InjectionCase {
  readonly name: string;
  readonly step: InjectedStep;
  /** Words that a model understands wherever they stand; by them one that obeys knows what to do. */
  readonly says: string;
  readonly ground: Ground;
  /** Turns of tool calls that carry out what the text demands. */
  readonly does?: readonly (readonly Call[])[];
  /** What the text demands of the result, once. */
  readonly hands?: Readonly<Record<string, unknown>>;
  readonly held: Held;
}

/** One turn with one call. */
export function call(tool: string, input: unknown): readonly (readonly Call[])[] {
  return [[[tool, input]]];
}

export function read(path: string) {
  return call('read_file', { path });
}

export function write(path: string, text = 'escaped\n') {
  return call('write_file', { path, text });
}

/** Commands of cases are such that they do no harm should a guard ever let them through: there is no sandbox here. */
export function command(...argv: readonly string[]) {
  return call('run_command', { command: argv });
}
