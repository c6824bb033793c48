import { type AgentResult, runAgent, type Tool } from '@tamma/ai-provider';
import type { z } from 'zod';
import type { StepContext } from '../step.ts';

/** What a person sees of a step that asks a model: the text between the two streams. */
const BEGUN_PERCENT = 10;
const ANSWERED_PERCENT = 90;

export interface Question<Result> {
  /** Tells the times a step asks apart: zero at first, then whatever counts for that step. */
  readonly round: number;
  readonly system: string;
  readonly prompt: string;
  readonly tools: readonly Tool[];
  readonly result: z.ZodType<Result>;
}

/** Runs the agent loop for a step, with every answer and tool call told as a fact, and its text shown as it comes. */
export async function askModel<Result>(
  context: StepContext,
  { round, ...question }: Question<Result>,
): Promise<AgentResult<Result>> {
  const { head, step, ai, signal } = context;
  await context.progress(BEGUN_PERCENT, 'the model is at work');
  const answer = await runAgent({
    ...question,
    provider: ai,
    purpose: { workflowId: head.workflowId, issue: head.issue.number, step: step.id, round },
    turnsMax: head.project.ai.turnsMax,
    signal,
    onText: (text) => context.showText(text),
    onResponse: async ({ model, usage, content }, durationMs) => {
      // Or the words of one answer would run into those of the next.
      if (content.some((block) => block.type === 'text')) context.showText('\n');
      await context.tell({
        type: 'AI.RESPONSE.RECEIVED',
        data: { provider: ai.name, model, usage, durationMs },
      });
    },
    onTool: async (call) => {
      await context.tell({ type: 'AI.TOOL.CALLED', data: call });
    },
  });
  if (answer.kind === 'finished') await context.progress(ANSWERED_PERCENT, 'the model has answered');
  return answer;
}
