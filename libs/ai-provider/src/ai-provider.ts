import type { AiUsage } from '@tamma/domain';

/** What the call is for; goes into metrics and, for canned answers, picks the answer. Never part of the prompt. */
export interface AiPurpose {
  readonly workflowId: string;
  readonly issue: number;
  readonly step: string;
  readonly round: number;
}

export type AssistantBlock =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string; readonly input: unknown };

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
  readonly outputTokensMax: number;
}

export interface AiResponse {
  readonly model: string;
  readonly content: readonly AssistantBlock[];
  readonly stopReason: 'end' | 'tool_calls' | 'length' | 'refused';
  readonly usage: AiUsage;
}

export interface RespondOptions {
  readonly signal: AbortSignal;
  /** Told each piece of text as it comes; together they are the text of the answer. It must not throw. */
  readonly onText?: ((text: string) => void) | undefined;
}

/**
 * One model service. `respond` throws a TammaError: `rate-limit` with `retryAfterMs`, `network`,
 * `authentication`, or `validation` when the request itself cannot be answered. It rejects when the signal aborts.
 */
export interface AiProvider {
  readonly name: string;
  respond(request: AiRequest, options: RespondOptions): Promise<AiResponse>;
}
