import type { ErrorReport } from '@tamma/domain';
import type { z } from 'zod';
import type { AiProvider, AiPurpose, AiResponse } from './ai-provider.ts';

/** Something a model may call. What it throws goes back to the model as an honest error. */
export interface Tool<Input = unknown> {
  readonly name: string;
  readonly description: string;
  readonly input: z.ZodType<Input>;
  run(input: Input): Promise<string>;
}

export interface AgentRequest<Result> {
  readonly provider: AiProvider;
  readonly purpose: AiPurpose;
  readonly system: string;
  readonly prompt: string;
  readonly tools: readonly Tool[];
  /** Shape of the answer; the model hands it in by calling the tool `finish`. */
  readonly result: z.ZodType<Result>;
  readonly turnsMax: number;
  readonly signal: AbortSignal;
  readonly onResponse?: (response: AiResponse, durationMs: number) => Promise<void>;
  readonly onTool?: (call: { tool: string; ok: boolean; summary: string }) => Promise<void>;
}

export type AgentResult<Result> =
  | { readonly kind: 'finished'; readonly result: Result; readonly turns: number }
  | { readonly kind: 'gave-up'; readonly error: ErrorReport; readonly turns: number };
