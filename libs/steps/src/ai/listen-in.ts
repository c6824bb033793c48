import type { Agent, AgentEars, AiResponse } from '@tamma/ai-provider';
import { createMask } from '@tamma/workspace/secrets';
import type { StepContext } from '../step.ts';
import type { WatchedProgram } from './watch-program.ts';

export interface Listening {
  readonly agent: Agent;
  /** Names the prompt's file, version and hash. */
  readonly prompt: string;
  /** What runs where the agent is a coding program. */
  readonly program: WatchedProgram;
  readonly onResponse: (response: AiResponse) => void;
  readonly percentOf: (turn: number) => number;
}

/** A program that looks into files by itself may put into a call what no prompt held. */
const mask = createMask({ known: [] });

/** Tells every answer, tool call, refusal and compaction as a fact, and shows turns and text as they come. */
export function listenIn(
  context: StepContext,
  { agent, program, prompt, onResponse, percentOf }: Listening,
): AgentEars {
  const { turnsMax } = context.head.project.ai;
  return {
    onTurn: (turn) => context.progress(percentOf(turn), `turn ${turn} of ${turnsMax}`),
    onText: (text) => context.showText(text),
    onOwnTool: program.onOwnTool,
    onResponse: async (response, { turn, durationMs }) => {
      onResponse(response);
      // What it did comes before what it said of it.
      await program.told();
      const { model, usage, content } = response;
      // Or the words of one answer would run into those of the next.
      if (content.some((block) => block.type === 'text')) context.showText('\n');
      const who = { provider: agent.provider.name, model, agent: agent.name };
      await context.tell({
        type: 'AI.RESPONSE.RECEIVED',
        data: { ...who, usage, durationMs, prompt, turn },
      });
    },
    onTool: async ({ tool, ok, summary, refusal }) => {
      await context.tell({ type: 'AI.TOOL.CALLED', data: { tool, ok, summary: await mask(summary) } });
      if (refusal === null) return;
      const { rule, target, why } = refusal;
      const told = { action: tool, rule, target: await mask(target), why: await mask(why) };
      await context.tell({ type: 'AI.ACTION.REFUSED', data: told });
    },
    onCompacted: async (data) => {
      await context.tell({ type: 'AI.CONVERSATION.COMPACTED', data });
    },
  };
}
