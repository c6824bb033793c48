import { type AgentResult, runAgent, type Tool } from '@tamma/ai-provider';
import type { z } from 'zod';
import type { StepContext } from '../step.ts';

export interface Question<Result> {
  readonly system: string;
  readonly prompt: string;
  readonly tools: readonly Tool[];
  readonly result: z.ZodType<Result>;
}

/** Runs the agent loop for a step, with every answer and tool call told as a fact. */
export function askModel<Result>(
  context: StepContext,
  question: Question<Result>,
): Promise<AgentResult<Result>> {
  const { head, step, round, ai, signal } = context;
  return runAgent({
    ...question,
    provider: ai,
    purpose: { workflowId: head.workflowId, issue: head.issue.number, step: step.id, round },
    turnsMax: head.project.ai.turnsMax,
    signal,
    onResponse: async ({ model, usage }, durationMs) => {
      await context.tell({
        type: 'AI.RESPONSE.RECEIVED',
        data: { provider: ai.name, model, usage, durationMs },
      });
    },
    onTool: async (call) => {
      await context.tell({ type: 'AI.TOOL.CALLED', data: call });
    },
  });
}
