import { z } from 'zod';
import { ASK_TOOL, FINISH_TOOL, QUESTION_MAX } from './agent-limits.ts';
import type { AgentRequest } from './agent-request.ts';
import { ambiguousTools } from './agent-trouble.ts';
import type { ToolDescription } from './ai-provider.ts';
import { describeTool, type Tool } from './tool.ts';

/** What a model may call in one conversation. */
export interface Toolbox {
  readonly tools: ReadonlyMap<string, Tool>;
  /** By name, in the order they are offered; those that the loop answers itself come last. */
  readonly descriptions: ReadonlyMap<string, ToolDescription>;
}

export const questionSchema = z.strictObject({ question: z.string().trim().min(1).max(QUESTION_MAX) });

/** Throws when names are given twice or belong to the loop. */
export function buildToolbox<Result>(
  request: Pick<AgentRequest<Result>, 'tools' | 'result' | 'mayAsk'>,
): Toolbox {
  const tools = new Map(request.tools.map((tool) => [tool.name, tool]));
  const isTaken = tools.has(FINISH_TOOL) || tools.has(ASK_TOOL);
  if (tools.size < request.tools.length || isTaken) throw ambiguousTools(request.tools);
  const finish = describeTool({
    name: FINISH_TOOL,
    description: 'Hands in the result and ends the work. Call it once, when everything is done.',
    input: request.result,
  });
  const ask = describeTool({
    name: ASK_TOOL,
    description: `Ends the work with a question to a person, of at most ${QUESTION_MAX} characters; it begins anew with the answer. Only for what neither the issue nor the repository says.`,
    input: questionSchema,
  });
  const all = [...request.tools.map(describeTool), ...(request.mayAsk === true ? [ask] : []), finish];
  return { tools, descriptions: new Map(all.map((description) => [description.name, description])) };
}
