import type { Memory } from './agent-memory.ts';
import type { AgentRequest } from './agent-request.ts';
import type { Toolbox } from './agent-toolbox.ts';

/** What is asked, whatever comes of it. */
export type AnyAgentRequest = Omit<AgentRequest<unknown>, 'check'>;

/** What one conversation needs at every turn. */
export interface Conversation {
  readonly request: AnyAgentRequest;
  readonly toolbox: Toolbox;
  readonly memory: Memory;
  /** Aborts when the time of the conversation is up, too. */
  readonly signal: AbortSignal;
  /** What gathers while it goes on. */
  readonly spent: Spent;
}

export interface Spent {
  /** Answers that came. */
  turns: number;
  /** Programs of the provider's that were run in the checkout. */
  cliRuns: number;
  costMicroUsd: number;
}
