import type { ErrorReport, RefusalRule } from '@tamma/domain';
import type { z } from 'zod';
import type { Agent, AiPurpose, AiResponse, OwnToolCall, RespondOptions } from './ai-provider.ts';
import type { Tool } from './tool.ts';

/** One conversation: what is asked, with which tools, and within which limits. */
export interface AgentRequest<Result> {
  readonly agent: Agent;
  readonly purpose: Omit<AiPurpose, 'turn'>;
  readonly system: string;
  readonly prompt: string;
  readonly tools: readonly Tool[];
  /** Shape of the answer; the model hands it in by calling the tool `finish`. */
  readonly result: z.ZodType<Result>;
  /** Judges a result that has the right shape; a text says what is wrong with it and goes back to the model. */
  readonly check?: ((result: Result) => Promise<string | null>) | undefined;
  /** Whether the model may end the conversation with a question to a person (`ask_question`, 2,000 characters at most). */
  readonly mayAsk?: boolean | undefined;
  readonly limits: AgentLimits;
  /** Two answers that are the same say that nothing moved: no change in the tree, commits or gates. */
  readonly progress?: (() => Promise<string>) | undefined;
  readonly signal: AbortSignal;
  readonly runCli?: RespondOptions['runCli'];
  readonly heard?: AgentEars | undefined;
}

export interface AgentLimits {
  readonly turnsMax: number;
  /** Turns in a row without progress; without `progress` only repeated calls count. */
  readonly idleTurnsMax: number;
  readonly timeMaxMs: number;
}

/** Told what happens as it happens. */
export interface AgentEars {
  /** Before each turn, counted from one. */
  readonly onTurn?: ((turn: number) => Promise<void>) | undefined;
  /** Each piece of text as it comes, of every answer in turn. It must not throw. */
  readonly onText?: ((text: string) => void) | undefined;
  readonly onResponse?: ((response: AiResponse, about: AnswerFacts) => Promise<void>) | undefined;
  /** What a coding program calls by itself, as it does. It must not throw. */
  readonly onOwnTool?: ((call: OwnToolCall) => void) | undefined;
  readonly onTool?: ((call: ToolFacts) => Promise<void>) | undefined;
  readonly onCompacted?: ((compaction: Compaction) => Promise<void>) | undefined;
}

export interface AnswerFacts {
  readonly turn: number;
  readonly durationMs: number;
}

export interface ToolFacts {
  readonly tool: string;
  readonly ok: boolean;
  readonly summary: string;
  /** Set when a limit of ours was what stood in the way. */
  readonly refusal: Refusal | null;
}

export interface Refusal {
  readonly rule: RefusalRule;
  /** What it was aimed at, in one printable line. */
  readonly target: string;
  readonly why: string;
}

/** Lengths in characters. */
export interface Compaction {
  readonly turn: number;
  readonly lengthBefore: number;
  readonly lengthAfter: number;
}

/** How a conversation ended, after how many answers, and what they cost. */
export type AgentResult<Result> = AgentTotals &
  (
    | { readonly kind: 'finished'; readonly result: Result }
    | { readonly kind: 'asked'; readonly question: string }
    | { readonly kind: 'gave-up'; readonly error: ErrorReport }
  );

export interface AgentTotals {
  readonly turns: number;
  readonly costUsd: number;
}
