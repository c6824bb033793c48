import type { AiUsage, ModelPrice, TokenCounts } from '@tamma/domain';

/** What the call is for; goes into metrics and, for canned answers, picks the answer. Never part of the prompt. */
export interface AiPurpose {
  readonly project: string;
  readonly workflowId: string;
  readonly issue: number;
  readonly step: string;
  readonly round: number;
  /** Which answer of the conversation this is to be, from one; what was left out of a long one counts on. */
  readonly turn: number;
}

export type AssistantBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string; readonly input: unknown }
  /** What a provider wants to see again as it is, such as its thoughts; others leave it out. */
  | { readonly type: 'opaque'; readonly provider: string; readonly data: unknown };

export type UserBlock =
  | { readonly type: 'text'; readonly text: string }
  | {
      readonly type: 'tool_result';
      readonly callId: string;
      readonly content: string;
      readonly isError: boolean;
    };

export type Message =
  | { readonly role: 'user'; readonly content: readonly UserBlock[] }
  | { readonly role: 'assistant'; readonly content: readonly AssistantBlock[] };

export interface ToolDescription {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of the input. */
  readonly inputSchema: Readonly<Record<string, unknown>>;
}

export interface AiRequest {
  readonly purpose: AiPurpose;
  readonly system: string;
  readonly messages: readonly Message[];
  readonly tools: readonly ToolDescription[];
  /** The tool that hands in the result, one of `tools`; absent: text is all that is wanted. */
  readonly resultTool?: string | undefined;
  readonly outputTokensMax: number;
}

export interface AiResponse {
  readonly model: string;
  readonly content: readonly AssistantBlock[];
  readonly stopReason: 'end' | 'tool_calls' | 'length' | 'refused';
  readonly usage: AiUsage;
}

/** A program of the provider's, run in the checkout that the conversation is about. */
export interface CliRequest {
  readonly argv: readonly string[];
  readonly stdin: string;
  /** Beside those every command gets: its key, say. */
  readonly variables: Readonly<Record<string, string>>;
  /** Files and folders outside the checkout that it may read. */
  readonly readable: readonly string[];
  readonly network: boolean;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** Longest output kept, in characters. */
  readonly outputMax: number;
  /** Told each piece of standard output as it comes. */
  readonly onOutput: (text: string) => void;
}

export interface CliResult {
  readonly exitCode: number | null;
  readonly timedOut: boolean;
  /** Standard output alone, as far as it is kept. */
  readonly stdout: string;
  readonly stderr: string;
}

/** What a call has taken so far. */
export interface UsageSoFar extends TokenCounts {
  /** What it costs by the word of who made it; absent: its tokens say it. */
  readonly costUsd?: number | undefined;
}

/** A tool that a provider has of its own, and called by itself. */
export interface OwnToolCall {
  readonly tool: string;
  /** Whether it did what was asked, as far as the provider tells. */
  readonly ok: boolean;
  /** One printable line: the tool and its main argument. */
  readonly summary: string;
}

export interface RespondOptions {
  readonly signal: AbortSignal;
  /** Told what the call has taken so far, as far as the service says it or it can be estimated; each time the whole. */
  readonly onUsage?: ((usage: UsageSoFar) => void) | undefined;
  /** Absent where there is no checkout: providers that need one then refuse with class `validation`. */
  readonly runCli?: ((request: CliRequest) => Promise<CliResult>) | undefined;
  /** Told what the provider does by itself, such as a coding program, as far as it says so. It must not throw. */
  readonly onOwnTool?: ((call: OwnToolCall) => void) | undefined;
  /** Told each piece of text as it comes; together they are the text of the answer. It must not throw. */
  readonly onText?: ((text: string) => void) | undefined;
}

/**
 * One model service. `respond` throws a TammaError: `rate-limit` with `retryAfterMs`, `network`,
 * `authentication`, or `validation` when the request itself cannot be answered. It rejects when the signal aborts.
 */
export interface AiProvider {
  /** The service: circuits, holds and metrics go by it. */
  readonly name: string;
  readonly model: string;
  readonly price: ModelPrice;
  /** How many tokens the request takes in, rather too many than too few: money is reserved by it. */
  countTokens(request: AiRequest, options: Pick<RespondOptions, 'signal'>): Promise<number>;
  respond(request: AiRequest, options: RespondOptions): Promise<AiResponse>;
}

/** A provider with a model and its limits, by the name that the project gave it. */
export interface Agent {
  readonly name: string;
  readonly provider: AiProvider;
  readonly outputTokensMax: number;
  readonly contextTokensMax: number;
}
